/** Workers that deliver, on a real database: slow, failing and vanishing subscribers hold up nobody else, and order holds. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { StockEvent } from '@granary/contracts/event';
import type { WebhookPayload } from '@granary/contracts/webhook';
import { migrations } from '@granary/platform/schema';
import type { WebhookMessage, WebhookOutcome, WebhookSender } from '@granary/domain/ports/webhook-sender';
import { parseConfig } from '@granary/platform/env';
import { openGranary, type Granary } from '@granary/platform/granary';
import { silentLog } from '@granary/platform/log';
import { migrate } from '@granary/platform/migration-runner';
import { createTestDatabase, testServers, type TestDatabase } from '@granary/testkit/servers';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createWorker, type Worker, type WorkerOptions } from './worker.ts';

const call = { caller: { actor: 'local', address: null, agent: 'test', requestId: 'test' }, deadlineMs: 30_000 };
const quick = { delaysMs: [100, 200] };
let database: TestDatabase;
let granary: Granary;
const workers = new Set<Worker>();

beforeAll(async () => {
  const { redisUrl } = await testServers();
  database = await createTestDatabase('deliveries');
  await migrate({ url: database.url, migrations, log: silentLog });
  const ENCRYPTION_KEYS = `test:${Buffer.from(Array.from({ length: 32 }, (_, each) => each)).toString('base64')}`;
  const config = parseConfig({ DATABASE_URL: database.url, REDIS_URL: redisUrl, DATABASE_POOL: '16', ENCRYPTION_KEYS });
  granary = await openGranary(config, { log: silentLog });
});
beforeEach(async () => {
  for (const table of ['webhook', 'event_delivery', 'event_subscriber', 'lease', 'outbox'])
    await granary.dataSource.query(`DELETE FROM ${table}`);
});
afterEach(async () => {
  await Promise.all([...workers].map((worker) => worker.stop()));
  workers.clear();
});
afterAll(async () => {
  await granary.close();
  await database.drop();
  await (await testServers()).stop();
});

function start(more: Partial<WorkerOptions>): Worker {
  const worker = createWorker({
    ...{ domain: granary.domain, log: silentLog, pollMs: 10, leaseMs: 2_000, intervalMs: 60_000 },
    delivery: { pollMs: 10, leaseMs: 1_500, webhookSchedule: quick, nearSchedule: quick },
    ...more,
  });
  workers.add(worker);
  worker.start();
  return worker;
}

const streamNow = async () =>
  (await granary.domain.deliveries.subscribers()).find(({ subscriber }) => subscriber === 'stream');
const skuOf = (prefix: string, each: number) => `${prefix}-${each}`;
/** `count` SKUs with three events each. */
async function happen(prefix: string, count: number): Promise<void> {
  for (let each = 0; each < count; each += 1) {
    const skuId = skuOf(prefix, each);
    await granary.domain.skus.create({ skuId }, call);
    await granary.domain.skus.update({ skuId, name: 'one' }, call);
    await granary.domain.skus.update({ skuId, name: 'two' }, call);
  }
}
const types: StockEvent['type'][] = ['stock.sku.created', 'stock.sku.updated'];
const make = async (url: string) => {
  const { webhookId, secret } = await granary.domain.webhooks.create({ url, types }, call);
  return { webhookId, secret };
};
const eventIn = ({ body }: WebhookMessage) => (JSON.parse(body) as WebhookPayload).data;
const delivery = async (webhookId: string) => (await granary.domain.webhooks.get({ webhookId })).delivery;

/** Per aggregate the versions in the order in which they were first heard. */
function versions(events: readonly StockEvent[], prefix: string): Map<string, number[]> {
  const heard = new Map<string, number[]>();
  for (const { aggregate, toVersion } of events.filter((each) => each.aggregate.id.startsWith(`${prefix}-`))) {
    const list = heard.get(aggregate.id) ?? [];
    if (!list.includes(toVersion)) list.push(toVersion);
    heard.set(aggregate.id, list);
  }
  return heard;
}
const inOrder = (prefix: string, count: number) =>
  new Map(Array.from({ length: count }, (_, each) => [skuOf(prefix, each), [1, 2, 3]]));

describe('webhooks', () => {
  it('get what is theirs although one of them never answers and another one answers 500 to one event', async () => {
    const [sound, hanging, failing] = [
      await make('https://a.example.com'),
      await make('https://b.example.com'),
      await make('https://c.example.com'),
    ];
    const heard = { a: [] as StockEvent[], c: [] as StockEvent[] };
    let inFlight = 0;
    let most = 0;
    const sendWebhook: WebhookSender = async (message, signal): Promise<WebhookOutcome> => {
      if (message.url.includes('b.example')) {
        most = Math.max(most, (inFlight += 1));
        await new Promise((resolve) => signal?.addEventListener('abort', resolve));
        return { ok: false, status: null, error: 'broken off' };
      }
      const event = eventIn(message);
      if (message.url.includes('c.example') && event.id === 'sku:w-3:1')
        return { ok: false, status: 500, error: 'HTTP 500' };
      expect(message.secrets).toEqual([message.url.includes('a.example') ? sound.secret : failing.secret]);
      heard[message.url.includes('a.example') ? 'a' : 'c'].push(event);
      return { ok: true, status: 204 };
    };
    const worker = start({ sendWebhook });
    await happen('w', 12);
    await expect.poll(() => versions(heard.a, 'w'), { timeout: 10_000 }).toEqual(inOrder('w', 12));
    const expected = inOrder('w', 12).set('w-3', [2, 3]);
    await expect.poll(() => versions(heard.c, 'w'), { timeout: 10_000 }).toEqual(expected);
    await expect
      .poll(() => delivery(failing.webhookId))
      .toMatchObject({ pending: 0, dead: 1, lastStatus: 500, failed: 3 });
    await expect.poll(() => delivery(sound.webhookId)).toMatchObject({ pending: 0, dead: 0, delivered: 36, failed: 0 });
    expect(most).toBe(8);
    expect(worker.counters()).toMatchObject({ published: expect.any(Number), dead: 1, failures: 0 });
    // What was broken off by the stop is not held against the webhook.
    await worker.stop();
    expect(await delivery(hanging.webhookId)).toMatchObject({ pending: 36, dead: 0, delivered: 0, failed: 0 });
    const [row] = await granary.dataSource.query('SELECT COUNT(*) AS n FROM event_subscriber WHERE holder IS NOT NULL');
    expect(Number(row.n)).toBe(0);
  });

  it('get each event in order from many workers, though one of these vanishes with a message on its way', async () => {
    const { webhookId } = await make('https://a.example.com');
    const heard: StockEvent[] = [];
    let vanished = 0;
    const sendOnce: WebhookSender = async (message, signal) => {
      vanished += 1;
      await new Promise((resolve) => signal?.addEventListener('abort', resolve));
      return { ok: false, status: null, error: eventIn(message).id };
    };
    // A lease that nobody renews stands for a worker that was killed.
    const { deliveries } = granary.domain;
    const dead = { ...deliveries, settle: () => new Promise<never>(() => undefined), release: () => Promise.resolve() };
    const vanishing = start({ domain: { ...granary.domain, deliveries: dead }, sendWebhook: sendOnce });
    await happen('v', 1);
    await expect.poll(() => vanished, { timeout: 5_000 }).toBe(1);
    const active = new Set<string>();
    const sendWebhook: WebhookSender = async (message) => {
      const event = eventIn(message);
      expect(active.has(event.aggregate.id), 'one at a time along an aggregate').toBe(false);
      active.add(event.aggregate.id);
      await sleep(Math.random() * 4);
      active.delete(event.aggregate.id);
      heard.push(event);
      return { ok: true, status: 200 };
    };
    for (let each = 0; each < 3; each += 1) start({ sendWebhook });
    await happen('x', 20);
    const all = new Map([...inOrder('v', 1), ...inOrder('x', 20)]);
    await expect
      .poll(() => new Map([...versions(heard, 'v'), ...versions(heard, 'x')]), { timeout: 15_000 })
      .toEqual(all);
    expect(heard).toHaveLength(63);
    await expect.poll(() => delivery(webhookId)).toMatchObject({ pending: 0, dead: 0, delivered: 63 });
    await vanishing.stop();
  });
});

describe('listeners and the stream', () => {
  it('go on while one listener fails at an event for ever and another one hangs; a replay brings what was given up', async () => {
    const heard = { good: [] as StockEvent[], bad: [] as StockEvent[], stream: [] as StockEvent[] };
    let isMended = false;
    const worker = start({
      stream: async (events) => void heard.stream.push(...events),
      listeners: [
        { name: 'good', types, handle: (event) => void heard.good.push(event) },
        { name: 'hangs', types, handle: () => new Promise(() => undefined) },
        {
          name: 'bad',
          types,
          handle: (event) => {
            if (event.id === 'sku:l-1:1' && !isMended) throw new Error('never');
            heard.bad.push(event);
          },
        },
      ],
    });
    await happen('l', 4);
    await expect.poll(() => versions(heard.good, 'l'), { timeout: 10_000 }).toEqual(inOrder('l', 4));
    await expect.poll(() => versions(heard.stream, 'l'), { timeout: 10_000 }).toEqual(inOrder('l', 4));
    const expected = inOrder('l', 4).set('l-1', [2, 3]);
    await expect.poll(() => versions(heard.bad, 'l'), { timeout: 10_000 }).toEqual(expected);
    isMended = true;
    expect(await granary.domain.deliveries.replay({ subscriber: 'listener:bad' })).toBe(1);
    await expect.poll(() => heard.bad.at(-1)?.id, { timeout: 10_000 }).toBe('sku:l-1:1');
    expect(worker.counters().dead).toBeGreaterThanOrEqual(1);
  }, 30_000);

  it('the stream gets everything once its server is back, in order, and nothing is given up', async () => {
    const published: StockEvent[] = [];
    let isDown = true;
    let tries = 0;
    start({
      stream: async (events) => {
        tries += 1;
        if (isDown) throw new Error('connect ECONNREFUSED');
        published.push(...events);
      },
      delivery: { pollMs: 10, nearSchedule: { delaysMs: [] } },
    });
    await happen('s', 8);
    await sleep(1_500);
    // Not hammered while it is away: two dozen events, and ever longer rests.
    expect(tries).toBeLessThan(30);
    isDown = false;
    await expect.poll(() => versions(published, 's'), { timeout: 10_000 }).toEqual(inOrder('s', 8));
    expect(await streamNow()).toMatchObject({ dead: 0 });
  }, 30_000);

  it('an event that the stream alone does not take is given up, also when nothing else happens', async () => {
    let tries = 0;
    start({
      stream: async ([event]) => {
        if (event === undefined) return;
        tries += 1;
        throw new Error('ERR too large');
      },
      delivery: { pollMs: 10, nearSchedule: { delaysMs: [50, 50] } },
    });
    await granary.domain.skus.create({ skuId: 'q-0' }, call);
    await expect.poll(streamNow, { timeout: 10_000 }).toMatchObject({ dead: 1, pending: 0 });
    // When it was handed over, which tells nothing of it, and then as often as the schedule says.
    expect(tries).toBe(4);
  }, 30_000);

  it('an event that the stream alone does not take is given up, while all others get through', async () => {
    const published: StockEvent[] = [];
    start({
      stream: async (events) => {
        if (events.some(({ id }) => id === 'sku:p-2:1')) throw new Error('ERR too large');
        published.push(...events);
      },
      delivery: { pollMs: 10, nearSchedule: { delaysMs: [50] } },
    });
    await happen('p', 5);
    for (let each = 0; each < 40; each += 1) {
      await granary.domain.skus.update({ skuId: 'p-0', name: `again ${each}` }, call);
      await sleep(100);
    }
    await expect.poll(() => versions(published, 'p').get('p-2'), { timeout: 10_000 }).toEqual([2, 3]);
    expect(versions(published, 'p').get('p-0')).toEqual(Array.from({ length: 43 }, (_, each) => each + 1));
    expect(await streamNow()).toMatchObject({ dead: 1 });
  }, 30_000);
});
