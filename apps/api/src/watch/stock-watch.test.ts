/** stock.watch through both doors, fed by a stream that the test itself writes as the relay does. */
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { principalOf } from '@granary/contracts/permission';
import { createEventStreamReader, type EventStreamReader } from '@granary/platform/event-stream-reader';
import { openRedis } from '@granary/platform/redis';
import { silentLog } from '@granary/platform/log';
import { testServers } from '@granary/testkit/servers';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Frames, openFrames } from '../testing/event-frames.ts';
import { inputOf, openStubApi, type StubApi } from '../testing/stub-api.ts';

type Redis = Awaited<ReturnType<typeof openRedis>>;

let redisUrl: string;
let redis: Redis;
let key: string;
let reader: EventStreamReader;
let stub: StubApi;
beforeAll(async () => {
  ({ redisUrl } = await testServers());
  redis = await openRedis(redisUrl, silentLog, 5_000);
});
afterAll(() => redis.disconnect());
beforeEach(async () => {
  key = `test:watch:${randomBytes(6).toString('hex')}`;
  reader = createEventStreamReader({ redisUrl, key, log: silentLog, maxSubscribers: 60, lastWordsMs: 300 });
  stub = await openStubApi({ events: reader });
});
afterEach(async () => {
  await stub.api.close(0);
  await reader.close();
  await redis.del(key);
});

const AT = '2026-11-20T10:00:00.000000Z';

function entryOf(skuId: string, version: number, locationId = 'default'): string[] {
  const id = `level:${skuId}/${locationId}:${version}`;
  const balances = { onHand: version, reserved: 0, locked: 0, deficit: 0 };
  const after = { skuId, locationId, ...balances, version, movements: [{ version, kind: 'receive', recordedAt: AT }] };
  const event = {
    ...{ id, type: 'stock.level.changed', schemaVersion: 1, aggregate: { kind: 'level', id: '' } },
    ...{ fromVersion: version - 1, toVersion: version, cause: {}, recordedAt: AT, before: null, after },
  };
  return ['id', id, 'type', event.type, 'event', JSON.stringify(event)];
}
const add = async (skuId: string, version: number, locationId?: string) =>
  (await redis.xadd(key, '*', ...entryOf(skuId, version, locationId))) ?? '';

const itemOf = (skuId: string, version: number, locationId = 'default') => ({
  ...{ kind: 'level', skuId, locationId, onHand: version, reserved: 0, locked: 0, deficit: 0, version },
  ...{ previousVersion: version - 1, recordedAt: AT, eventId: `level:${skuId}/${locationId}:${version}` },
});

function alertEntryOf(skuId: string): string[] {
  const never = { acknowledgedAt: null, acknowledgedBy: null, resolvedAt: null, resolvedBy: null, resolveReason: null };
  const after = {
    ...{ id: `ALERT-${skuId}`, kind: 'low', severity: 'critical', state: 'open', skuId, locationId: 'default' },
    ...{ batchId: null, reservationId: null, value: 1, threshold: 5, message: '1 available', raisedAt: AT, ...never },
    version: 1,
  };
  const id = `alert:ALERT-${skuId}:1`;
  const event = {
    ...{ id, type: 'stock.alert', schemaVersion: 1, aggregate: { kind: 'alert', id: `ALERT-${skuId}` } },
    ...{ fromVersion: 0, toVersion: 1, cause: {}, recordedAt: AT, before: null, after },
  };
  return ['id', id, 'type', event.type, 'event', JSON.stringify(event)];
}

const doors = [
  ['trpc', (input: unknown, url: string) => `${url}/trpc/stock.watch${inputOf(input)}`],
  ['rest', (input: unknown, url: string) => `${url}/v1/stock/watch${inputOf(input)}`],
] as const;
const dataOf = ({ seen }: Frames) => seen.filter(({ event }) => event !== 'connected').map(({ data }) => data);
const eventually = (asked: () => unknown) => expect.poll(asked, { timeout: 5_000, interval: 10 });
const started = { kind: 'reset', reason: 'started' };

describe.each(doors)('through /%s', (door, urlOf) => {
  const open = (input: unknown = {}, headers: Record<string, string> = {}, url = stub.url) =>
    openFrames(urlOf(input, url), headers);

  test('a watcher is told to read the levels, and then of every change', async () => {
    const frames = await open();
    expect(frames).toMatchObject({
      status: 200,
      headers: { 'content-type': expect.stringMatching(/^text\/event-stream/) },
    });
    expect(frames.headers).toMatchObject({
      'x-accel-buffering': 'no',
      'cache-control': expect.stringContaining('no-transform'),
    });
    await eventually(() => dataOf(frames)).toEqual([started]);
    const ids = [await add('A', 1), await add('B', 1), await add('A', 2)];
    await eventually(() => dataOf(frames)).toEqual([started, itemOf('A', 1), itemOf('B', 1), itemOf('A', 2)]);
    expect(frames.seen.slice(-3).map(({ id }) => id)).toEqual(ids);
    expect(frames.seen.map(({ event }) => event)).toEqual(
      door === 'rest'
        ? ['reset', 'level', 'level', 'level']
        : ['connected', ...Array.from({ length: 4 }, () => 'message')],
    );
  });

  test.each(['the header', 'the input', 'both, of which the header is the newer'])(
    'who comes back with the last id, by %s, hears what came after it',
    async (how) => {
      const first = await add('A', 1);
      const second = await add('A', 2);
      await add('A', 3);
      const header = how === 'the input' ? {} : { 'last-event-id': second };
      const input = how === 'the header' ? {} : { lastEventId: how === 'the input' ? second : first };
      const frames = await open(input, header);
      await eventually(() => dataOf(frames)).toEqual([itemOf('A', 3)]);
      await add('A', 4);
      await eventually(() => dataOf(frames)).toEqual([itemOf('A', 3), itemOf('A', 4)]);
    },
  );

  test('who comes back to what is no longer kept is told so', async () => {
    const gone = await add('A', 1);
    await redis.xtrim(key, 'MAXLEN', 0);
    await add('A', 2);
    const frames = await open({ lastEventId: gone });
    await eventually(() => dataOf(frames)).toEqual([{ kind: 'reset', reason: 'trimmed' }]);
  });

  test('only what was asked for, and other events are nobody’s business', async () => {
    const frames = await open({ skuIds: ['A', 'C'], locationId: 'NORTH' });
    await eventually(() => dataOf(frames)).toEqual([started]);
    await add('A', 1);
    await add('B', 1, 'NORTH');
    await redis.xadd(key, '*', 'id', 'reservation:1:1', 'type', 'stock.reserved', 'event', '{}');
    await add('A', 1, 'NORTH');
    await add('C', 1, 'NORTH');
    await eventually(() => dataOf(frames)).toEqual([started, itemOf('A', 1, 'NORTH'), itemOf('C', 1, 'NORTH')]);
  });

  test('alerts about what is watched come between the changes', async () => {
    const frames = await open({ skuIds: ['A'] });
    await eventually(() => dataOf(frames)).toEqual([started]);
    await add('A', 1);
    await redis.xadd(key, '*', ...alertEntryOf('B'));
    await redis.xadd(key, '*', ...alertEntryOf('A'));
    const raised = { kind: 'alert', alertKind: 'low', severity: 'critical', state: 'open', skuId: 'A', version: 1 };
    await eventually(() => dataOf(frames)).toMatchObject([started, itemOf('A', 1), { ...raised, previousVersion: 0 }]);
    expect(door === 'rest' ? frames.seen.at(-1)?.event : 'alert').toBe('alert');
  });

  test('what cannot be understood is told, not passed over', async () => {
    const frames = await open();
    await eventually(() => dataOf(frames)).toEqual([started]);
    await redis.xadd(key, '*', 'type', 'stock.level.changed', 'event', '{"id":"x"}');
    await eventually(() => dataOf(frames)).toEqual([started, { kind: 'reset', reason: 'unreadable' }]);
  });

  test('a token with a scope sees its own places and nothing of the others', async () => {
    const principal = principalOf({ actor: 't', role: 'user', locationIds: ['NORTH', 'EAST'] });
    const scoped = await openStubApi({ events: reader, principal });
    const all = await open({}, {}, scoped.url);
    const north = await open({ locationId: 'NORTH' }, {}, scoped.url);
    const foreign = await open({ locationId: 'default' }, {}, scoped.url);
    await eventually(() => dataOf(north)).toEqual([started]);
    await eventually(() => dataOf(all)).toEqual([started]);
    for (const place of ['default', 'NORTH', 'EAST', 'WEST']) await add('A', 1, place);
    await eventually(() => dataOf(all)).toEqual([started, itemOf('A', 1, 'NORTH'), itemOf('A', 1, 'EAST')]);
    await eventually(() => dataOf(north)).toEqual([started, itemOf('A', 1, 'NORTH')]);
    expect(JSON.stringify([foreign.status, foreign.seen])).toMatch(door === 'rest' ? /^\[404/ : /"INV_007"/);
    for (const frames of [all, north, foreign]) frames.cut();
    await scoped.api.close(0);
  });

  test('nothing is left of fifty watchers that hung up, or that left before anything came', async () => {
    const all = await Promise.all(Array.from({ length: 50 }, () => open()));
    await eventually(() => reader.subscribers).toBe(50);
    await add('A', 1);
    for (const frames of all) await eventually(() => dataOf(frames).length).toBeGreaterThanOrEqual(2);
    for (const frames of all) frames.cut();
    await eventually(() => reader.subscribers).toBe(0);
    const sockets = Array.from({ length: 20 }, () => connect(stub.port, '127.0.0.1'));
    const { pathname, search } = new URL(urlOf({}, stub.url));
    for (const socket of sockets) {
      socket.on('error', () => undefined);
      await once(socket, 'connect');
      socket.write(`GET ${pathname}${search} HTTP/1.1\r\nhost: x\r\n\r\n`, () => socket.destroy());
    }
    await sleep(300);
    await eventually(() => reader.subscribers).toBe(0);
  });

  test('a drain ends every stream in order and at once, so that its client comes back elsewhere', async () => {
    const all = await Promise.all(Array.from({ length: 10 }, () => open()));
    await eventually(() => reader.subscribers).toBe(10);
    const begun = performance.now();
    expect(await stub.api.close(5_000)).toEqual({ cutOff: 0 });
    expect(performance.now() - begun).toBeLessThan(1_000);
    expect(await Promise.all(all.map(({ whole }) => whole))).toEqual(all.map(() => true));
    // tRPC's client takes `return` for the end of everything.
    expect(all.flatMap(({ seen }) => seen.map(({ event }) => event))).not.toContain('return');
    expect(reader.subscribers).toBe(0);
  });

  test('one that does not read is cut off; another hears everything, in order', { timeout: 60_000 }, async () => {
    const stuck = connect(stub.port, '127.0.0.1');
    const { pathname, search } = new URL(urlOf({}, stub.url));
    stuck.pause();
    stuck.write(`GET ${pathname}${search} HTTP/1.1\r\nhost: x\r\n\r\n`);
    const closed = once(stuck, 'close');
    stuck.on('error', () => undefined);
    const quick = await open();
    await eventually(() => reader.subscribers).toBe(2);
    await eventually(() => dataOf(quick)).toEqual([started]);
    const long = 'L'.repeat(64);
    let version = 0;
    for (let round = 0; round < 400 && reader.subscribers === 2; round += 1) {
      const pipeline = redis.pipeline();
      for (let at = 0; at < 200; at += 1) pipeline.xadd(key, '*', ...entryOf(long, (version += 1)));
      await pipeline.exec();
      await eventually(() => dataOf(quick).length).toBe(version + 1);
    }
    await eventually(() => reader.subscribers).toBe(1);
    stuck.resume();
    await closed;
    expect(
      dataOf(quick)
        .slice(1)
        .map((item) => (item as { version: number }).version),
    ).toEqual(Array.from({ length: version }, (_, at) => at + 1));
  });
});
