/** Alerts and snapshots by real workers: not lost when one fails or ends, not doubled when several run. */
import { migrations } from '@granary/platform/schema';
import { parseConfig } from '@granary/platform/env';
import { openGranary, type Granary } from '@granary/platform/granary';
import { silentLog } from '@granary/platform/log';
import { migrate } from '@granary/platform/migration-runner';
import { createTestDatabase, testServers, type TestDatabase } from '@granary/testkit/servers';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { createWorker, type Worker, type WorkerOptions } from './worker.ts';

const call = { caller: { actor: 'local', address: null, agent: 'test', requestId: 'test' }, deadlineMs: 30_000 };
let database: TestDatabase;
let granary: Granary;
const workers = new Set<Worker>();

beforeAll(async () => {
  database = await createTestDatabase('alerts');
  await migrate({ url: database.url, migrations, log: silentLog });
  const config = parseConfig({
    DATABASE_URL: database.url,
    STOCK_LOCK: 'none',
    DATABASE_POOL: '24',
    STOCK_ALERT_LOW_THRESHOLD: '10',
  });
  granary = await openGranary(config, { log: silentLog });
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

function start(more: Partial<WorkerOptions> = {}): Worker {
  const worker = createWorker({
    ...{ domain: granary.domain, log: silentLog, pollMs: 10, leaseMs: 500, jobPollMs: 50, snapshotPollMs: 50 },
    delivery: { pollMs: 10, leaseMs: 1_000, nearSchedule: { delaysMs: [50, 100, 200] } },
    // Only what events tell of: a scan would find it as well.
    alertScanMs: 3_600_000,
    ...more,
  });
  workers.add(worker);
  worker.start();
  return worker;
}

const receive = (skuId: string, quantity: number) => {
  const lines = [{ skuId, quantity, unitCost: '1.00', locationId: 'default', qualityLevel: 'A' }];
  return granary.domain.inbound.purchase({ documentNo: `PO-${skuId}-${quantity}`, lines }, call);
};
const told = async (skuId: string) =>
  (await granary.domain.alerts.list({ skuId, limit: 10 })).items.map(({ kind, state }) => `${kind} ${state}`);
const eventually = (asked: () => Promise<unknown>) => expect.poll(asked, { timeout: 15_000, interval: 20 });

it('raises and resolves once, however many workers run, and when the one that relays ends', async () => {
  const [first] = [start(), start(), start()];
  await receive('A', 5);
  await eventually(() => told('A')).toEqual(['low open']);
  await first?.stop();
  await receive('A', 50);
  await eventually(() => told('A')).toEqual(['low resolved']);
});

it('brings what it failed at again, so that no alert is lost', async () => {
  const { alertWatch } = granary.domain;
  let failures = 3;
  const follow: typeof alertWatch.follow = async (events, by) => {
    if ((failures -= 1) >= 0) throw new Error('the database is away');
    await alertWatch.follow(events, by);
  };
  await receive('B', 5);
  const worker = start({ domain: { ...granary.domain, alertWatch: { ...alertWatch, follow } } });
  await eventually(() => told('B')).toEqual(['low open']);
  expect(failures).toBeLessThan(0);
  expect(worker.counters().dead).toBe(0);
});

it('what happened while no worker ran is told when one runs', async () => {
  await receive('C', 5);
  start();
  await eventually(() => told('C')).toEqual(['low open']);
});

it('takes the snapshot of the day once, and what people ask for', async () => {
  for (let each = 0; each < 3; each += 1) start();
  const { id } = await granary.domain.snapshots.create({ name: 'now' }, call);
  const list = async () => (await granary.domain.snapshots.list({ limit: 50 })).items;
  await eventually(async () => (await list()).map(({ kind, state }) => `${kind} ${state}`).toSorted()).toEqual([
    'daily complete',
    'manual complete',
  ]);
  const { items } = await granary.domain.snapshots.rows({ snapshotId: id, skuId: 'A', limit: 10 });
  expect(items.map(({ onHand }) => onHand)).toEqual([55, 5, 50]);
});
