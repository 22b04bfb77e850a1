import type { StockEvent } from '@granary/contracts/event';
import { startPrivateServers, type Servers } from '@granary/testkit/private-servers';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import type { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createEventStreamPublisher, EventStreamError, openEventStream, type EventStream } from './event-stream.ts';
import { silentLog } from './log.ts';
import { openRedis } from './redis.ts';

const KEY = 'test:events';
let servers: Servers;
let reader: Redis;
let stream: EventStream;
let others: (() => unknown)[];

beforeAll(async () => {
  servers = await startPrivateServers();
  reader = await openRedis(servers.redisUrl, silentLog, 5_000);
});
afterAll(async () => {
  reader?.disconnect();
  await servers?.stop();
});
beforeEach(async () => {
  others = [];
  stream = openEventStream({ url: servers.redisUrl, key: KEY, maxLength: 1_000, log: silentLog });
  await reader.del(KEY);
});
afterEach(async () => {
  process.kill(servers.redis.pid, 'SIGCONT');
  stream.close();
  for (const end of others) await end();
});

const event = (version: number, after: unknown = { name: '杯子' }): StockEvent => ({
  id: `sku:MUG:${version}`,
  type: 'stock.sku.updated',
  schemaVersion: 1,
  aggregate: { kind: 'sku', id: 'MUG' },
  fromVersion: version - 1,
  toVersion: version,
  cause: { commandId: 'C', procedure: 'sku.update', actor: 'local' },
  recordedAt: '2026-05-01T12:00:00.000000Z',
  before: null,
  after,
});
const events = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, at) => event(from + at));
const entries = async () => (await reader.xrange(KEY, '-', '+')).map(([, fields]) => fields);

async function failureOf(work: Promise<void>): Promise<{ readonly error: unknown; readonly tookMs: number }> {
  const began = performance.now();
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  return { error, tookMs: performance.now() - began };
}

describe('events', () => {
  it('are in the stream in their order, with id, type and all of it', async () => {
    await stream.publish([event(1), event(2)]);
    await stream.publish([]);
    await stream.publish([event(3)]);
    expect(await entries()).toEqual(
      events(1, 3).map((one) => ['id', one.id, 'type', one.type, 'event', JSON.stringify(one)]),
    );
  });

  it('are kept up to a length, about', async () => {
    for (let from = 1; from < 5_000; from += 500) await stream.publish(events(from, from + 499));
    const length = await reader.xlen(KEY);
    expect(length).toBeGreaterThanOrEqual(1_000);
    expect(length).toBeLessThan(1_200);
    expect((await entries()).at(-1)).toContain('sku:MUG:5000');
  });

  it('may be large', async () => {
    await stream.publish([event(1, 'x'.repeat(4_000_000)), event(2)]);
    expect(await reader.xlen(KEY)).toBe(2);
  });
});

describe('asked with no events whether it would take any', () => {
  it('says so, and leaves nothing behind, in the stream or beside it', async () => {
    await stream.publish([event(1)]);
    await stream.publish([]);
    expect(await reader.keys('*')).toEqual([KEY]);
    expect(await reader.xlen(KEY)).toBe(1);
  });

  it.each<[string, () => Promise<unknown>, () => Promise<unknown>]>([
    ['has another kind of value there', () => reader.set(KEY, 'no stream'), () => reader.del(KEY)],
    [
      'has no memory left',
      () => reader.config('SET', 'maxmemory', '1', 'maxmemory-policy', 'noeviction'),
      () => reader.config('SET', 'maxmemory', '0'),
    ],
    ['is a replica', () => reader.replicaof('127.0.0.1', 1), () => reader.replicaof('NO', 'ONE')],
  ])('fails as an event would when the server %s', async (_what, spoil, mend) => {
    await stream.publish([]);
    await spoil();
    const [one, none] = [await failureOf(stream.publish([event(1)])), await failureOf(stream.publish([]))];
    await mend();
    for (const { error } of [one, none]) expect(error).toBeInstanceOf(EventStreamError);
    await expect.poll(() => failureOf(stream.publish([])), { timeout: 5_000 }).toMatchObject({ error: undefined });
  });
});

describe('a Redis that does not take them', () => {
  it('is told when it is not there, at once, and they go when it is', async () => {
    const away = openEventStream({ url: 'redis://127.0.0.1:1', key: KEY, maxLength: 1_000, log: silentLog });
    others.push(away.close);
    expect((await failureOf(away.publish([event(1)]))).error).toBeInstanceOf(EventStreamError);
    expect((await failureOf(away.publish([event(1)]))).tookMs).toBeLessThan(200);
  });

  it('is told when it stands still, soon, and takes them when it goes on', async () => {
    await stream.publish([event(1)]);
    process.kill(servers.redis.pid, 'SIGSTOP');
    const { error, tookMs } = await failureOf(stream.publish(events(2, 101)));
    expect(error).toBeInstanceOf(EventStreamError);
    expect(tookMs).toBeLessThan(2_000);
    process.kill(servers.redis.pid, 'SIGCONT');
    await expect
      .poll(() => failureOf(stream.publish([event(102)])), { timeout: 5_000 })
      .toMatchObject({ error: undefined });
    expect((await entries()).at(-1)).toContain('sku:MUG:102');
  });

  it('is not waited for on the same connection as others, who may be blocked', async () => {
    const blocked = await openRedis(servers.redisUrl, silentLog, 5_000);
    others.push(() => blocked.disconnect());
    const waiting = blocked.blpop('nothing-comes-here', 1);
    const began = performance.now();
    await stream.publish([event(1)]);
    expect(performance.now() - began).toBeLessThan(500);
    await waiting;
  });

  it('is told when it refuses', async () => {
    await reader.set(KEY, 'no stream');
    const { error } = await failureOf(stream.publish(events(1, 3)));
    expect(error).toMatchObject({
      name: 'EventStreamError',
      message: expect.stringMatching(/3 of the events: WRONGTYPE/),
    });
  });

  it.each([
    [
      'refuses one of several',
      ['$3\r\n1-0\r\n', '-OOM command not allowed\r\n', '$3\r\n2-0\r\n'],
      /1 of the events: OOM/,
    ],
    ['breaks off between two', ['$3\r\n1-0\r\n', 'close'], /2 of the events/],
    ['goes silent between two', ['$3\r\n1-0\r\n', 'silence'], /2 of the events: .*timed out/],
  ])('is told when it %s, and nothing is sent again', async (_what, answers, message) => {
    const fake = await scripted(answers);
    others.push(fake.end);
    const redis = await openRedis(fake.url, silentLog, 300);
    others.push(() => redis.disconnect());
    const publish = createEventStreamPublisher({ redis, key: KEY, maxLength: 1_000 });
    const { error, tookMs } = await failureOf(publish(events(1, 3)));
    expect(error).toMatchObject({ name: 'EventStreamError', message: expect.stringMatching(message) });
    expect(tookMs).toBeLessThan(1_500);
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(fake.commands()).toBe(3);
  });

  it('is not asked once the stream is closed', async () => {
    await stream.publish([event(1)]);
    stream.close();
    expect((await failureOf(stream.publish([event(2)]))).error).toMatchObject({
      message: 'the stream of events is closed',
    });
    expect(await reader.xlen(KEY)).toBe(1);
  });
});

/** A Redis that answers each XADD by the script, and says something of itself to whoever connects. */
async function scripted(answers: readonly string[]) {
  const sockets = new Set<Socket>();
  let commands = 0;
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('data', (data: Buffer) => {
      const text = data.toString().toLowerCase();
      for (const [word] of text.matchAll(/\$\d+\r\n(info|client|xadd)\r\n/g)) {
        if (!word.includes('xadd')) {
          socket.write(word.includes('info') ? '$11\r\nredis_mode:\r\n' : '+OK\r\n');
          continue;
        }
        const answer = answers[commands];
        commands += 1;
        if (answer === 'close') socket.destroy();
        else if (answer !== undefined && answer !== 'silence') socket.write(answer);
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo; // A TCP server that listens has one.
  return {
    url: `redis://127.0.0.1:${port}`,
    commands: () => commands,
    end: () => {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => server.close(resolve));
    },
  };
}
