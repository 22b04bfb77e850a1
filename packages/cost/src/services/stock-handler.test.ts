/** Every kind of movement on a real database, and what it costs; at the end the books are verified against the stock. */
import { adjusting, counting, levelOf } from '@granary/domain/testing/adjustment-inputs';
import { rowsOf } from '@granary/domain/testing/database-state';
import { hold, inbound, receipt, sale } from '@granary/domain/testing/inputs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buy, heldOf, layersOf, next, recordsOf, sell } from '../testing/shop.ts';
import { closeSoundCost, openTestCost, type TestCost } from '../testing/test-cost.ts';

let at: TestCost;

beforeAll(async () => {
  at = await openTestCost({ config: { allowNegative: true } });
  await at.domain.locations.create({ locationId: 'north', priority: 200 }, at.call);
});
afterAll(() => closeSoundCost(at));

const why = { operator: 'Ann', reason: 'for the test' };

describe('goods in and out', () => {
  test('are costed as they were received, each record with its movement, document and command', async () => {
    await buy(at, 'A', [10, '10.00']);
    await buy(at, 'A', [10, '20.00']);
    const sold = await sell(at, 'A', 15);
    expect(await recordsOf(at, 'A')).toEqual([
      'receipt purchases 10 for 100.00',
      'receipt purchases 10 for 200.00',
      'issue cost_of_sales -10 for -100.00',
      'issue cost_of_sales -5 for -100.00',
    ]);
    expect(await heldOf(at, 'A')).toBe('5 for 100.00');
    const [last] = await rowsOf(at.dataSource, "SELECT * FROM cost_record WHERE sku_id = 'A' AND record_no = 4");
    const { items } = await at.domain.stock.movements({ documentId: sold.id, limit: 9 });
    const [movement] = items.filter(({ batchId }) => batchId === last?.['batch_id']);
    expect(last).toMatchObject({ location_id: 'default', document_id: sold.id, command_id: movement?.commandId });
    expect(Number(last?.['level_version'])).toBe(movement?.version);
  });

  test('one sale takes of each SKU as that one is costed, though less changes of the one layer than of the other', async () => {
    for (const skuId of ['M1', 'M2']) await buy(at, skuId, [10, '10.00']);
    await at.cost.switchStrategy({ skuId: 'M1', to: 'weighted_average' }, at.call);
    const lines = ['M1', 'M2'].map((skuId) => ({ skuId, quantity: 4 }));
    await at.domain.outbound.sales(sale(next('O'), lines), at.call);
    const layers = "SELECT remaining, value FROM cost_layer WHERE sku_id IN ('M1', 'M2') ORDER BY sku_id";
    expect(await rowsOf(at.dataSource, layers)).toEqual([
      { remaining: '6', value: '0.000000' },
      { remaining: '6', value: '60.000000' },
    ]);
  });

  test('an opening balance and what a factory made come in on accounts of their own', async () => {
    const asOf = '2026-01-01T12:00:00.000000Z';
    await at.domain.inbound.opening({ documentNo: 'OPEN', asOf, lines: [receipt('OP', 2)] }, at.call);
    await at.domain.inbound.production({ ...inbound('MADE', [receipt('OP', 2)]), workOrderNo: 'WO' }, at.call);
    expect(await recordsOf(at, 'OP')).toEqual(['receipt opening 2 for 5.00', 'receipt purchases 2 for 5.00']);
  });

  test('what was held and deducted costs as a sale does, and a reservation nothing', async () => {
    await buy(at, 'H', [10, '3.00']);
    const { id } = await at.domain.reservations.reserve(hold('H', 4, 'O-H'), at.call);
    expect(await recordsOf(at, 'H', 1)).toEqual([]);
    await at.domain.reservations.deduct({ id, quantity: 3 }, at.call);
    await at.domain.reservations.deduct({ id, quantity: 1 }, at.call);
    expect(await recordsOf(at, 'H', 1)).toEqual([
      'issue cost_of_sales -3 for -9.00',
      'issue cost_of_sales -1 for -3.00',
    ]);
    const line = { skuId: 'H', quantity: 4, locationId: 'default', reservationId: id };
    await at.domain.inbound.return({ documentNo: next('R'), lines: [line] }, at.call);
    expect(await recordsOf(at, 'H', 3)).toEqual(['return cost_of_sales 4 for 12.00']);
  });

  test('damage is written off, goods sent back lower what was bought', async () => {
    await buy(at, 'D', [10, '4.00']);
    const lines = [{ skuId: 'D', quantity: 2 }];
    const { id } = await at.domain.outbound.damage({ documentNo: next('X'), ...why, lines }, at.call);
    await at.domain.outbound.supplierReturn({ documentNo: next('B'), supplier: 'Acme', lines }, at.call);
    await at.domain.outbound.reverse({ documentId: id, ...why }, at.call);
    expect(await recordsOf(at, 'D', 1)).toEqual([
      'adjustment adjustments -2 for -8.00',
      'issue purchases -2 for -8.00',
      'return adjustments 2 for 8.00',
    ]);
  });
});

describe('goods that come back', () => {
  test('come back at the cost at which they left, and leave once more when the return is reversed', async () => {
    await buy(at, 'R', [10, '10.00']);
    const sold = await sell(at, 'R', 6);
    await buy(at, 'R', [10, '30.00']);
    const line = { skuId: 'R', quantity: 2, locationId: 'default', originalDocumentId: sold.id, originalLine: 1 };
    const back = await at.domain.inbound.return({ documentNo: next('R'), lines: [line] }, at.call);
    expect(await recordsOf(at, 'R', 3)).toEqual(['return cost_of_sales 2 for 20.00']);
    await at.domain.inbound.reverse({ documentId: back.id, ...why }, at.call);
    expect(await recordsOf(at, 'R', 4)).toEqual(['issue cost_of_sales -2 for -20.00']);
    await at.domain.inbound.return({ documentNo: next('R'), lines: [{ ...line, quantity: 6 }] }, at.call);
    expect(await recordsOf(at, 'R', 5)).toEqual(['return cost_of_sales 6 for 60.00']);
  });

  test('without an original they are worth what the document says', async () => {
    await buy(at, 'R2', [10, '10.00']);
    await sell(at, 'R2', 1);
    await at.domain.inbound.return(inbound(next('R'), [receipt('R2', 1, { unitCost: '7.00' })]), at.call);
    expect(await recordsOf(at, 'R2', 2)).toEqual(['return cost_of_sales 1 for 7.00']);
  });

  test('a reversed sale and a reversed receipt leave the books as they were', async () => {
    const { id } = await buy(at, 'V', [10, '10.00']);
    const sold = await sell(at, 'V', 4);
    await at.domain.outbound.reverse({ documentId: sold.id, ...why }, at.call);
    expect(await heldOf(at, 'V')).toBe('10 for 100.00');
    await at.domain.inbound.reverse({ documentId: id, ...why }, at.call);
    expect(await recordsOf(at, 'V', 2)).toEqual([
      'return cost_of_sales 4 for 40.00',
      'reversal purchases -10 for -100.00',
    ]);
    expect(await heldOf(at, 'V')).toBe('0 for 0.00');
    expect(await layersOf(at, 'V')).toEqual([]);
  });
});

test('what is found and what is lost goes against adjustments, counted or told', async () => {
  await buy(at, 'J', [10, '2.00']);
  await at.domain.adjustments.adjust(adjusting('J', -3), at.call);
  await at.domain.adjustments.adjust(adjusting('J', 2, { unitCost: '5.00' }), at.call);
  const { onHandVersion } = await levelOf(at, 'J');
  await at.domain.adjustments.count(counting('J', 8, { onHandVersion }), at.call);
  expect(await recordsOf(at, 'J', 1)).toEqual([
    'adjustment adjustments -3 for -6.00',
    'adjustment adjustments 2 for 10.00',
    'adjustment adjustments -1 for -2.00',
  ]);
});

describe('goods sold before they came', () => {
  test('are owed at what a unit last cost, and corrected by the receipt that settles them', async () => {
    await buy(at, 'S', [2, '10.00']);
    await sell(at, 'S', 5);
    expect(await heldOf(at, 'S')).toBe('0 for 0.00 - 3 for 30.00');
    await buy(at, 'S', [10, '14.00']);
    expect(await recordsOf(at, 'S', 1)).toEqual([
      'issue cost_of_sales -2 for -20.00',
      'issue cost_of_sales -3 for -30.00',
      'receipt purchases 10 for 140.00',
      'deficit_correction cost_of_sales 0 for -12.00',
    ]);
    expect(await heldOf(at, 'S')).toBe('7 for 98.00');
  });

  test('and taken back before anything settled them are owed no more', async () => {
    await buy(at, 'S2', [2, '10.00']);
    const sold = await sell(at, 'S2', 5);
    await at.domain.outbound.reverse({ documentId: sold.id, ...why }, at.call);
    expect(await heldOf(at, 'S2')).toBe('2 for 20.00');
  });

  test('are settled as well by goods that another place sends', async () => {
    await buy(at, 'S3', [2, '10.00']);
    await buy(at, 'S3', [5, '16.00', { locationId: 'north' }]);
    await buy(at, 'S3', [5, '22.00', { locationId: 'north' }]);
    await sell(at, 'S3', 2);
    // Named, so that north is not asked for what default owes.
    await sell(at, 'S3', [3, { locationId: 'default' }]);
    await at.domain.outbound.transfer(
      { transferNo: 'T-S3', fromLocationId: 'north', toLocationId: 'default', lines: [{ skuId: 'S3', quantity: 5 }] },
      at.call,
    );
    await at.domain.inbound.transfer({ transferNo: 'T-S3', isFinal: false }, at.call);
    expect(await recordsOf(at, 'S3', 4)).toEqual([
      'issue cost_of_sales -3 for -57.00',
      'issue cost_of_sales -3 for -48.00',
      'return cost_of_sales 3 for 48.00',
      'deficit_correction cost_of_sales 0 for 9.00',
    ]);
    expect(await heldOf(at, 'S3')).toBe('7 for 142.00');
  });
});

describe('what only changes place or name', () => {
  test('a transfer costs nothing, and neither do its goods on their way', async () => {
    await buy(at, 'T', [10, '1.00']);
    const lines = [{ skuId: 'T', quantity: 4 }];
    const plan = { transferNo: 'T-T', fromLocationId: 'default', toLocationId: 'north', lines };
    await at.domain.outbound.transfer(plan, at.call);
    expect((await at.cost.verify()).violations).toEqual([]);
    await at.domain.inbound.transfer({ transferNo: 'T-T', isFinal: false }, at.call);
    expect(await recordsOf(at, 'T', 1)).toEqual([]);
  });

  test('split and merged goods are costed as the lot that they are now', async () => {
    await buy(at, 'M', [10, '1.00', { batchNo: 'L' }]);
    await buy(at, 'M', [10, '3.00', { batchNo: 'K' }]);
    const { items } = await at.domain.batches.list({ skuId: 'M', limit: 9 });
    const idOf = (batchNo: string) => items.find((batch) => batch.batchNo === batchNo)?.batchId ?? '';
    await at.domain.batches.split({ batchId: idOf('L'), quantities: [4] }, at.call);
    expect((await layersOf(at, 'M')).toSorted()).toEqual(['K: 10 for 30.00', 'L-1: 4 for 4.00', 'L: 6 for 6.00']);
    await at.domain.batches.merge({ batchIds: [idOf('L'), idOf('K')], targetBatchNo: 'K' }, at.call);
    expect((await layersOf(at, 'M')).toSorted()).toEqual(['K: 10 for 30.00', 'K: 6 for 6.00', 'L-1: 4 for 4.00']);
    expect(await recordsOf(at, 'M', 2)).toEqual([]);
  });
});

test('a refusal of costing undoes the whole call', async () => {
  const before = await rowsOf(at.dataSource, 'SELECT COUNT(*) AS n FROM stock_movement');
  await buy(at, 'Z', [1, '1.00', { locationId: 'north' }]);
  await expect(sell(at, 'NEVER', 3)).rejects.toMatchObject({ code: 'INV_001' });
  const lines = [{ skuId: 'Z', quantity: 1 }];
  await at.dataSource.query("UPDATE cost_period SET state = 'frozen'");
  await expect(at.domain.outbound.damage({ documentNo: next('X'), ...why, lines }, at.call)).rejects.toMatchObject({
    code: 'COST_005',
  });
  await at.dataSource.query("UPDATE cost_period SET state = 'open'");
  const after = await rowsOf(at.dataSource, 'SELECT COUNT(*) AS n FROM stock_movement');
  expect(Number(after[0]?.['n'])).toBe(Number(before[0]?.['n']) + 1);
});
