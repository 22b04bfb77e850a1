import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { createConnection, type Connection, type RowDataPacket } from 'mysql2/promise';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createFramer } from './client-frames.ts';
import { createFaultProxy, type FaultProxy } from './fault-proxy.ts';
import { createTestDatabase, type TestDatabase } from './servers.ts';

const received: string[] = [];
const echo = createServer((socket) =>
  socket
    .on('error', () => undefined)
    .on('data', (chunk) => {
      received.push(chunk.toString());
      socket.write(`echo ${chunk.toString()}`);
    }),
);
let proxy: FaultProxy;

beforeAll(async () => {
  echo.listen(0, '127.0.0.1');
  await once(echo, 'listening');
  proxy = await createFaultProxy({ target: { port: (echo.address() as AddressInfo).port }, protocol: 'bytes' });
});
afterAll(async () => {
  await proxy.close();
  echo.close();
});
afterEach(() => received.splice(0));

/** Sends and gives back what arrives until the connection ends or nothing comes for a while. */
async function ask(message: string, patienceMs = 150): Promise<{ answer: string; ended: boolean }> {
  const socket: Socket = connect(proxy.port, '127.0.0.1');
  let [answer, ended] = ['', false];
  socket.on('error', () => undefined).on('data', (chunk) => (answer += chunk.toString()));
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  socket.write(message);
  await Promise.race([closed.then(() => (ended = true)), sleep(patienceMs)]);
  const asked = { answer, ended };
  socket.destroy();
  await closed;
  return asked;
}

describe('the fault proxy between a client and an echo', () => {
  it('passes on what no rule strikes', async () => {
    expect(await ask('hello')).toEqual({ answer: 'echo hello', ended: false });
  });

  it('cuts before the message arrives', async () => {
    proxy.inject({ match: 'COMMIT', fault: { kind: 'cutBefore' } });
    expect(await ask('commit')).toEqual({ answer: '', ended: true });
    expect(received).toEqual([]);
  });

  it('lets the message work and cuts before its answer', async () => {
    proxy.inject({ match: 'COMMIT', fault: { kind: 'cutAfter' } });
    expect(await ask('COMMIT')).toEqual({ answer: '', ended: true });
    expect(received).toEqual(['COMMIT']);
  });

  it('lets the message work and says nothing, and keeps the connection', async () => {
    proxy.inject({ match: 'COMMIT', fault: { kind: 'swallow' } });
    expect(await ask('COMMIT')).toEqual({ answer: '', ended: false });
    expect(received).toEqual(['COMMIT']);
  });

  it('delays', async () => {
    proxy.inject({ match: 'slow', fault: { kind: 'delay', ms: 100 } });
    const begun = performance.now();
    expect(await ask('slow', 400)).toMatchObject({ answer: 'echo slow' });
    expect(performance.now() - begun).toBeGreaterThan(99);
  });

  it('cuts an answer after so many bytes', async () => {
    proxy.inject({ match: 'long', fault: { kind: 'cutReplyAfter', bytes: 6 } });
    expect(await ask('long')).toEqual({ answer: 'echo l', ended: true });
  });

  it('drops a message and tells nobody', async () => {
    proxy.inject({ match: 'lost', fault: { kind: 'drop' } });
    expect(await ask('lost')).toEqual({ answer: '', ended: false });
    expect(received).toEqual([]);
  });

  it('sends another message, and answers in the place of the server', async () => {
    const fault = { kind: 'replace', message: () => Buffer.from('ROLLBACK'), answer: Buffer.from('deadlock') } as const;
    proxy.inject({ match: 'COMMIT', fault });
    expect(await ask('COMMIT')).toEqual({ answer: 'deadlock', ended: false });
    expect(received).toEqual(['ROLLBACK']);
  });

  it('leads elsewhere when it is told to', async () => {
    const other = createServer((socket) => socket.on('data', () => socket.write('another')));
    other.listen(0, '127.0.0.1');
    await once(other, 'listening');
    proxy.moveTo((other.address() as AddressInfo).port);
    expect(await ask('hello')).toEqual({ answer: 'another', ended: false });
    proxy.moveTo((echo.address() as AddressInfo).port);
    other.close();
    expect(await ask('hello')).toEqual({ answer: 'echo hello', ended: false });
  });

  it('strikes as often as told, after as many as told, and counts', async () => {
    const injection = proxy.inject({ match: 'x', fault: { kind: 'cutBefore' }, times: 2, skip: 1 });
    const ended = [];
    for (let round = 0; round < 4; round += 1) ended.push((await ask('x', 60)).ended);
    expect(ended).toEqual([false, true, true, false]);
    expect(injection.struck()).toBe(2);
    expect(proxy.counters().struck.cutBefore).toBeGreaterThanOrEqual(2);
  });

  it('refuses connections and takes them again on the same port', async () => {
    await proxy.refuse(true);
    const refused = await once(connect(proxy.port, '127.0.0.1'), 'error').catch((error: unknown) => [error]);
    expect(refused.map((error) => (error as NodeJS.ErrnoException).code)).toContain('ECONNREFUSED');
    await proxy.refuse(false);
    expect(await ask('back')).toMatchObject({ answer: 'echo back' });
  });

  it('cuts whatever is open', async () => {
    const asked = ask('hello', 2000);
    await sleep(50);
    proxy.cutAll();
    expect(await asked).toEqual({ answer: 'echo hello', ended: true });
  });

  it('names itself in a URL', () => {
    expect(proxy.urlFor('mysql://root@localhost:3306/db')).toBe(`mysql://root@127.0.0.1:${proxy.port}/db`);
  });
});

describe('messages of the MySQL protocol', () => {
  it('are found however the bytes are sliced', () => {
    const packet = (text: string) => Buffer.concat([Buffer.from([text.length, 0, 0, 0]), Buffer.from(text)]);
    const bytes = Buffer.concat([packet('SELECT 1'), packet('COMMIT')]);
    for (let cut = 1; cut < bytes.length; cut += 1) {
      const frames = createFramer('mysql');
      const found = [...frames(bytes.subarray(0, cut)), ...frames(bytes.subarray(cut))].map((frame) =>
        frame.subarray(4).toString(),
      );
      expect(found).toEqual(['SELECT 1', 'COMMIT']);
    }
  });
});

describe('the fault proxy before a database', () => {
  let database: TestDatabase;
  let direct: Connection;
  let between: FaultProxy;

  beforeAll(async () => {
    database = await createTestDatabase('proxy');
    direct = await createConnection({ uri: database.url });
    await direct.query('CREATE TABLE t (id INT PRIMARY KEY)');
    between = await createFaultProxy({ target: { port: Number(new URL(database.url).port) }, protocol: 'mysql' });
  });
  afterAll(async () => {
    await between.close();
    await direct.end();
    await database.drop();
  });

  const rows = async () =>
    (await direct.query<RowDataPacket[]>('SELECT id FROM t ORDER BY id'))[0].map((row) => Number(row['id']));

  it.each([
    ['loses the row when COMMIT never arrives', { kind: 'cutBefore', id: 1, kept: false }],
    ['keeps the row when only the answer to COMMIT is lost', { kind: 'cutAfter', id: 2, kept: true }],
  ] as const)('%s', async (_name, { kind, id, kept }) => {
    const connection = await createConnection({ uri: between.urlFor(database.url) });
    connection.on('error', () => undefined);
    between.inject({ match: 'COMMIT', fault: { kind } });
    await connection.beginTransaction();
    await connection.query('INSERT INTO t VALUES (?)', [id]);
    await expect(connection.commit()).rejects.toThrow(/ECONNRESET|closed|lost/i);
    connection.destroy();
    expect((await rows()).includes(id)).toBe(kept);
  });

  it('leaves a caller without an answer when it is swallowed, though the statement worked', async () => {
    const connection = await createConnection({ uri: between.urlFor(database.url) });
    connection.on('error', () => undefined);
    between.inject({ match: 'VALUES (3)', fault: { kind: 'swallow' } });
    const answer = connection.query('INSERT INTO t VALUES (3)').then(() => 'answered');
    expect(await Promise.race([answer, sleep(200).then(() => 'silence')])).toBe('silence');
    expect(await rows()).toContain(3);
    answer.catch(() => undefined);
    connection.destroy();
  });
});
