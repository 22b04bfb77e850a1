/** What the cost services answer and change, on a real database. */
import { rowsOf } from '@granary/domain/testing/database-state';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buy, heldOf, layersOf, recordsOf, sell } from '../testing/shop.ts';
import { closeSoundCost, openTestCost, type TestCost } from '../testing/test-cost.ts';

let at: TestCost;

beforeAll(async () => {
  at = await openTestCost();
  await at.domain.locations.create({ locationId: 'north', priority: 200 }, at.call);
});
afterAll(() => closeSoundCost(at));

describe('calculate', () => {
  beforeAll(async () => {
    await buy(at, 'A', [10, '10.00']);
    await buy(at, 'A', [10, '20.00', { locationId: 'north' }]);
  });

  test.for<[strategy: string | undefined, total: string, unit: string]>([
    [undefined, '200.00', '13.333333'],
    ['lifo', '250.00', '16.666667'],
    ['weighted_average', '225.00', '15.00'],
  ])('15 of 10 at 10 and 10 at 20 by %s cost %s', async ([strategy, totalCost, unitCost]) => {
    expect(await at.cost.calculate({ skuId: 'A', quantity: 15, strategy })).toMatchObject({ totalCost, unitCost });
  });

  test('tells the layers, and the sale then costs exactly that', async () => {
    await buy(at, 'A2', [3, '1.00']);
    await buy(at, 'A2', [4, '2.00']);
    const { lines, totalCost } = await at.cost.calculate({ skuId: 'A2', quantity: 5 });
    expect(lines.map(({ quantity, totalCost: cost }) => [quantity, cost])).toEqual([
      [3, '3.00'],
      [2, '4.00'],
    ]);
    await sell(at, 'A2', 5);
    expect(await recordsOf(at, 'A2', 2)).toEqual([
      'issue cost_of_sales -3 for -3.00',
      'issue cost_of_sales -2 for -4.00',
    ]);
    expect(totalCost).toBe('7.00');
  });

  test('by specific names the batches that it takes, the oldest, and a sale of these costs exactly that', async () => {
    await buy(at, 'S', [3, '1.00', { batchNo: 'OLD' }]);
    await buy(at, 'S', [4, '2.00', { batchNo: 'NEW' }]);
    await at.cost.switchStrategy({ skuId: 'S', to: 'specific' }, at.call);
    const { lines, totalCost } = await at.cost.calculate({ skuId: 'S', quantity: 4 });
    expect(lines.map(({ batchNo, quantity, totalCost: cost }) => [batchNo, quantity, cost])).toEqual([
      ['OLD', 3, '3.00'],
      ['NEW', 1, '2.00'],
    ]);
    expect(totalCost).toBe('5.00');
    const byFifo = await at.cost.calculate({ skuId: 'S', quantity: 4, strategy: 'fifo' });
    expect(byFifo.lines.map(({ batchNo }) => batchNo)).toEqual([null, null]);
    await sell(at, 'S', 4);
    expect(await recordsOf(at, 'S', 3)).toEqual([
      'issue cost_of_sales -3 for -3.00',
      'issue cost_of_sales -1 for -2.00',
    ]);
  });

  test('refuses a shortage, an unknown strategy and an unknown SKU, each by its code', async () => {
    await expect(at.cost.calculate({ skuId: 'A', quantity: 21 })).rejects.toMatchObject({ code: 'COST_002' });
    await expect(at.cost.calculate({ skuId: 'A', quantity: 1, strategy: 'hifo' })).rejects.toMatchObject({
      code: 'COST_003',
    });
    await expect(at.cost.calculate({ skuId: 'NOBODY', quantity: 1 })).rejects.toMatchObject({ code: 'INV_001' });
  });

  test('of many answers each for itself, in their order', async () => {
    const items = [
      { skuId: 'A', quantity: 1 },
      { skuId: 'NOBODY', quantity: 1 },
      { skuId: 'A', quantity: 99 },
    ];
    const answer = await at.cost.calculateMany({ items });
    expect(answer.items).toMatchObject([
      { ok: true, totalCost: '10.00' },
      { ok: false, error: { code: 'INV_001' } },
      { ok: false, error: { code: 'COST_002' } },
    ]);
  });
});

describe('what stock is worth', () => {
  test('is told for a SKU and for all, and by location with the last one taking the residue', async () => {
    await buy(at, 'V', [1, '10.00']);
    await buy(at, 'V', [2, '0.00', { locationId: 'north' }]);
    expect(await at.cost.averageCost({ skuId: 'V' })).toMatchObject({ quantity: 3, averageCost: '3.333333' });
    const { items, total } = await at.cost.inventoryValue({ skuIds: ['V'], byLocation: true, limit: 9 });
    expect(total).toBe('10.00');
    expect(items[0]?.locations).toEqual([
      { locationId: 'default', quantity: 1, value: '3.333333' },
      { locationId: 'north', quantity: 2, value: '6.666667' },
    ]);
    const all = await at.cost.inventoryValue({ limit: 1 });
    const [sum] = await rowsOf(at.dataSource, 'SELECT SUM(value) AS total, COUNT(*) AS skus FROM cost_state');
    expect([Number(all.total), all.skus]).toEqual([Number(sum?.['total']), Number(sum?.['skus'])]);
    // The total is of all pages, not of this one.
    expect(all.items).toHaveLength(1);
    const next = await at.cost.inventoryValue({ limit: 1, cursor: all.nextCursor ?? '' });
    expect(next.items).not.toEqual(all.items);
    expect(next.total).toBe(all.total);
  });

  test('is null of what never had a cost', async () => {
    await at.domain.skus.create({ skuId: 'EMPTY' } as never, at.call);
    expect(await at.cost.averageCost({ skuId: 'EMPTY' })).toMatchObject({ quantity: 0, averageCost: null });
  });
});

test('records are read in pages, each with where it comes from', async () => {
  await buy(at, 'P', [3, '1.00']);
  const { id } = await sell(at, 'P', 1);
  await sell(at, 'P', 1);
  const first = await at.cost.records({ skuId: 'P', limit: 2 });
  expect(first.items.map(({ recordNo, value }) => [recordNo, value])).toEqual([
    [1, '3.00'],
    [2, '-1.00'],
  ]);
  const rest = await at.cost.records({ skuId: 'P', limit: 2, cursor: first.nextCursor ?? '' });
  expect(rest).toMatchObject({ items: [{ recordNo: 3 }], nextCursor: null });
  expect((await at.cost.records({ documentId: id, limit: 9 })).items).toMatchObject([{ skuId: 'P', recordNo: 2 }]);
});

describe('an accountant', () => {
  test('switches the strategy and the value stays', async () => {
    await buy(at, 'W', [10, '10.00']);
    await buy(at, 'W', [10, '20.00']);
    const to = 'weighted_average';
    expect(await at.cost.switchStrategy({ skuId: 'W', to }, at.call)).toEqual({
      ...{ skuId: 'W', strategy: to, quantity: 20, before: '300.00', after: '300.00' },
    });
    await sell(at, 'W', 2);
    expect((await recordsOf(at, 'W', 2)).at(-1)).toBe('issue cost_of_sales -2 for -30.00');
    await expect(at.cost.switchStrategy({ skuId: 'W', to: 'hifo' }, at.call)).rejects.toMatchObject({
      code: 'COST_003',
    });
  });

  test('writes stock down with a reason, at most to nothing, and a repeated key does it once', async () => {
    await buy(at, 'N', [10, '10.00']);
    const input = { skuId: 'N', amount: '-25.00', reason: 'out of fashion', idempotencyKey: 'down' };
    await at.cost.revalue(input, at.call);
    expect(await at.cost.revalue(input, at.call)).toMatchObject({ before: '100.00', after: '75.00' });
    expect(await heldOf(at, 'N')).toBe('10 for 75.00');
    expect(await layersOf(at, 'N')).toEqual([expect.stringContaining('10 for 75.00')]);
    const { items } = await at.cost.records({ skuId: 'N', kind: 'revaluation', limit: 9 });
    expect(items).toMatchObject([{ reason: 'out of fashion', value: '-25.00', account: 'revaluation' }]);
    const id = items[0]?.commandId;
    const [command] = await rowsOf(at.dataSource, 'SELECT * FROM command WHERE command_id = ?', [id]);
    expect(command?.['outcome']).toBe('done');
    const more = { ...input, amount: '-75.01', idempotencyKey: 'more' };
    await expect(at.cost.revalue(more, at.call)).rejects.toMatchObject({ code: 'COST_001' });
  });

  test('names a standard cost, at which goods come in and stock is revalued', async () => {
    await buy(at, 'T', [10, '10.00']);
    await at.cost.switchStrategy({ skuId: 'T', to: 'standard' }, at.call);
    await at.cost.standardCost({ skuId: 'T', cost: '12.00', reason: 'new year' }, at.call);
    await buy(at, 'T', [5, '13.00']);
    expect(await recordsOf(at, 'T', 1)).toEqual([
      'switch revaluation 0 for 0.00',
      'revaluation revaluation 0 for 20.00',
      'receipt purchases 5 for 65.00',
      'variance variance 0 for -5.00',
    ]);
    expect(await heldOf(at, 'T')).toBe('15 for 180.00');
    expect(await rowsOf(at.dataSource, 'SELECT reason FROM standard_cost')).toEqual([{ reason: 'new year' }]);
  });
});
