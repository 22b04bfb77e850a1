/** Reversals: appended opposites in the same batches at the same costs, once, and refused when the goods are gone. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Document } from '@granary/contracts/document';
import { hold, inbound, receipt, sale, secondsFromNow } from '../testing/inputs.ts';
import { refusalOf } from '../testing/refusals.ts';
import { closeSound } from '../testing/soundness.ts';
import { openTestDomain, type TestDomain } from '../testing/test-domain.ts';

let at: TestDomain;

beforeAll(async () => {
  at = await openTestDomain();
});
afterAll(() => closeSound(at));

let made = 0;
const next = (stem: string) => `${stem}-${(made += 1)}`;
const why = { operator: 'Ann', reason: 'posted twice' };
const stock = (...lines: Parameters<typeof receipt>[]) =>
  at.domain.inbound.purchase(
    inbound(
      next('PO'),
      lines.map((line) => receipt(...line)),
    ),
    at.call,
  );
const sell = (orderNo: string, skuId: string, quantity: number) =>
  at.domain.outbound.sales(sale(orderNo, [{ skuId, quantity }]), at.call);
const reverseIn = ({ id }: Document, more = {}) =>
  at.domain.inbound.reverse({ documentId: id, ...why, ...more }, at.call);
const reverseOut = ({ id }: Document, more = {}) =>
  at.domain.outbound.reverse({ documentId: id, ...why, ...more }, at.call);
const free = async (skuId: string) => (await at.domain.stock.check({ skuId })).available;

describe('an inbound document taken back', () => {
  test('leaves nothing of its goods, and both documents name each other', async () => {
    await stock(['A', 10, { batchNo: 'LOT', unitCost: '1.00' }]);
    const twice = await stock(['A', 10, { batchNo: 'LOT', unitCost: '3.00' }], ['A', 5, { batchNo: 'NEW' }]);
    const reversal = await reverseIn(twice);
    expect(reversal).toMatchObject({
      ...{ type: 'reversal', documentNo: `REV-${twice.id}`, reverses: twice.id, ...why },
      lines: [
        { line: 1, batchNo: 'LOT', quantity: -10, unitCost: '3.00', original: { documentId: twice.id, line: 1 } },
        { line: 2, batchNo: 'NEW', quantity: -5, unitCost: '2.50', original: { documentId: twice.id, line: 2 } },
      ],
    });
    expect(await at.domain.inbound.get({ id: twice.id })).toMatchObject({ reversedBy: reversal.id });
    expect(await at.domain.inbound.get({ id: reversal.id })).toEqual(reversal);
    const { items } = await at.domain.batches.list({ skuId: 'A', limit: 9 });
    expect(items.map(({ batchNo, onHand, unitCost }) => [batchNo, onHand, unitCost])).toEqual([
      ['LOT', 10, '1.00'],
      ['NEW', 0, '2.50'],
    ]);
    const list = await at.domain.inbound.list({ limit: 2 });
    expect(list.items.map(({ reversedBy }) => reversedBy)).toEqual([reversal.id, undefined]);
    expect((await at.domain.inbound.list({ type: 'reversal', limit: 1 })).items).toMatchObject([
      { reverses: twice.id },
    ]);
  });

  test('is refused when its goods are sold, held, or only some are left, and nothing moves', async () => {
    const sold = await stock(['B', 3, { batchNo: 'S' }]);
    await sell(next('O'), 'B', 1);
    const held = await stock(['C', 3, { batchNo: 'H' }]);
    await at.domain.reservations.reserve(hold('C', 1, 'O-C'), at.call);
    for (const [document, skuId] of [
      [sold, 'B'],
      [held, 'C'],
    ] as const) {
      expect(await refusalOf(reverseIn(document))).toMatchObject({
        code: 'INV_010',
        details: { noun: 'document', id: document.id, state: 'goods gone' },
      });
      expect(await free(skuId)).toBe(2);
    }
  });

  test('is refused after goods of it went back to the supplier, even if others fill their place', async () => {
    const bought = await stock(['D', 3, { batchNo: 'LOT' }]);
    const line = { skuId: 'D', quantity: 1, originalDocumentId: bought.id, originalLine: 1 };
    await at.domain.outbound.supplierReturn({ documentNo: next('SR'), supplier: 'Acme', lines: [line] }, at.call);
    await stock(['D', 3, { batchNo: 'LOT' }]);
    expect(await refusalOf(reverseIn(bought))).toMatchObject({ code: 'INV_010', details: { state: 'returned' } });
  });
});

describe('an outbound document taken back', () => {
  test('brings goods back into the batches they left, free, whoever had held them', async () => {
    await stock(['E', 4, { batchNo: 'E1', unitCost: '1.00' }], ['E', 4, { batchNo: 'E2', unitCost: '2.00' }]);
    const held = await at.domain.reservations.reserve(hold('E', 3, 'O-E'), at.call);
    const sold = await sell('O-E', 'E', 6);
    expect(sold.lines.map(({ quantity }) => quantity)).toEqual([3, 1, 2]);
    const reversal = await reverseOut(sold, { documentNo: 'MY-NUMBER' });
    expect(reversal).toMatchObject({ documentNo: 'MY-NUMBER', orderNo: 'O-E', reverses: sold.id });
    expect(reversal.lines.map(({ batchNo, quantity, unitCost }) => [batchNo, quantity, unitCost])).toEqual([
      ['E1', 3, '1.00'],
      ['E1', 1, '1.00'],
      ['E2', 2, '2.00'],
    ]);
    expect(await free('E')).toBe(8);
    expect(await at.domain.reservations.get({ id: held.id })).toMatchObject({ state: 'fulfilled', held: 0 });
    expect((await at.domain.outbound.list({ orderNo: 'O-E', type: 'sales', limit: 9 })).items).toMatchObject([
      { reversedBy: reversal.id },
    ]);
  });

  test('is refused when some of it came back already', async () => {
    await stock(['F', 2]);
    const sold = await sell('O-F', 'F', 2);
    const line = { skuId: 'F', quantity: 1, locationId: 'default', originalDocumentNo: 'O-F', originalLine: 1 };
    const returned = await at.domain.inbound.return({ documentNo: next('RT'), lines: [line] }, at.call);
    expect(await refusalOf(reverseOut(sold))).toMatchObject({ code: 'INV_010', details: { state: 'returned' } });
    await reverseIn(returned);
    await reverseOut(sold);
    expect(await free('F')).toBe(2);
  });
});

describe('taken back is', () => {
  test('no document twice, and the same request gets the same answer', async () => {
    const bought = await stock(['G', 1]);
    const reversal = await reverseIn(bought);
    expect(await reverseIn(bought)).toEqual(reversal);
    expect(await refusalOf(reverseIn(bought, { documentNo: 'OTHER' }))).toMatchObject({
      code: 'INV_010',
      details: { state: 'reversed', cause: reversal.id },
    });
  });

  test('no reversal, and nothing through the wrong door', async () => {
    const bought = await stock(['H', 1]);
    const reversal = await reverseIn(bought);
    expect(await refusalOf(reverseIn(reversal))).toMatchObject({ code: 'INV_010', details: { state: 'reversal' } });
    expect(await refusalOf(reverseOut(await stock(['H', 1])))).toMatchObject({ code: 'INV_007' });
  });

  test('nothing in the future', async () => {
    const bought = await stock(['I', 1]);
    expect(await refusalOf(reverseIn(bought, { occurredAt: secondsFromNow(60) }))).toMatchObject({ code: 'INV_005' });
  });
});
