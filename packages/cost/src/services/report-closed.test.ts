/** What was told of a closed period is told again in the same bytes, whatever has happened since. */
import { testConfig, testPorts } from '@granary/domain/testing/test-domain';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Cost, createCost, createCostCore } from '../cost.ts';
import { accountsNamed } from '../rules/ledger-account.ts';
import { buy, periodsOf, sell } from '../testing/shop.ts';
import { closeSoundCost, openTestCost, type TestCost, testCostConfig } from '../testing/test-cost.ts';

let at: TestCost;
let told = '';
let receipt = { documentId: '', batchId: '' };
const closed: string[] = [];
const on = (day: string) => ({ occurredAt: `${day}T12:00:00.000000Z` });

beforeAll(async () => {
  at = await openTestCost({ config: { allowNegative: true } });
  await at.domain.locations.create({ locationId: 'north', priority: 200 }, at.call);
  const first = await buy(at, 'A', [10, '10.00', on('2026-08-03')]);
  receipt = { documentId: first.id, batchId: first.lines[0]?.batchId ?? '' };
  await buy(at, 'P', [3, '1.00', on('2026-08-03')]);
  await at.cost.standardCost({ skuId: 'A', cost: '11.00', per: 1 }, at.call);
  await sell(at, 'A', [4, on('2026-08-20')]);
  await sell(at, 'P', [5, on('2026-08-21')]);
  await buy(at, 'A', [10, '20.000001', on('2026-09-03')]);
  await buy(at, 'A', [5, '7.00', { locationId: 'north', ...on('2026-09-04') }]);
  await sell(at, 'A', [8, on('2026-09-20')]);
  for (const { periodId, startsOn } of await periodsOf(at)) {
    if (startsOn > '2026-09-30') continue;
    await at.cost.periods.close({ periodId }, at.call);
    closed.push(periodId);
  }
  told = await reportsOf(at.cost);
});
afterAll(() => closeSoundCost(at));

/** Every report of the closed periods and of the days in them. */
async function reportsOf({ reports, analysis }: Cost): Promise<string> {
  const answers: unknown[] = [];
  for (const periodId of closed)
    for (const by of ['sku', 'period'] as const) {
      const input = { periodId, by, limit: 500 };
      answers.push(await reports.costOfSales(input), await reports.rollForward(input), await reports.turnover(input));
      answers.push(await reports.journal({ ...input, by: by === 'sku' ? 'entry' : 'account' }));
      const plain = { periodId, limit: 500 };
      answers.push(await reports.allocation(plain), await analysis.trend(plain));
      answers.push(await analysis.variance({ ...plain, onlyExceeded: false }));
    }
  for (const day of ['2026-08-15', '2026-08-31', '2026-09-10', '2026-09-25', '2026-09-30']) {
    for (const by of ['sku', 'place', 'location', 'total'] as const)
      answers.push(await reports.valuation({ on: day, by, limit: 500 }));
    for (const by of ['sku', 'total'] as const)
      answers.push(await reports.ageing({ on: day, by, bucketDays: [10, 20], limit: 500 }));
  }
  return JSON.stringify(answers);
}

const refused = async (work: Promise<unknown>) => await expect(work).rejects.toMatchObject({ code: 'COST_006' });

test('the reports say something', () => {
  expect(told).toContain('"cost_of_sales"');
  expect(told.length).toBeGreaterThan(5_000);
});

test.for<[string, () => Promise<unknown>]>([
  ['freight that came late', () => late('10.00')],
  ['a credit', () => late('-3.00')],
  ['a back-dated receipt that was refused', () => refused(buy(at, 'A', [1, '1.00', on('2026-09-05')]))],
  ['a back-dated sale that was refused', () => refused(sell(at, 'A', [1, on('2026-08-20')]))],
  ['a SKU that nobody had heard of', () => buy(at, 'NEW', [5, '1.00'])],
  ['the settling of what was owed', () => buy(at, 'P', [9, '4.00'])],
  ['a sale', () => sell(at, 'A', 2)],
  ['another strategy', () => at.cost.switchStrategy({ skuId: 'A', to: 'weighted_average' }, at.call)],
  ['a write-down', () => at.cost.revalue({ skuId: 'A', amount: '-5.00', reason: 'rain' }, at.call)],
  ['another standard cost', () => at.cost.standardCost({ skuId: 'A', cost: '1.00', per: 1 }, at.call)],
  ['the close of the month after', closeNext],
])('after %s it is the same bytes', async ([, happen]) => {
  await happen();
  expect(await reportsOf(at.cost)).toBe(told);
});

test('after a transfer that somebody dates back into the period it is the same bytes', async () => {
  const places = { fromLocationId: 'default', toLocationId: 'north' };
  await at.domain.transfers.create({ transferNo: 'T', ...places, lines: [{ skuId: 'A', quantity: 1 }] }, at.call);
  // No value moves, so nothing is posted that the period could refuse.
  await at.domain.transfers.ship({ transferNo: 'T', ...on('2026-09-25') }, at.call);
  expect(await reportsOf(at.cost)).toBe(told);
});

test('after a start with another default strategy, another rounding, accounts and threshold it is the same bytes', async () => {
  const accounts = accountsNamed({ inventory: '1405', cost_of_sales: '6401' });
  const policy = { ...testCostConfig.policy, issueDecimals: 0 };
  const config = { ...testCostConfig, defaultStrategy: 'lifo', accounts, policy, varianceThresholdMillionths: 0 };
  const core = createCostCore({ config, ids: testPorts().ids });
  const cost = createCost({ core, dataSource: at.dataSource, config: testConfig, ports: testPorts() });
  expect(await reportsOf(cost)).toBe(told);
});

async function late(amount: string) {
  return await at.cost.allocations.lateCost({ skuId: 'A', ...receipt, amount, reason: 'freight' }, at.call);
}

async function closeNext() {
  at.advance(31 * 86_400);
  const next = (await periodsOf(at)).find(({ state }) => state === 'open');
  await at.cost.periods.close({ periodId: next?.periodId ?? '' }, at.call);
}
