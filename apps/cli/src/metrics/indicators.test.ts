/** Every indicator is there at /metrics and is moved by a real action: an api, a worker, and what people do with them. */
import { startApi } from '@granary/api/start';
import { createClient } from '@granary/client';
import { migrations } from '@granary/platform/schema';
import { parseConfig } from '@granary/platform/env';
import { type Granary, openGranary } from '@granary/platform/granary';
import { silentLog } from '@granary/platform/log';
import { indicators } from '@granary/platform/metrics/indicators';
import { instruments } from '@granary/platform/metrics/instruments';
import { type MetricsServer, startMetricsServer } from '@granary/platform/metrics/metrics-server';
import { migrate } from '@granary/platform/migration-runner';
import { createTestDatabase, testServers, type TestDatabase } from '@granary/testkit/servers';
import { createMetricsWatch } from '@granary/worker/metrics-watch';
import { createWorker, type Worker } from '@granary/worker/worker';
import { createConnection } from 'mysql2/promise';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { callHere } from '../fleet/call-here.ts';
import { type Sample, scrape, sumOf } from './samples.ts';

type Api = Awaited<ReturnType<typeof startApi>>;
let database: TestDatabase;
let api: Api;
let granary: Granary;
let told: MetricsServer | undefined;
let worker: Worker;
const seen: { idle: readonly Sample[]; busy: readonly Sample[]; after: readonly Sample[] } = {
  ...{ idle: [], busy: [], after: [] },
};

const settle = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const both = async () => [...(await scrape(api.metricsPort ?? 0)), ...(await scrape(told?.port ?? 0))];

beforeAll(async () => {
  const { redisUrl } = await testServers();
  database = await createTestDatabase('metrics');
  await migrate({ url: database.url, migrations, log: silentLog });
  const settings = { DATABASE_URL: database.url, REDIS_URL: redisUrl, PORT: '0', GRANARY_METRICS_PORT: '0' };
  const config = parseConfig(settings);
  api = await startApi(config, { log: silentLog });
  granary = await openGranary(config, { log: silentLog });
  const { domain, metrics } = granary;
  told = await startMetricsServer(config, metrics);
  worker = createWorker({ domain, log: silentLog, metrics, metricsMs: 3_600_000, pollMs: 10, intervalMs: 50 });
  seen.idle = await both();
  await goThroughADay();
});
afterAll(async () => {
  await worker.stop();
  await told?.close();
  await api.close(0);
  await granary.close();
  await database.drop();
  await (await testServers()).stop();
});

async function goThroughADay(): Promise<void> {
  const client = createClient({ url: api.url, retries: 0 });
  const lines = ['A', 'B', 'C'].map((skuId) => ({ skuId, quantity: 10, unitCost: '1.00' }));
  await client.inbound.purchase.mutate({ documentNo: 'PO-1', lines });
  await client.stock.check.query({ skuId: 'A' });
  await client.stock.check.query({ skuId: 'A' });
  await client.stock.allocate.query({ skuId: 'A', quantity: 3 });
  await client.reservation.reserve.mutate({ skuId: 'A', quantity: 1, type: 'cart', businessId: 'c1', ttlSeconds: 1 });
  await client.reservation.reserve
    .mutate({ skuId: 'A', quantity: 99, type: 'cart', businessId: 'c2' })
    .catch(() => undefined);
  await client.outbound.sales.mutate({ orderNo: 'O-1', lines: [{ skuId: 'C', quantity: 10 }] });
  await deadlock(client);
  await spoil();
  // The fence has been taken: the call tries again, and gives up.
  await client.outbound.sales.mutate({ orderNo: 'O-2', lines: [{ skuId: 'B', quantity: 1 }] }).catch(() => undefined);
  await settle(1_100);
  const watch = createMetricsWatch({ domain: granary.domain, metrics: granary.metrics, intervalMs: 10 });
  await watch.round();
  seen.busy = [...seen.busy, ...(await both())];
  const job = await granary.domain.jobs.verify({}, callHere());
  worker.start();
  const published = async () =>
    sumOf(await both(), 'granary_events_total', { type: 'stock.reservation.expired' }) === 1;
  await vi.waitUntil(published, { timeout: 10_000 });
  const hasEnded = async () => (await granary.domain.jobs.get(job)).state === 'done';
  await vi.waitUntil(hasEnded, { timeout: 10_000 });
  await watch.round();
  seen.after = await both();
}

/** Another session holds the second SKU and then wants the first: the server ends the lighter of the two, which is the call. */
async function deadlock(client: ReturnType<typeof createClient>): Promise<void> {
  const other = await createConnection(database.url);
  try {
    await other.query('START TRANSACTION');
    const heavy = Array.from({ length: 200 }, (_, each) => [`heavy-${each}`, 'test', '2000-01-01 00:00:00']);
    await other.query('INSERT INTO lease (name, holder, expires_at) VALUES ?', [heavy]);
    await other.query(`SELECT version FROM stock_level WHERE sku_id = 'B' FOR UPDATE`);
    const hold = { quantity: 1, type: 'order', businessId: 'o1' } as const;
    const calling = client.reservation.reserveMany.mutate({ lines: ['A', 'B'].map((skuId) => ({ ...hold, skuId })) });
    await settle(300);
    seen.busy = await scrape(api.metricsPort ?? 0);
    await other.query(`SELECT version FROM stock_level WHERE sku_id = 'A' FOR UPDATE`);
    await other.query('ROLLBACK');
    await calling;
  } finally {
    other.destroy();
  }
}

/** What somebody did by hand, past the engine: a counter changed, and a movement put where the next one of B will go. */
async function spoil(): Promise<void> {
  const other = await createConnection(database.url);
  await other.query(`UPDATE stock_level SET deficit = deficit + 1 WHERE sku_id = 'C'`);
  const { columns } = granary.dataSource.getMetadata('stock_movement');
  const names = columns.map(({ databaseName }) => databaseName);
  const copied = names.map((name) => (name === 'version' ? 'version + 1' : name));
  await other.query(
    `INSERT INTO stock_movement (${names.join()}) SELECT ${copied.join()} FROM stock_movement WHERE sku_id = 'B' ORDER BY version DESC LIMIT 1`,
  );
  await other.end();
}

const value = (when: keyof typeof seen, name: string, labels: Sample['labels'] = {}) => sumOf(seen[when], name, labels);
const calls = (labels: Sample['labels']) => value('after', 'granary_calls_total', labels);

/** What the day must have left at each of them. */
const left: Readonly<Record<string, () => void>> = {
  'Accuracy of the counters against the ledger': () =>
    expect(value('after', 'granary_levels', { state: 'off' })).toBe(1),
  'Success of reservations': () => {
    expect(calls({ procedure: 'reservation.reserve', outcome: 'ok' })).toBe(1);
    expect(calls({ procedure: 'reservation.reserve', outcome: 'insufficientStock' })).toBe(1);
  },
  'Success of allocations': () => expect(calls({ procedure: 'stock.allocate', outcome: 'ok' })).toBe(1),
  'Reservations that expire': () => {
    expect(value('after', 'granary_events_total', { type: 'stock.reserved' })).toBe(3);
    expect(value('after', 'granary_events_total', { type: 'stock.reservation.expired' })).toBe(1);
  },
  'Turnover in 30 days': () => {
    expect(value('after', 'granary_units_moved_total', { kind: 'ship', direction: 'out' })).toBe(10);
    expect(value('after', 'granary_units_moved_total', { direction: 'in' })).toBe(30);
    expect(value('after', 'granary_on_hand_units')).toBe(20);
  },
  'Out of stock': () => {
    expect(value('after', 'granary_levels', { state: 'empty' })).toBe(1);
    expect(value('after', 'granary_levels', { state: 'all' })).toBe(3);
  },
  'Oversold levels': () => expect(value('after', 'granary_levels', { state: 'oversold' })).toBe(1),
  'Verifications that found something': () =>
    expect(value('after', 'granary_checks_failed', { kind: 'verify' })).toBe(1),
  'Queries a second': () => expect(calls({ type: 'query' })).toBe(3),
  'Updates a second': () => expect(calls({ type: 'mutation', outcome: 'ok' })).toBe(4),
  'Latency of the api, 99th percentile': () =>
    expect(value('after', 'granary_call_duration_seconds_bucket', { procedure: 'stock.check', le: '+Inf' })).toBe(2),
  'Success of transactions': () =>
    expect(value('after', 'granary_units_total', { end: 'committed' })).toBeGreaterThanOrEqual(5),
  'Mean wait for a row': () => {
    expect(value('after', 'granary_database_lock_waits_total')).toBeGreaterThan(0);
    expect(value('after', 'granary_database_lock_wait_seconds_total')).toBeGreaterThan(0.2);
  },
  'Conflicts of locks a second': () => expect(value('after', 'granary_conflicts_total', { cause: 'deadlock' })).toBe(1),
  'Conflicts of versions a second': () =>
    expect(value('after', 'granary_conflicts_total', { cause: 'duplicate' })).toBe(4),
  'Hits of the cache': () => {
    expect(value('after', 'granary_cache_answers_total', { source: 'process' })).toBeGreaterThan(0);
    expect(value('after', 'granary_cache_answers_total', { source: 'database' })).toBeGreaterThan(0);
  },
  'Use of the pool': () => {
    expect(value('idle', 'granary_pool_connections', { state: 'used' })).toBe(0);
    expect(value('busy', 'granary_pool_connections', { state: 'used' })).toBeGreaterThan(0);
    expect(value('idle', 'granary_pool_limit')).toBe(20);
  },
  'Lag of the outbox': () => {
    expect(value('busy', 'granary_outbox_lag_seconds')).toBeGreaterThan(1);
    expect(value('busy', 'granary_overdue_holds')).toBe(1);
  },
};

describe('/metrics', () => {
  it('is looked at for every indicator', () => {
    expect(Object.keys(left)).toEqual(indicators.map(({ name }) => name));
  });

  it.each(indicators)('moves: $name', ({ name, expression, from }) => {
    left[name]?.();
    for (const each of from) {
      expect(expression).toContain(each);
      expect(Object.keys(instruments)).toContain(each);
    }
  });

  it('tells of nothing but what the list of instruments and Node name', () => {
    const known = new Set(Object.keys(instruments));
    const names = seen.after.map(({ name }) => name.replace(/_(?:bucket|sum|count)$/, ''));
    expect(names.filter((name) => !known.has(name) && !/^(?:process|nodejs)_/.test(name))).toEqual([]);
  });

  it('is not on the port of the api, and nothing else is on its own', async () => {
    expect((await fetch(`${api.url}/metrics`)).status).toBe(404);
    expect((await fetch(`http://127.0.0.1:${api.metricsPort}/healthz`)).status).toBe(404);
  });
});
