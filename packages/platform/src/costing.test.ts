/** A Granary with costing joined to it: on by default, off by configuration, with strategies of one's own. */
import type { Caller } from '@granary/contracts/command';
import { inboundInput, salesInput } from '@granary/contracts/document';
import { orderedBy } from '@granary/cost/strategies/strategy';
import { createTestDatabase, testServers, type TestDatabase } from '@granary/testkit/servers';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ConfigError, parseConfig } from './env.ts';
import { type Granary, type GranaryOverrides, openGranary } from './granary.ts';
import { silentLog } from './log.ts';
import { migrate } from './migration-runner.ts';
import { migrations } from './schema.ts';

const caller: Caller = { actor: 'local', address: null, agent: 'test', requestId: 'test' };
const dearestFirst = orderedBy('dearest_first', (a, b) => Number(b.value - a.value));
let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase('costing');
  await migrate({ url: database.url, migrations, log: silentLog });
});
afterAll(async () => {
  await database.drop();
  await (await testServers()).stop();
});

async function opened(more: Record<string, string> = {}, overrides: GranaryOverrides = {}): Promise<Granary> {
  const config = parseConfig({ DATABASE_URL: database.url, STOCK_LOCK: 'none', ...more });
  return openGranary(config, { log: silentLog, ...overrides });
}

/** Buys 10 at 1.00 and 10 at 3.00, and sells 5. */
async function trade({ domain }: Granary, skuId: string): Promise<void> {
  for (const [documentNo, unitCost] of [
    ['a', '1.00'],
    ['b', '3.00'],
  ]) {
    const lines = [{ skuId, quantity: 10, unitCost, batchNo: documentNo }];
    await domain.inbound.purchase(inboundInput.parse({ documentNo: `${skuId}-${documentNo}`, lines }), { caller });
  }
  await domain.outbound.sales(salesInput.parse({ orderNo: skuId, lines: [{ skuId, quantity: 5 }] }), { caller });
}

test.each([
  ['weighted_average', {}, '30.00'],
  ['fifo', { STOCK_COST_METHOD: 'fifo' }, '35.00'],
  ['dearest_first', { STOCK_COST_DEFAULT_STRATEGY: 'dearest_first' }, '25.00'],
])('stock is costed by %s', async (name, settings, value) => {
  const granary = await opened(settings, { costStrategies: [dearestFirst] });
  try {
    await trade(granary, name);
    expect(await granary.cost?.inventoryValue({ skuIds: [name], limit: 10 })).toMatchObject({
      total: value,
      items: [{ quantity: 15 }],
    });
    expect((await granary.cost?.verify())?.violations).toEqual([]);
  } finally {
    await granary.close();
  }
});

test('verifying stock looks at its costs as well', async () => {
  const granary = await opened();
  const wrong = async () =>
    (await granary.domain.verify()).violations.map(({ invariant, row }) => `${invariant} ${row}`);
  try {
    await trade(granary, 'verified');
    expect(await wrong()).toEqual([]);
    await granary.dataSource.query("UPDATE cost_state SET value = value + 1 WHERE sku_id = 'verified'");
    expect(await wrong()).toContain('I8 cost of verified');
    await granary.dataSource.query("UPDATE cost_state SET value = value - 1 WHERE sku_id = 'verified'");
  } finally {
    await granary.close();
  }
});

test('switched off, it writes nothing', async () => {
  const granary = await opened({ STOCK_COST_ENABLED: 'false' });
  try {
    await trade(granary, 'uncosted');
    expect(granary.cost).toBeUndefined();
    expect(await granary.dataSource.query("SELECT 1 FROM cost_state WHERE sku_id = 'uncosted'")).toEqual([]);
  } finally {
    await granary.close();
  }
});

test.each([
  [
    'an unknown name',
    { STOCK_COST_METHOD: 'dearest_last' },
    [],
    /no cost strategy "dearest_last"[\s\S]*Name one of fifo/,
  ],
  ['a name taken twice', {}, [dearestFirst, dearestFirst], /registered twice[\s\S]*another name/],
])('%s stops the start', async (...[, settings, costStrategies, told]) => {
  const failure = await opened(settings, { costStrategies }).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(ConfigError);
  expect(String(failure)).toMatch(told);
});
