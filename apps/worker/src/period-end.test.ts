/** Months that are over and costs that stray, seen to by real workers: each once, however many workers run. */
import { GranaryError } from '@granary/contracts/error';
import type { StockEvent } from '@granary/contracts/event';
import type { Cost } from '@granary/cost/cost';
import { parseConfig } from '@granary/platform/env';
import { openGranary, type Granary } from '@granary/platform/granary';
import { silentLog } from '@granary/platform/log';
import { migrate } from '@granary/platform/migration-runner';
import { migrations } from '@granary/platform/schema';
import { createTestDatabase, testServers, type TestDatabase } from '@granary/testkit/servers';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { createPeriodAutoClose } from './period-auto-close.ts';
import { createWorker, type Worker } from './worker.ts';

const call = { caller: { actor: 'local', address: null, agent: 'test', requestId: 'test' }, deadlineMs: 30_000 };
let database: TestDatabase;
let granary: Granary;
let cost: Cost;
const workers = new Set<Worker>();
const events: StockEvent[] = [];

beforeAll(async () => {
  database = await createTestDatabase('period-end');
  await migrate({ url: database.url, migrations, log: silentLog });
  const config = parseConfig({
    DATABASE_URL: database.url,
    STOCK_LOCK: 'none',
    DATABASE_POOL: '24',
    STOCK_COST_PERIOD_AUTO_CLOSE: 'true',
    STOCK_COST_PERIOD_AUTO_CLOSE_DAYS: '3',
  });
  granary = await openGranary(config, { log: silentLog });
  if (granary.cost === undefined) throw new Error('costing is off');
  ({ cost } = granary);
});
afterEach(async () => {
  await Promise.all([...workers].map((worker) => worker.stop()));
  workers.clear();
  // Those that stopped hold leases for seconds yet, and the next ones would wait for them.
  await granary.dataSource.query('DELETE FROM lease');
});
afterAll(async () => {
  await granary.close();
  await database.drop();
  await (await testServers()).stop();
});

function start(): void {
  const worker = createWorker({
    ...{ domain: granary.domain, cost: granary.cost, log: silentLog, pollMs: 10, leaseMs: 500 },
    ...{ upkeepMs: 50, alertScanMs: 50 },
    listeners: [{ name: 'test', types: 'all', handle: (event) => void events.push(event) }],
  });
  workers.add(worker);
  worker.start();
}

const buy = (documentNo: string, unitCost: string, occurredAt?: string) => {
  const lines = [{ skuId: 'S', quantity: 10, unitCost, locationId: 'default', qualityLevel: 'A' }];
  return granary.domain.inbound.purchase(
    { documentNo, lines, ...(occurredAt === undefined ? {} : { occurredAt }) },
    call,
  );
};
/** Far longer than it takes, as other tests run beside it: only a worker that never does it fails. */
const PATIENCE_MS = 60_000;
const eventually = (asked: () => unknown) => expect.poll(asked, { timeout: PATIENCE_MS, interval: 20 });
const told = (type: string) => events.filter((event) => event.type === type).map(({ id }) => id);

it(
  'closes months that are over in their order, and leaves the one that runs',
  async () => {
    await buy('PO-1', '1.00', '2024-02-10T12:00:00Z');
    await buy('PO-2', '1.00', '2024-03-10T12:00:00Z');
    await buy('PO-3', '1.00');
    for (let each = 0; each < 3; each += 1) start();
    const states = async () => (await cost.periods.list({ limit: 10 })).items.map(({ state }) => state);
    await eventually(states).toEqual(['open', 'closed', 'closed']);
    await eventually(() => told('cost.period.closed')).toHaveLength(2);
  },
  2 * PATIENCE_MS,
);

it(
  'tells of a cost that strays from its standard, once',
  async () => {
    await cost.standardCost({ skuId: 'S', cost: '1.00', per: 1 }, call);
    await buy('PO-4', '2.00');
    for (let each = 0; each < 3; each += 1) start();
    await eventually(() => told('cost.variance.exceeded')).toHaveLength(1);
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(new Set(told('cost.variance.exceeded')).size).toBe(1);
  },
  2 * PATIENCE_MS,
);

it('rests after a refusal, which a person has to look at, and tries again at once what may pass', async () => {
  const refusals = [
    new GranaryError('periodFrozen', { message: 'x', hint: 'x', details: { period: 'x' } }),
    new GranaryError('unavailable', { message: 'x', hint: 'x', details: { dependency: 'x', retryAfterSeconds: 1 } }),
  ];
  const logged: string[] = [];
  const autoClose: Cost['autoClose'] = () => Promise.reject(refusals.shift() ?? new Error('unexpected'));
  const { round } = createPeriodAutoClose({
    ...{ cost: { autoClose }, holder: 'w1', intervalMs: 77 },
    log: (level) => void logged.push(level),
  });
  expect(await round()).toBe(77);
  expect(logged).toEqual(['error']);
  await expect(round()).rejects.toMatchObject({ kind: 'unavailable' });
});
