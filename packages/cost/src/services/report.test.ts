/** The reports over two months of a small shop, each figure worked out by hand. */
import { adjusting } from '@granary/domain/testing/adjustment-inputs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buy, periodsOf, sell } from '../testing/shop.ts';
import { closeSoundCost, openTestCost, type TestCost } from '../testing/test-cost.ts';
import { told } from '../testing/told.ts';

let at: TestCost;
let september = '';
let october = '';

const on = (day: string) => ({ occurredAt: `${day}T12:00:00.000000Z` });
beforeAll(async () => {
  at = await openTestCost();
  await at.domain.locations.create({ locationId: 'north', priority: 200 }, at.call);
  await buy(at, 'A', [10, '10.00', on('2026-09-03')]);
  await buy(at, 'B', [2, '1.00', on('2026-09-04')]);
  await buy(at, 'B', [1, '0.00', { locationId: 'north', ...on('2026-09-05') }]);
  await sell(at, 'A', [4, on('2026-09-20')]);
  await buy(at, 'A', [10, '20.00', on('2026-10-03')]);
  await at.domain.adjustments.adjust(adjusting('A', -1, on('2026-10-10')), at.call);
  await sell(at, 'A', [7, on('2026-10-20')]);
  for (const { periodId, name } of await periodsOf(at)) {
    if (name === '2026-09') september = periodId;
    if (name === '2026-10') october = periodId;
  }
});
afterAll(() => closeSoundCost(at));

/** Twice: while both months are open, and again when September is closed. */
describe.for(['open', 'closed'])('with September %s', (state) => {
  beforeAll(async () => {
    if (state === 'closed') await at.cost.periods.close({ periodId: september }, at.call);
  });

  test.for<[string | undefined, unknown[][]]>([
    ['2026-09-02', []],
    [
      '2026-09-04',
      [
        ['A', 10, '100.00', '10.00'],
        ['B', 2, '2.00', '1.00'],
      ],
    ],
    [
      '2026-09-30',
      [
        ['A', 6, '60.00', '10.00'],
        ['B', 3, '2.00', '0.666667'],
      ],
    ],
    [
      '2026-10-10',
      [
        ['A', 15, '250.00', '16.666667'],
        ['B', 3, '2.00', '0.666667'],
      ],
    ],
    [
      undefined,
      [
        ['A', 8, '160.00', '20.00'],
        ['B', 3, '2.00', '0.666667'],
      ],
    ],
  ])('stock at the end of %s is valued', async ([day, rows]) => {
    const of = { on: day, by: 'sku' } as const;
    expect(
      await told(
        (page) => at.cost.reports.valuation({ ...of, ...page }),
        ['skuId', 'quantity', 'value', 'averageCost'],
      ),
    ).toEqual(rows);
  });

  test.for<['place' | 'location' | 'total', string | undefined, unknown[][]]>([
    [
      'place',
      '2026-09-30',
      [
        ['A', 'default', 6, '60.00'],
        ['B', 'default', 2, '1.333333'],
        ['B', 'north', 1, '0.666667'],
      ],
    ],
    [
      'location',
      undefined,
      [
        [null, 'default', 10, '161.333333'],
        [null, 'north', 1, '0.666667'],
      ],
    ],
    ['total', '2026-10-10', [[null, null, 18, '252.00']]],
    ['total', '2026-09-02', [[null, null, 0, '0.00']]],
  ])('by %s at %s', async ([by, day, rows]) => {
    const columns = ['skuId', 'locationId', 'quantity', 'value'] as const;
    expect(await told((page) => at.cost.reports.valuation({ by, on: day, ...page }), columns)).toEqual(rows);
  });

  test('the roll-forward goes from opening to closing, by SKU and in all', async () => {
    const columns = [
      ...(['period', 'skuId', 'openingQuantity', 'openingValue', 'inboundQuantity', 'inboundValue'] as const),
      ...(['outboundQuantity', 'outboundValue', 'adjustedQuantity', 'adjustedValue'] as const),
      ...(['closingQuantity', 'closingValue'] as const),
    ];
    const rows = await told((page) => at.cost.reports.rollForward({ by: 'sku', ...page }), columns);
    expect(rows.slice(0, 4)).toEqual([
      ['2026-09', 'A', 0, '0.00', 10, '100.00', 4, '40.00', 0, '0.00', 6, '60.00'],
      ['2026-09', 'B', 0, '0.00', 3, '2.00', 0, '0.00', 0, '0.00', 3, '2.00'],
      ['2026-10', 'A', 6, '60.00', 10, '200.00', 7, '90.00', -1, '-10.00', 8, '160.00'],
      ['2026-10', 'B', 3, '2.00', 0, '0.00', 0, '0.00', 0, '0.00', 3, '2.00'],
    ]);
    const total = await told(
      (page) => at.cost.reports.rollForward({ by: 'period', periodId: october, ...page }),
      columns,
    );
    expect(total).toEqual([['2026-10', null, 9, '62.00', 10, '200.00', 7, '90.00', -1, '-10.00', 11, '162.00']]);
  });

  test('the cost of sales is told by account, of SKUs and of periods', async () => {
    const columns = ['period', 'skuId', 'account', 'quantity', 'cost'] as const;
    expect(await told((page) => at.cost.reports.costOfSales({ by: 'sku', ...page }), columns)).toEqual([
      ['2026-09', 'A', 'cost_of_sales', 4, '40.00'],
      ['2026-10', 'A', 'adjustments', 1, '10.00'],
      ['2026-10', 'A', 'cost_of_sales', 7, '90.00'],
    ]);
    const only = { by: 'period', account: 'cost_of_sales', periodId: october } as const;
    expect(await told((page) => at.cost.reports.costOfSales({ ...only, ...page }), columns)).toEqual([
      ['2026-10', null, 'cost_of_sales', 7, '90.00'],
    ]);
  });

  test('turnover divides the cost of sales by the average inventory', async () => {
    const columns = ['days', 'costOfSales', 'averageInventory', 'turnover', 'inventoryDays'] as const;
    const of = { skuId: 'A', by: 'sku' } as const;
    expect((await told((page) => at.cost.reports.turnover({ ...of, ...page }), columns)).slice(0, 2)).toEqual([
      [30, '40.00', '30.00', '1.333333', '22.50'],
      [31, '90.00', '110.00', '0.818182', '37.888889'],
    ]);
  });

  test('the cost of a unit is followed from period to period', async () => {
    const columns = ['openingCost', 'inboundCost', 'consumedCost', 'closingCost', 'change'] as const;
    const rows = await told((page) => at.cost.analysis.trend({ skuId: 'A', ...page }), columns);
    expect(rows.slice(0, 2)).toEqual([
      [null, '10.00', '10.00', '10.00', null],
      ['10.00', '20.00', '12.857143', '20.00', '1.00'],
    ]);
  });

  test('ages are those of the layers that lay there on the day', async () => {
    const columns = ['skuId', 'fromDays', 'toDays', 'quantity', 'value'] as const;
    const ageing = { by: 'sku', bucketDays: [0, 7, 30] } as const;
    const of = { ...ageing, bucketDays: [...ageing.bucketDays] };
    expect(await told((page) => at.cost.reports.ageing({ ...of, on: '2026-10-10', ...page }), columns)).toEqual([
      ['A', 1, 7, 10, '200.00'],
      ['A', 31, null, 5, '50.00'],
      ['B', 31, null, 3, '2.00'],
    ]);
    const total = await told(
      (page) => at.cost.reports.ageing({ ...of, by: 'total', on: '2026-09-04', ...page }),
      columns,
    );
    expect(total).toEqual([
      [null, 0, 0, 2, '2.00'],
      [null, 1, 7, 10, '100.00'],
    ]);
    const now = await told((page) => at.cost.reports.ageing({ ...of, by: 'total', ...page }), columns);
    expect(now).toEqual([[null, 31, null, 11, '162.00']]);
  });

  test('the journal balances, entry by entry and account by account', async () => {
    const columns = ['skuId', 'recordNo', 'account', 'code', 'debit', 'credit'] as const;
    const of = { periodId: october, by: 'entry' } as const;
    const lines = await told((page) => at.cost.reports.journal({ ...of, ...page }), columns);
    expect(lines).toEqual([
      ['A', 3, 'inventory', 'inventory', '200.00', '0.00'],
      ['A', 3, 'purchases', 'purchases', '0.00', '200.00'],
      ['A', 4, 'adjustments', 'adjustments', '10.00', '0.00'],
      ['A', 4, 'inventory', 'inventory', '0.00', '10.00'],
      ['A', 5, 'cost_of_sales', 'cost_of_sales', '50.00', '0.00'],
      ['A', 5, 'inventory', 'inventory', '0.00', '50.00'],
      ['A', 6, 'cost_of_sales', 'cost_of_sales', '40.00', '0.00'],
      ['A', 6, 'inventory', 'inventory', '0.00', '40.00'],
    ]);
    const sums = await told((page) => at.cost.reports.journal({ ...of, by: 'account', ...page }), columns);
    expect(sums).toEqual([
      [null, null, 'adjustments', 'adjustments', '10.00', '0.00'],
      [null, null, 'cost_of_sales', 'cost_of_sales', '90.00', '0.00'],
      [null, null, 'inventory', 'inventory', '200.00', '100.00'],
      [null, null, 'purchases', 'purchases', '0.00', '200.00'],
    ]);
  });

  test('a period that is not there is COST_004', async () => {
    const periodId = '01JD7Z5K3M8Q2W4E6R7T8Y9ZAB';
    const refusal = { code: 'COST_004' };
    await expect(at.cost.reports.journal({ periodId, by: 'entry', limit: 1 })).rejects.toMatchObject(refusal);
    await expect(at.cost.reports.rollForward({ periodId, by: 'sku', limit: 1 })).rejects.toMatchObject(refusal);
  });
});
