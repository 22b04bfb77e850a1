/** What accountants do, as the reports tell it: shared and late costs, write-downs, standards. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buy, sell } from '../testing/shop.ts';
import { closeSoundCost, openTestCost, type TestCost } from '../testing/test-cost.ts';
import { told } from '../testing/told.ts';

let at: TestCost;

beforeAll(async () => {
  at = await openTestCost();
  await buy(at, 'A', [8, '20.00']);
  await buy(at, 'B', [3, '1.00']);
});
afterAll(() => closeSoundCost(at));

test('a shared cost and a late one are told with their parts, a write-down apart from them', async () => {
  const targets = [
    { skuId: 'A', weight: '1' },
    { skuId: 'B', weight: '3' },
  ];
  await at.cost.allocations.createRule(
    { name: 'rent', source: 'indirect', method: 'ratio', targets, isAutomatic: false },
    at.call,
  );
  const receipt = await buy(at, 'L', [10, '5.00']);
  await sell(at, 'L', 4);
  const batchId = receipt.lines[0]?.batchId ?? '';
  await at.cost.allocations.lateCost(
    { skuId: 'L', documentId: receipt.id, batchId, amount: '10.00', reason: 'freight' },
    at.call,
  );
  await at.cost.allocations.allocate({ rule: 'rent', amount: '40.00' }, at.call);
  await at.cost.revalue({ skuId: 'B', amount: '-1.50', reason: 'water' }, at.call);
  const { period: now } = await at.cost.periods.current();
  const periodId = now?.periodId;
  const columns = ['skuId', 'rule', 'source', 'total', 'part', 'capitalised', 'expensed', 'reason'] as const;
  expect(await told((page) => at.cost.reports.allocation({ periodId, ...page }), columns)).toEqual([
    ['A', 'rent', 'indirect', '40.00', '10.00', '10.00', '0.00', 'rent'],
    ['B', 'rent', 'indirect', '40.00', '30.00', '30.00', '0.00', 'rent'],
    ['L', null, null, null, '10.00', '6.00', '4.00', 'freight'],
  ]);
  const total = await told(
    (page) => at.cost.reports.rollForward({ periodId, by: 'period', ...page }),
    ['allocatedValue', 'revaluedValue', 'outboundValue'],
  );
  expect(total).toEqual([['50.00', '-1.50', '24.00']]);
});

test('the parts of a cost that many share are told page by page, each once', async () => {
  const skuIds = ['P1', 'P2', 'P3', 'P4', 'P5', 'P6', 'P7'];
  for (const skuId of skuIds) await buy(at, skuId, [1, '1.00', { occurredAt: '2026-06-03T12:00:00.000000Z' }]);
  const targets = skuIds.map((skuId) => ({ skuId, weight: '1' }));
  await at.cost.allocations.createRule(
    { name: 'light', source: 'indirect', method: 'ratio', targets, isAutomatic: false },
    at.call,
  );
  await at.cost.allocations.allocate({ rule: 'light', amount: '7.00' }, at.call);
  const { period } = await at.cost.periods.current();
  const parts = await told(
    (page) => at.cost.reports.allocation({ periodId: period?.periodId, ...page }),
    ['skuId', 'rule', 'part'],
  );
  expect(parts.filter(([, rule]) => rule === 'light')).toEqual(skuIds.map((skuId) => [skuId, 'light', '1.00']));
});

test('actual is held against the standard that held at the time', async () => {
  await buy(at, 'S', [10, '9.00']);
  await at.cost.standardCost({ skuId: 'S', cost: '10.00', per: 1 }, at.call);
  await buy(at, 'S', [10, '11.00']);
  await sell(at, 'S', 5);
  await at.cost.standardCost({ skuId: 'S', cost: '25.00', per: 2 }, at.call);
  await buy(at, 'S', [2, '12.50']);
  const columns = [
    ...(['standardCost', 'purchasedQuantity', 'purchaseVariance', 'consumedQuantity', 'usageVariance'] as const),
    ...(['bookedVariance', 'share', 'isExceeded'] as const),
  ];
  const row = ['12.50', 12, '10.00', 5, '-5.00', '0.00', '-0.10'];
  const variance = (threshold?: string, onlyExceeded = false) =>
    told((page) => at.cost.analysis.variance({ threshold, onlyExceeded, ...page }), columns);
  expect(await variance()).toEqual([[...row, false]]);
  expect(await variance('0.099999')).toEqual([[...row, true]]);
  expect(await variance('0.1', true)).toEqual([]);
});

test('what is costed at standard tells the variance that was booked', async () => {
  const other = await openTestCost({ cost: { defaultStrategy: 'standard' } });
  try {
    await buy(other, 'T', [10, '10.00']);
    await other.cost.standardCost({ skuId: 'T', cost: '12.00', per: 1 }, other.call);
    await buy(other, 'T', [10, '15.00']);
    const columns = ['purchaseVariance', 'bookedVariance', 'share', 'isExceeded'] as const;
    const rows = await told((page) => other.cost.analysis.variance({ onlyExceeded: false, ...page }), columns);
    expect(rows).toEqual([['30.00', '30.00', '0.25', true]]);
  } finally {
    await closeSoundCost(other);
  }
});
