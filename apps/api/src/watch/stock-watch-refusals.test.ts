/** Who may not watch stock, and when: told alike through both doors, and nothing of it is left behind. */
import { randomBytes } from 'node:crypto';
import { guestPrincipal, type Principal } from '@granary/contracts/permission';
import { createEventStreamReader, type EventStreamReader } from '@granary/platform/event-stream-reader';
import { openRedis } from '@granary/platform/redis';
import { silentLog } from '@granary/platform/log';
import { testServers } from '@granary/testkit/servers';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openFrames } from '../testing/event-frames.ts';
import { ask, inputOf, openStubApi, post, type StubApi } from '../testing/stub-api.ts';

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

const eventually = (asked: () => unknown) => expect.poll(asked, { timeout: 5_000, interval: 10 });

describe('refusals', () => {
  const statusOf = async (path: string, api: StubApi = stub) => {
    const { status, body } = await ask(`${api.url}/v1/stock/watch${path}`);
    return [status, (body as { code?: string }).code];
  };
  const serialized = async (api: StubApi, input: unknown = {}) => {
    const frames = await openFrames(`${api.url}/trpc/stock.watch${inputOf(input)}`);
    await frames.whole;
    return frames.seen.at(-1);
  };

  test.each<[string, Principal]>([
    ['a guest', guestPrincipal],
    ['nobody', { ...guestPrincipal, may: () => false }],
  ])('%s may not watch', async (_who, principal) => {
    const api = await openStubApi({ events: reader, principal });
    expect(await statusOf('', api)).toEqual([403, 'INV_015']);
    expect(await serialized(api)).toMatchObject({ event: 'serialized-error', data: { data: { code: 'INV_015' } } });
    await api.api.close(0);
  });

  test('without Redis it is INV_012 with what to do, through both doors', async () => {
    const api = await openStubApi();
    const answer = await ask(`${api.url}/v1/stock/watch`);
    expect(answer).toMatchObject({
      status: 503,
      body: { code: 'INV_012', hint: expect.stringContaining('REDIS_URL') },
    });
    expect(answer.headers.get('retry-after')).toBe('30');
    expect(await serialized(api)).toMatchObject({
      data: { data: { code: 'INV_012', details: { dependency: 'Redis' } } },
    });
    await api.api.close(0);
  });

  test('beyond the limit it is INV_012, and those who watch go on', async () => {
    const all = await Promise.all(Array.from({ length: 60 }, () => openFrames(`${stub.url}/v1/stock/watch`)));
    expect(await statusOf('')).toEqual([503, 'INV_012']);
    expect(await serialized(stub)).toMatchObject({ data: { data: { kind: 'overloaded' } } });
    for (const frames of all) expect(frames.status).toBe(200);
    for (const frames of all) frames.cut();
  });

  test.each(['?lastEventId=x', '?skuIds=', '?sku=A', '?skuIds=%20A', '?lastEventId=1-0&lastEventId=2-0'])(
    'a bad input is INV_005: %s',
    async (query) => {
      expect(await statusOf(query)).toEqual([422, 'INV_005']);
      expect(reader.subscribers).toBe(0);
    },
  );

  test('five hundred SKUs fit into a POST, and no more are taken', async () => {
    const skuIds = Array.from({ length: 500 }, (_, at) => `SKU-${at}-${'x'.repeat(50)}`);
    const url = `${stub.url}/v1/stock/watch`;
    const body = { skuIds: [...skuIds, 'one more'] };
    expect(await post(url, body)).toMatchObject({ status: 422, body: { code: 'INV_005' } });
    const controller = new AbortController();
    const response = await fetch(url, {
      method: 'POST',
      signal: controller.signal,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ skuIds }),
    });
    expect(response.headers.get('content-type')).toContain('text/event-stream');
    expect(reader.subscribers).toBe(1);
    controller.abort();
    await eventually(() => reader.subscribers).toBe(0);
  });

  test('a mutation’s method, or a HEAD, opens no stream', async () => {
    expect((await fetch(`${stub.url}/v1/stock/watch`, { method: 'HEAD' })).status).toBe(405);
    expect((await fetch(`${stub.url}/v1/stock/watch`, { method: 'DELETE' })).status).toBe(405);
    expect(reader.subscribers).toBe(0);
  });
});
