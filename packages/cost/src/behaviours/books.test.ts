/** What the tests of ERPNext and Odoo say of what goods cost, replayed here; the facts are restated, docs/behaviours.md tells where Granary differs. */
import { formatMoney } from '@granary/contracts/money';
import { rowsOf } from '@granary/domain/testing/database-state';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buy, heldOf, layersOf, next, recordsOf, sell } from '../testing/shop.ts';
import { closeSoundCost, openTestCost, type TestCost } from '../testing/test-cost.ts';

let at: TestCost;
beforeAll(async () => {
  at = await openTestCost();
  for (const locationId of ['B', 'C']) await at.domain.locations.create({ locationId }, at.call);
});
afterAll(() => closeSoundCost(at));

const on = (day: number, month = '08') => ({
  occurredAt: `2026-${month}-${String(day).padStart(2, '0')}T12:00:00.000000Z`,
});

/** What each issue has cost by now, with all that corrected it, in the order in which they were told. */
async function costsOfSales(skuId: string): Promise<string[]> {
  const rows = await rowsOf(
    at.dataSource,
    `SELECT COALESCE(corrects_id, event_id) AS issue, -SUM(value) AS cost FROM cost_record
     WHERE sku_id = ? AND account = 'cost_of_sales' GROUP BY 1 ORDER BY MIN(record_no)`,
    [skuId],
  );
  return rows.map(({ cost }) => formatMoney(BigInt(String(cost).replace('.', ''))));
}

test('erp-05: a receipt that was told late is taken back, and what was sold costs again what it did', async () => {
  for (const [day, unitCost] of [
    [2, '5.00'],
    [3, '10.00'],
    [4, '5.00'],
  ] as const)
    await buy(at, 'e5', [10, unitCost, on(day)]);
  for (const day of [5, 6, 7]) await sell(at, 'e5', [10, on(day)]);
  expect(await costsOfSales('e5')).toEqual(['50.00', '100.00', '50.00']);
  const late = await buy(at, 'e5', [10, '7.00', on(1)]);
  expect(await costsOfSales('e5')).toEqual(['70.00', '50.00', '100.00']);
  await at.domain.inbound.reverse({ documentId: late.id, operator: 'Ann', reason: 'never came', ...on(1) }, at.call);
  expect(await costsOfSales('e5')).toEqual(['50.00', '100.00', '50.00']);
  expect(await heldOf(at, 'e5')).toBe('0 for 0.00');
});

test('erp-06: what a late receipt changes is felt two transfers further', async () => {
  await buy(at, 'e6', [10, '5.00', on(2)]);
  const move = async (fromLocationId: string, toLocationId: string) => {
    const transferNo = next('T');
    const lines = [{ skuId: 'e6', quantity: 10 }];
    await at.domain.outbound.transfer({ transferNo, fromLocationId, toLocationId, lines }, at.call);
    await at.domain.transfers.receive({ transferNo, isFinal: true }, at.call);
  };
  await move('default', 'B');
  await move('B', 'C');
  await buy(at, 'e6', [10, '7.00', on(1)]);
  await sell(at, 'e6', [10, { locationId: 'C' }]);
  expect(await costsOfSales('e6')).toEqual(['70.00']);
});

test('erp-07: one batch is counted anew at another cost, and the other one keeps its own', async () => {
  await buy(at, 'e7', [10, '100.00', { batchNo: 'Y' }]);
  await buy(at, 'e7', [13, '200.00', { batchNo: 'X' }]);
  await at.cost.switchStrategy({ skuId: 'e7', to: 'specific' }, at.call);
  const posted = (await recordsOf(at, 'e7')).length;
  const count = async (counted: number, cost: { readonly unitCost?: string } = {}) => {
    const [level] = (await at.domain.stock.levels({ skuId: 'e7', limit: 1 })).items;
    const batches = (await at.domain.batches.list({ skuId: 'e7', limit: 9 })).items;
    const batchId = batches.find(({ batchNo }) => batchNo === 'Y')?.batchId;
    const onHandVersion = level?.onHandVersion ?? 0;
    const why = { reasonCode: 'stocktake', operator: 'Ann' } as const;
    await at.domain.adjustments.count({ skuId: 'e7', batchId, counted, onHandVersion, ...why, ...cost }, at.call);
  };
  await count(0);
  await count(5, { unitCost: '50.00' });
  expect(await recordsOf(at, 'e7', posted)).toEqual([
    'adjustment adjustments -10 for -1000.00',
    'adjustment adjustments 5 for 250.00',
  ]);
  expect((await layersOf(at, 'e7')).toSorted()).toEqual(['X: 13 for 2600.00', 'Y: 5 for 250.00']);
});

test('erp-adj-04: books that say 7 at 700 are counted down to the 6 at 600 that are there', async () => {
  await buy(at, 'e4', [7, '100.00']);
  const [level] = (await at.domain.stock.levels({ skuId: 'e4', limit: 1 })).items;
  const counted = { skuId: 'e4', counted: 6, onHandVersion: level?.onHandVersion ?? 0 };
  await at.domain.adjustments.count({ ...counted, reasonCode: 'stocktake', operator: 'Ann' }, at.call);
  expect(await heldOf(at, 'e4')).toBe('6 for 600.00');
});

test('odoo-05: goods on their way cost nothing, and stock is worth what it was', async () => {
  await buy(at, 'o5', [10, '3.00']);
  const lines = [{ skuId: 'o5', quantity: 4 }];
  const transfer = { transferNo: next('T'), fromLocationId: 'default', toLocationId: 'B', lines };
  await at.domain.outbound.transfer(transfer, at.call);
  expect(await costsOfSales('o5')).toEqual([]);
  expect(await heldOf(at, 'o5')).toBe('10 for 30.00');
});

test('odoo-09: 19 units at an average of 15 are worth 285 before they are costed first in first out, and after', async () => {
  await buy(at, 'o9', [10, '10.00']);
  await at.cost.switchStrategy({ skuId: 'o9', to: 'weighted_average' }, at.call);
  await buy(at, 'o9', [10, '20.00']);
  await sell(at, 'o9', 1);
  expect(await at.cost.switchStrategy({ skuId: 'o9', to: 'fifo' }, at.call)).toMatchObject({
    ...{ quantity: 19, before: '285.00', after: '285.00' },
  });
});

test('odoo-rev-01: 20 more onto 60 in an average are 80, a unit of which is 4', async () => {
  await buy(at, 'r1', [10, '2.00']);
  await at.cost.switchStrategy({ skuId: 'r1', to: 'weighted_average' }, at.call);
  await buy(at, 'r1', [10, '4.00']);
  await at.cost.revalue({ skuId: 'r1', amount: '20.00', reason: 'appraised' }, at.call);
  expect(await at.cost.averageCost({ skuId: 'r1' })).toMatchObject({
    quantity: 20,
    value: '80.00',
    averageCost: '4.00',
  });
});

test('odoo-rev-03: where nothing is held, there is nothing to revalue', async () => {
  await buy(at, 'r3', [1, '2.00']);
  await sell(at, 'r3', 1);
  const revaluing = at.cost.revalue({ skuId: 'r3', amount: '20.00', reason: 'appraised' }, at.call);
  await expect(revaluing).rejects.toMatchObject({ code: 'COST_001' });
});

describe('when a month is closed', () => {
  let august = '';
  beforeAll(async () => {
    await at.domain.skus.create({ skuId: 'b2' } as never, at.call);
    await at.cost.standardCost({ skuId: 'b2', cost: '250.00' }, at.call);
    await at.cost.switchStrategy({ skuId: 'b2', to: 'standard' }, at.call);
    await buy(at, 'a2', [10, '5.00', on(3)]);
    await sell(at, 'a2', [10, on(4)]);
    august = (await at.cost.periods.list({ limit: 500 })).items.at(-1)?.periodId ?? '';
  });

  test('erp-adj-02: what is wrong in it is corrected there while it can be opened again, and no longer afterwards', async () => {
    const correct = (documentNo: number) => buy(at, 'a2', [1, '1.00', on(documentNo)]);
    await at.cost.periods.freeze({ periodId: august }, at.call);
    await expect(correct(1)).rejects.toMatchObject({ code: 'COST_005' });
    await at.cost.periods.unfreeze({ periodId: august, reason: 'a receipt was forgotten' }, at.call);
    await correct(1);
    expect(await costsOfSales('a2')).toEqual(['46.00']);
    await at.cost.periods.close({ periodId: august }, at.call);
    await expect(correct(2)).rejects.toMatchObject({ code: 'COST_006' });
    const reopening = at.cost.periods.unfreeze({ periodId: august, reason: 'once more' }, at.call);
    await expect(reopening).rejects.toMatchObject({ code: 'COST_006' });
    expect(await costsOfSales('a2')).toEqual(['46.00']);
  });

  test('odoo-back-02: a cost that was stated by hand before there were goods outlasts it', async () => {
    await buy(at, 'b2', [1, '240.00']);
    expect(await at.cost.averageCost({ skuId: 'b2' })).toMatchObject({ value: '250.00', averageCost: '250.00' });
  });
});
