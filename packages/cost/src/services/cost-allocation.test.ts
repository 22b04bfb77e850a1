/** Costs shared out by rules, and freight that comes after the goods; the parts are exactly the whole, and history stays. */
import { rowsOf } from '@granary/domain/testing/database-state';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buy, heldOf, periodOfToday, periodsOf, recordsOf, sell } from '../testing/shop.ts';
import { closeSoundCost, openTestCost, type TestCost } from '../testing/test-cost.ts';

let at: TestCost;

beforeAll(async () => {
  at = await openTestCost();
  await buy(at, 'A', [10, '10.00']);
  await buy(at, 'B', [20, '1.00']);
  await buy(at, 'C', [3, '0.00']);
});
afterAll(() => closeSoundCost(at));

const rule = (name: string, method: 'ratio' | 'quantity' | 'value' | 'activity', weights?: readonly string[]) =>
  at.cost.allocations.createRule(
    {
      ...{ name, method, source: 'indirect' },
      targets: ['A', 'B', 'C'].map((skuId, place) => ({ skuId, weight: weights?.[place] })),
    },
    at.call,
  );

const ruleOf = (name: string, skuId: string) => {
  const plain = { name, method: 'value', source: 'direct' } as const;
  return at.cost.allocations.createRule({ ...plain, targets: [{ skuId }] }, at.call);
};

describe('a rule', () => {
  beforeAll(() => at.domain.bundles.create({ skuId: 'KIT', components: [{ skuId: 'A', quantity: 1 }] }, at.call));

  test.for<['ratio' | 'quantity' | 'value' | 'activity', readonly string[] | undefined, readonly string[]]>([
    ['ratio', ['1', '1', '1'], ['33.333334', '33.333333', '33.333333']],
    ['activity', ['2.5', '7.5', '0'], ['25.00', '75.00']],
    ['quantity', undefined, ['30.30303', '60.606061', '9.090909']],
  ])('by %s gives every SKU its part, and the parts are the whole', async ([method, weights, parts]) => {
    await rule(method, method, weights);
    const { targets } = await at.cost.allocations.allocate({ rule: method, amount: '100.00' }, at.call);
    expect(targets.map(({ capitalised }) => capitalised)).toEqual(parts);
  });

  test('by value goes by what stock is worth at that moment', async () => {
    await rule('value', 'value');
    const { items, total } = await at.cost.inventoryValue({ skuIds: ['A', 'B', 'C'], limit: 9 });
    const { targets } = await at.cost.allocations.allocate({ rule: 'value', amount: total }, at.call);
    expect(targets.map(({ capitalised }) => capitalised)).toEqual(items.map(({ value }) => value));
  });

  test.for<[string, () => Promise<unknown>, string]>([
    ['without weights where it needs them', () => rule('no weights', 'ratio'), 'COST_008'],
    ['with weights of nothing', () => rule('nothing', 'activity', ['0', '0', '0']), 'COST_008'],
    ['that is there', () => rule('ratio', 'quantity'), 'INV_008'],
    ['of a SKU that nobody knows', () => ruleOf('lost', 'NOBODY'), 'INV_001'],
    ['of a bundle', () => ruleOf('kit', 'KIT'), 'INV_010'],
    ['that nobody made', () => at.cost.allocations.allocate({ rule: 'none', amount: '1' }, at.call), 'INV_007'],
  ])('%s is refused', async ([, work, code]) => {
    await expect(work()).rejects.toMatchObject({ code });
  });

  test('is told by SKU and by period', async () => {
    const { periodId } = await periodOfToday(at);
    const { items } = await at.cost.allocations.list({ periodId, limit: 9 });
    expect(items.map(({ name }) => name)).toEqual([...['value', 'quantity', 'activity', 'ratio']]);
    expect(await at.cost.allocations.allocated({ skuId: 'C', on: '2026-01-01' })).toMatchObject({ total: '0.00' });
    const { total, expensed } = await at.cost.allocations.allocated({ skuId: 'C' });
    expect(Number(total)).toBeGreaterThan(42);
    expect(expensed).toBe('0.00');
  });
});

test('late freight of goods of a closed period lands split between stock and cost of sales in the open one', async () => {
  const document = await buy(at, 'L', [10, '10.00', { occurredAt: '2026-08-01T12:00:00.000000Z' }]);
  await sell(at, 'L', [4, { occurredAt: '2026-08-02T12:00:00.000000Z' }]);
  const [period] = await periodsOf(at);
  const periodId = period?.periodId ?? '';
  await at.cost.periods.close({ periodId }, at.call);
  const told = async () =>
    JSON.stringify([
      await rowsOf(at.dataSource, 'SELECT * FROM cost_record WHERE period_id = ? ORDER BY sku_id, record_no', [
        periodId,
      ]),
      await rowsOf(at.dataSource, 'SELECT * FROM cost_snapshot WHERE period_id = ?', [periodId]),
    ]);
  const before = await told();
  const batchId = document.lines[0]?.batchId ?? '';
  const input = { skuId: 'L', documentId: document.id, batchId, amount: '25.00', reason: 'freight' };
  const { reason: _why, ...asked } = input;
  expect(await at.cost.preview({ ...asked, type: 'lateCost' })).toMatchObject({
    ...{ valueBefore: '60.00', valueAfter: '75.00', corrections: 0 },
    periods: [{ costOfSales: '10.00', value: '15.00', records: 2 }],
  });
  expect(await at.cost.allocations.lateCost(input, at.call)).toMatchObject({ capitalised: '15.00', expensed: '10.00' });
  expect(await told()).toBe(before);
  expect(await recordsOf(at, 'L', 2)).toEqual([
    'allocation allocations 0 for 25.00',
    'allocation cost_of_sales 0 for -10.00',
  ]);
  expect(await heldOf(at, 'L')).toBe('6 for 75.00');
  await expect(at.cost.preview({ ...asked, type: 'lateCost', documentId: 'X' })).rejects.toMatchObject({
    code: 'INV_007',
  });
  await expect(at.cost.allocations.lateCost({ ...input, documentId: 'X' }, at.call)).rejects.toMatchObject({
    code: 'INV_007',
  });
});

describe('a late cost', () => {
  const adding = (skuId: string, document: { readonly id: string; readonly lines: readonly { batchId: string }[] }) => {
    const receipt = { documentId: document.id, batchId: document.lines[0]?.batchId ?? '' };
    return at.cost.allocations.lateCost({ skuId, ...receipt, amount: '1.00', reason: 'duty' }, at.call);
  };

  test('belongs to a receipt of that SKU: a sale, another SKU and one that nobody knows are refused, and nothing is written', async () => {
    const bought = await buy(at, 'L', [2, '1.00']);
    const sold = await sell(at, 'L', 1);
    const before = await recordsOf(at, 'L');
    await expect(adding('L', sold as never)).rejects.toMatchObject({ code: 'INV_007', details: { noun: 'receipt' } });
    await expect(adding('A', bought)).rejects.toMatchObject({ code: 'INV_007' });
    await expect(adding('NOBODY', bought)).rejects.toMatchObject({ code: 'INV_001' });
    expect(await heldOf(at, 'NOBODY')).toBe('nothing');
    expect(await recordsOf(at, 'L')).toEqual(before);
  });
});
