/** inbound.return by its original: the cost and the batch at which goods left, and never more of them than left. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ReturnLine } from '@granary/contracts/document';
import { daysFromNow, hold, inbound, receipt, sale } from '../testing/inputs.ts';
import { refusalOf } from '../testing/refusals.ts';
import { closeSound } from '../testing/soundness.ts';
import { openTestDomain, type TestDomain } from '../testing/test-domain.ts';

let at: TestDomain;

beforeAll(async () => {
  at = await openTestDomain();
  await at.domain.locations.create({ locationId: 'north' }, at.call);
});
afterAll(() => closeSound(at));

let made = 0;
const next = (stem: string) => `${stem}-${(made += 1)}`;
const stock = (...lines: Parameters<typeof receipt>[]) =>
  at.domain.inbound.purchase(
    inbound(
      next('PO'),
      lines.map((line) => receipt(...line)),
    ),
    at.call,
  );
const sell = (orderNo: string, ...lines: [skuId: string, quantity: number][]) =>
  at.domain.outbound.sales(
    sale(
      orderNo,
      lines.map(([skuId, quantity]) => ({ skuId, quantity })),
    ),
    at.call,
  );
const back = (line: Partial<ReturnLine> & Pick<ReturnLine, 'skuId'>, documentNo = next('RT')) =>
  at.domain.inbound.return({ documentNo, lines: [{ quantity: 1, locationId: 'default', ...line }] }, at.call);
const batchesOf = async (skuId: string) =>
  (await at.domain.batches.list({ skuId, limit: 50 })).items.map(({ batchNo, onHand, unitCost, qualityLevel }) => [
    batchNo,
    onHand,
    unitCost,
    qualityLevel,
  ]);

describe('goods of a sold line come back', () => {
  test('into the batches that they left, at what they left at, in the order of the original', async () => {
    await stock(['A', 3, { batchNo: 'A1', unitCost: '1.00' }], ['A', 5, { batchNo: 'A2', unitCost: '7.00' }]);
    const sold = await sell('O-A', ['A', 5]);
    const document = await back({ skuId: 'A', quantity: 4, originalDocumentNo: 'O-A', originalLine: 1 }, 'RT-A');
    expect(document.lines).toEqual([
      expect.objectContaining({
        ...{ line: 1, batchNo: 'A1', quantity: 3, unitCost: '1.00' },
        original: { documentId: sold.id, line: 1 },
      }),
      expect.objectContaining({
        ...{ line: 1, batchNo: 'A2', quantity: 1, unitCost: '7.00' },
        original: { documentId: sold.id, line: 2 },
      }),
    ]);
    expect(document.lines[0]?.batchId).toBe(sold.lines[0]?.batchId);
    expect(await at.domain.inbound.get({ id: document.id })).toEqual(document);
    const { items } = await at.domain.stock.movements({ documentId: document.id, limit: 9 });
    expect(items.map(({ kind, onHandDelta }) => [kind, onHandDelta])).toEqual([
      ['return', 3],
      ['return', 1],
    ]);
  });

  test('at the cost of the line, although the batch has become dearer since', async () => {
    await stock(['B', 2, { batchNo: 'LOT', unitCost: '1.00' }]);
    const sold = await sell('O-B', ['B', 1]);
    await stock(['B', 1, { batchNo: 'LOT', unitCost: '3.00' }]);
    const { lines } = await back({ skuId: 'B', originalDocumentId: sold.id, originalLine: 1 });
    expect(lines).toMatchObject([{ batchNo: 'LOT', unitCost: '1.00' }]);
    expect(await batchesOf('B')).toEqual([['LOT', 3, '1.666667', 'A']]);
  });

  test('of another quality as a batch of their own, with the dates of the goods', async () => {
    const expiresAt = daysFromNow(90);
    await stock(['C', 2, { batchNo: 'LOT', expiresAt, producedOn: '2026-01-01' }]);
    await sell('O-C', ['C', 2]);
    const line = { skuId: 'C', originalDocumentNo: 'O-C', originalLine: 1 };
    await back({ ...line, qualityLevel: 'B' }, 'RT-C');
    await back({ ...line, qualityLevel: 'A', locationId: 'north' });
    const { items } = await at.domain.batches.list({ skuId: 'C', limit: 9 });
    expect(
      items.map(({ batchNo, qualityLevel, locationId, onHand }) => [batchNo, qualityLevel, locationId, onHand]),
    ).toEqual([
      ['LOT', 'A', 'default', 0],
      ['RT-C-1', 'B', 'default', 1],
      ['LOT', 'A', 'north', 1],
    ]);
    expect(new Set(items.map((batch) => batch.expiresAt)).size).toBe(1);
    expect(new Set(items.map(({ producedOn }) => producedOn))).toEqual(new Set(['2026-01-01']));
  });

  test('never more of them than left, over all returns and all lines of one', async () => {
    await stock(['D', 5]);
    await sell('O-D', ['D', 3]);
    const line = { skuId: 'D', originalDocumentNo: 'O-D', originalLine: 1, locationId: 'default' };
    await back({ ...line, quantity: 1 });
    const both = [
      { ...line, quantity: 2 },
      { ...line, quantity: 1 },
    ];
    const refusal = await refusalOf(at.domain.inbound.return({ documentNo: next('RT'), lines: both }, at.call));
    expect(refusal).toMatchObject({ code: 'INV_010', details: { noun: 'original', state: 'returned' } });
    expect((await refusalOf(back({ ...line, quantity: 3 }))).details).toMatchObject({ state: 'partly returned' });
    await back({ ...line, quantity: 2 });
    expect(await refusalOf(back(line))).toMatchObject({ code: 'INV_010', details: { state: 'returned' } });
    expect((await at.domain.stock.check({ skuId: 'D' })).available).toBe(5);
  });

  test('once for one document number, also when it is sent again', async () => {
    await stock(['E', 2]);
    await sell('O-E', ['E', 2]);
    const again = () => back({ skuId: 'E', originalDocumentNo: 'O-E', originalLine: 1 }, 'RT-E');
    expect(await again()).toEqual(await again());
    expect((await at.domain.stock.check({ skuId: 'E' })).available).toBe(1);
  });

  test('again, after the return that brought them was reversed', async () => {
    await stock(['F', 1]);
    await sell('O-F', ['F', 1]);
    const line = { skuId: 'F', originalDocumentNo: 'O-F', originalLine: 1 };
    const first = await back(line);
    await at.domain.inbound.reverse({ documentId: first.id, operator: 'Ann', reason: 'mistyped' }, at.call);
    await back(line);
    expect(await refusalOf(back(line))).toMatchObject({ code: 'INV_010' });
  });
});

describe('deducted goods of a reservation come back', () => {
  test('no more than were deducted; what documents shipped comes back by them', async () => {
    await stock(['G', 4, { batchNo: 'G1' }], ['G', 6, { batchNo: 'G2' }]);
    const held = await at.domain.reservations.reserve(hold('G', 8, 'O-G'), at.call);
    await at.domain.reservations.deduct({ id: held.id, quantity: 3 }, at.call);
    await sell('O-G', ['G', 2]);
    await at.domain.reservations.deduct({ id: held.id, quantity: 1 }, at.call);
    await at.domain.reservations.release({ id: held.id }, at.call);
    const line = { skuId: 'G', reservationId: held.id };
    expect(await refusalOf(back({ ...line, quantity: 5 }))).toMatchObject({ code: 'INV_010' });
    const document = await back({ ...line, quantity: 4 });
    expect(document.lines.map(({ batchNo, quantity, original }) => [batchNo, quantity, original])).toEqual([
      ['G1', 3, { reservationId: held.id }],
      ['G2', 1, { reservationId: held.id }],
    ]);
    expect(await refusalOf(back(line))).toMatchObject({ code: 'INV_010', details: { state: 'returned' } });
    await back({ skuId: 'G', quantity: 2, originalDocumentNo: 'O-G', originalLine: 1 });
    expect((await at.domain.stock.check({ skuId: 'G' })).available).toBe(10);
  });

  test('into the batch that they left, where frozen ones before them stayed', async () => {
    await stock(['Y', 2, { batchNo: 'Y1' }], ['Y', 2, { batchNo: 'Y2' }]);
    const held = await at.domain.reservations.reserve(hold('Y', 4, 'O-Y'), at.call);
    const batchIds = held.lines.slice(0, 1).map((line) => line.batchId);
    const frozen = { batchIds, operationType: 'inspection', operator: 'Ann', reason: 'why' };
    await at.domain.locks.operation(frozen, at.call);
    await at.domain.reservations.deduct({ id: held.id, quantity: 1 }, at.call);
    const document = await back({ skuId: 'Y', reservationId: held.id });
    expect(document.lines.map(({ batchNo, quantity }) => [batchNo, quantity])).toEqual([['Y2', 1]]);
    await at.domain.reservations.release({ id: held.id }, at.call);
    expect(await refusalOf(back({ skuId: 'Y', reservationId: held.id }))).toMatchObject({ code: 'INV_010' });
  });
});

describe('refused is', () => {
  test.each([
    [
      'an unknown document',
      { originalDocumentNo: 'NEVER', originalLine: 1 },
      { code: 'INV_007', details: { id: 'NEVER' } },
    ],
    [
      'a line that it has not',
      { originalDocumentNo: 'O-R', originalLine: 3 },
      { code: 'INV_007', details: { noun: 'document line' } },
    ],
    [
      'a line of another SKU',
      { originalDocumentNo: 'O-R', originalLine: 2 },
      { code: 'INV_005', details: { issues: [{ path: 'lines.0.skuId' }] } },
    ],
    ['a purchase', { originalDocumentNo: 'PO-R', originalLine: 1 }, { code: 'INV_007', details: { noun: 'document' } }],
    [
      'an unknown reservation',
      { reservationId: '01JD7Z5K3M8Q2W4E6R7T8Y9ZAB' },
      { code: 'INV_007', details: { noun: 'reservation' } },
    ],
  ])('%s', async (what, original, expected) => {
    if (what === 'an unknown document') {
      await at.domain.inbound.purchase(inbound('PO-R', [receipt('R', 5), receipt('R2', 5)]), at.call);
      await sell('O-R', ['R', 1], ['R2', 1]);
    }
    expect(await refusalOf(back({ skuId: 'R', ...original }))).toMatchObject(expected);
  });

  test('a document that was reversed', async () => {
    await stock(['S', 1]);
    const sold = await sell('O-S', ['S', 1]);
    await at.domain.outbound.reverse({ documentId: sold.id, operator: 'Ann', reason: 'cancelled' }, at.call);
    expect(await refusalOf(back({ skuId: 'S', originalDocumentNo: 'O-S', originalLine: 1 }))).toMatchObject({
      code: 'INV_010',
      details: { noun: 'document', state: 'reversed' },
    });
  });
});

test('a return without an original is as it was: a cost of its own', async () => {
  const { lines } = await back({ skuId: 'T', unitCost: '4.00' }, 'RT-T');
  expect(lines).toMatchObject([{ batchNo: 'RT-T-1', unitCost: '4.00' }]);
  expect(lines[0]).not.toHaveProperty('original');
});

test('goods of a batch that was merged since come back into the one that took it over, and leave it by a reversal', async () => {
  await stock(['U', 3, { batchNo: 'SRC' }], ['U', 2, { batchNo: 'DST' }]);
  const sold = await sell('O-U', ['U', 3]);
  const [source, target] = await Promise.all(['SRC', 'DST'].map(batchIdOf));
  // What batch.merge leaves of an empty batch.
  await at.dataSource.query(`UPDATE stock_batch SET status = 'merged', merged_into = ? WHERE batch_id = ?`, [
    target,
    source,
  ]);
  const line = { skuId: 'U', quantity: 2, originalDocumentNo: 'O-U', originalLine: 1 };
  const returned = await back(line);
  expect(returned.lines).toMatchObject([{ batchId: target, batchNo: 'DST', quantity: 2 }]);
  await at.domain.inbound.reverse({ documentId: returned.id, operator: 'Ann', reason: 'mistyped' }, at.call);
  const reversal = await at.domain.outbound.reverse({ documentId: sold.id, operator: 'Ann', reason: 'why' }, at.call);
  expect(reversal.lines).toMatchObject([{ batchId: target, quantity: 3 }]);
  expect((await at.domain.stock.check({ skuId: 'U' })).available).toBe(5);
});

async function batchIdOf(batchNo: string): Promise<string | undefined> {
  const { items } = await at.domain.batches.list({ skuId: 'U', limit: 9 });
  return items.find((batch) => batch.batchNo === batchNo)?.batchId;
}
