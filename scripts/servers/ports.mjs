// Ports on the loopback address: finding a free one, and knowing when a server behind one is ready to talk.
import { connect, createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { ServersError } from './errors.mjs';

const HOST = '127.0.0.1';

/** @param {number} port 0 asks the system for any free one */
function tryListen(port) {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(undefined));
    server.listen(port, HOST, () => {
      const { port: got } = server.address();
      server.close(() => resolve(got));
    });
  });
}

export async function isPortFree(port) {
  return (await tryListen(port)) !== undefined;
}

/**
 * A port that was asked for must be free; one that is only liked may be replaced by any other.
 * @param {{ wanted?: number, liked?: number, what: string }} choice
 */
export async function choosePort({ wanted, liked, what }) {
  if (wanted !== undefined) {
    if (await isPortFree(wanted)) return wanted;
    throw new ServersError(
      'PORT_IN_USE',
      `Port ${wanted} for ${what} is in use by another program: stop that program or choose another port.`,
    );
  }
  return (liked === undefined ? undefined : await tryListen(liked)) ?? (await tryListen(0));
}

/** MySQL and MariaDB speak first: a packet whose fifth byte is the protocol version, 10. */
export const databaseAnswers = (port) => ask(port, undefined, (bytes) => bytes.length > 4 && bytes[4] === 10);

export const redisAnswers = (port) => ask(port, 'PING\r\n', (bytes) => bytes.toString().startsWith('+PONG'));

function ask(port, question, isAnswer) {
  return new Promise((resolve) => {
    const socket = connect({ port, host: HOST });
    const finish = (answer) => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(2000, () => finish(false));
    socket.once('error', () => finish(false));
    socket.once('connect', () => question !== undefined && socket.write(question));
    socket.once('data', (bytes) => finish(isAnswer(bytes)));
    socket.once('close', () => finish(false));
  });
}

/**
 * @param {() => Promise<boolean>} probe
 * @param {{ isDead: () => boolean, deadlineMs: number }} limits
 */
export async function waitUntilReady(probe, { isDead, deadlineMs }) {
  const giveUpAt = Date.now() + deadlineMs;
  while (!isDead() && Date.now() < giveUpAt) {
    if (await probe()) return true;
    await sleep(15);
  }
  return false;
}
