/** Those who say nothing, or say it slowly, do not keep the others from being answered. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { ask, inputOf, openStubApi, post, type StubApi, stockCheckAnswer } from '../testing/stub-api.ts';

const IDLE = 1_000;
const AT_ONCE = 100;
const CHECK = `/trpc/stock.check${inputOf({ skuId: 'A' })}`;

let api: StubApi | undefined;
const sockets: Socket[] = [];
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await api?.api.close(0);
});

async function opened(port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => undefined);
  sockets.push(socket);
  await once(socket, 'connect');
  return socket;
}

async function answersWithin(url: string): Promise<number> {
  const before = performance.now();
  for (let at = 0; at < 20; at += 1) expect((await ask(`${url}${CHECK}`)).status).toBe(200);
  expect((await post(`${url}/v1/stock/check-many`, { skuIds: ['A'] })).status).not.toBe(503);
  return performance.now() - before;
}

test(`${IDLE} connections that say nothing, half of them in the middle of a head, and slow bodies`, async () => {
  api = await openStubApi({ answer: () => stockCheckAnswer });
  const { url, port } = api;
  for (let at = 0; at < IDLE; at += AT_ONCE) {
    const some = await Promise.all(Array.from({ length: AT_ONCE }, () => opened(port)));
    for (const socket of some.slice(AT_ONCE / 2))
      socket.write('POST /trpc/reservation.reserve HTTP/1.1\r\nhost: x\r\n');
  }
  for (let at = 0; at < 20; at += 1) {
    const slow = await opened(port);
    slow.write(
      'POST /trpc/reservation.reserve HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 90\r\n\r\n{',
    );
  }
  expect(await answersWithin(url)).toBeLessThan(2_000);
  expect(sockets.filter((socket) => !socket.destroyed)).toHaveLength(IDLE + 20);
});

test('a body that comes a byte at a time is ended in time with 408, and the connection with it', async () => {
  api = await openStubApi({ limits: { requestTimeoutMs: 600, headersTimeoutMs: 500 } });
  const { port, calls } = api;
  const slow = await opened(port);
  let received = '';
  slow.setEncoding('utf8');
  slow.on('data', (chunk: string) => (received += chunk));
  slow.write(
    'POST /trpc/reservation.reserve HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 900\r\n\r\n{',
  );
  const drip = setInterval(() => slow.writable && slow.write(' '), 100);
  await once(slow, 'close');
  clearInterval(drip);
  expect(received).toMatch(/^HTTP\/1\.1 408 /);
  expect(received).toContain('INV_017');
  expect(calls).toEqual([]);
});

test('beyond the limit a connection is closed, and those that are there are answered', async () => {
  api = await openStubApi({ answer: () => stockCheckAnswer, limits: { maxConnections: 10 } });
  const { url, port } = api;
  await ask(`${url}${CHECK}`);
  for (let at = 0; at < 9; at += 1) await opened(port);
  const one = await opened(port);
  await once(one, 'close');
  expect((await ask(`${url}${CHECK}`)).status).toBe(200);
});
