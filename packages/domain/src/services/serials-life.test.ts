/** What becomes of pieces that came or left: returned, taken back, corrected, merged, split, traced and told of. */
import type { SalesLine } from '@granary/contracts/document';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sale } from '../testing/inputs.ts';
import { batchIdOf } from '../testing/lock-inputs.ts';
import { fresh, placesOf, receivePieces, statesOf, trackedSku } from '../testing/pieces.ts';
import { refusalOf } from '../testing/refusals.ts';
import { closeSound, expectSound } from '../testing/soundness.ts';
import { openTestDomain, type TestDomain } from '../testing/test-domain.ts';

let at: TestDomain;

beforeAll(async () => {
  at = await openTestDomain();
  await at.domain.locations.create({ locationId: 'north' }, at.call);
});
afterAll(() => closeSound(at));

type Taking = { readonly orderNo?: string } & Omit<Partial<SalesLine>, 'skuId'>;
const sell = (skuId: string, quantity: number, { orderNo = fresh('O'), ...more }: Taking = {}) =>
  at.domain.outbound.sales(sale(orderNo, [{ skuId, quantity, ...more }]), at.call);

const batchOf = async (skuId: string, batchNo: string) => await batchIdOf(at, skuId, batchNo);

test('a piece that comes back goes into the batch that it left, at what it left at', async () => {
  const skuId = await trackedSku(at);
  await receivePieces(at, skuId, { ONE: ['1'], TWO: ['2'] });
  const orderNo = fresh('O');
  const sold = await sell(skuId, 2, { orderNo });
  const back = (serials: string[], more: object = { originalDocumentId: sold.id, originalLine: 1 }) => ({
    documentNo: fresh('RT'),
    lines: [{ skuId, quantity: serials.length, locationId: 'default', serials, ...more }],
  });
  expect(await refusalOf(at.domain.inbound.return(back(['9']), at.call))).toMatchObject({ kind: 'invalidState' });
  const document = await at.domain.inbound.return(back(['2']), at.call);
  expect(document.lines).toMatchObject([{ batchNo: 'TWO', serials: ['2'] }]);
  expect(await placesOf(at, skuId)).toEqual({ 2: 'TWO@default' });
  expect(await refusalOf(at.domain.inbound.return(back(['2']), at.call))).toMatchObject({ kind: 'duplicate' });
  await at.domain.inbound.return(back(['1', 'NEW'], { unitCost: '1.00', batchNo: 'BACK' }), at.call);
  expect(await placesOf(at, skuId)).toEqual({ 1: 'BACK@default', 2: 'TWO@default', NEW: 'BACK@default' });
});

test('reversing a receipt withdraws its pieces, and they may be received again', async () => {
  const skuId = await trackedSku(at);
  const wrong = await receivePieces(at, skuId, { LOT: ['1', '2'] });
  const reverse = (documentId: string) => ({ documentId, operator: 'Ida', reason: 'typed twice' });
  const sold = await sell(skuId, 1, { serials: ['1'] });
  expect(await refusalOf(at.domain.inbound.reverse(reverse(wrong.id), at.call))).toMatchObject({
    kind: 'invalidState',
  });
  const undone = await at.domain.outbound.reverse(reverse(sold.id), at.call);
  expect(undone.lines[0]?.serials).toEqual(['1']);
  await at.domain.inbound.reverse(reverse(wrong.id), at.call);
  expect(await statesOf(at, skuId)).toEqual({ 1: 'withdrawn', 2: 'withdrawn' });
  await receivePieces(at, skuId, { LOT: ['2'] });
  expect(await placesOf(at, skuId)).toEqual({ 2: 'LOT@default' });
});

test('a receipt is not reversed when others of its batch are there but its own pieces are gone', async () => {
  const skuId = await trackedSku(at);
  const first = await receivePieces(at, skuId, { LOT: ['1'] });
  await receivePieces(at, skuId, { LOT: ['2'] });
  await sell(skuId, 1, { serials: ['1'] });
  const told = await refusalOf(
    at.domain.inbound.reverse({ documentId: first.id, operator: 'Ida', reason: 'wrong' }, at.call),
  );
  expect(told).toMatchObject({ kind: 'invalidState', details: { noun: 'serial', id: '1', state: 'sold' } });
});

test('a sale is not reversed when one of its pieces came back on another way', async () => {
  const skuId = await trackedSku(at);
  await receivePieces(at, skuId, { LOT: ['1'] });
  const sold = await sell(skuId, 1);
  const lines = [{ skuId, quantity: 1, locationId: 'default', unitCost: '1.00', serials: ['1'] }];
  await at.domain.inbound.return({ documentNo: fresh('RT'), lines }, at.call);
  const told = await refusalOf(
    at.domain.outbound.reverse({ documentId: sold.id, operator: 'Ida', reason: 'wrong' }, at.call),
  );
  expect(told).toMatchObject({ kind: 'invalidState', details: { noun: 'serial', id: '1', state: 'inStock' } });
});

test('an adjustment adds named pieces, also such that were lost, and takes named ones or the lowest', async () => {
  const skuId = await trackedSku(at);
  await receivePieces(at, skuId, { LOT: ['1', '2', '3'] });
  const adjust = (delta: number, serials?: string[]) =>
    at.domain.adjustments.adjust({ skuId, delta, operator: 'Ida', reasonCode: 'correction', serials }, at.call);
  await adjust(-1, ['3']);
  await adjust(-1);
  expect(await statesOf(at, skuId)).toEqual({ 1: 'removed', 2: 'inStock', 3: 'removed' });
  expect(await refusalOf(adjust(1))).toMatchObject({ kind: 'validation' });
  expect(await refusalOf(adjust(1, ['2']))).toMatchObject({ kind: 'duplicate' });
  const found = await adjust(2, ['3', '4']);
  expect(found.lines).toMatchObject([{ quantity: 2, serials: ['3', '4'] }]);
  const levels = await at.domain.stock.levels({ skuId, limit: 10 });
  const count = {
    skuId,
    counted: 2,
    onHandVersion: levels.items[0]?.onHandVersion ?? 0,
    operator: 'Ida',
    reasonCode: 'stocktake',
  } as const;
  await at.domain.adjustments.count({ ...count, serials: ['2'] }, at.call);
  expect(await placesOf(at, skuId)).toEqual({ 3: 'LOT@default', 4: 'LOT@default' });
});

test('pieces follow a merge, and a split takes the lowest or those that it names', async () => {
  const skuId = await trackedSku(at);
  await receivePieces(at, skuId, { ONE: ['1', '4'], TWO: ['2', '3', '5'] });
  await sell(skuId, 1, { serials: ['4'] });
  const batchIds = [await batchOf(skuId, 'ONE'), await batchOf(skuId, 'TWO')];
  const { batch } = await at.domain.batches.merge({ batchIds, targetBatchNo: 'ALL' }, at.call);
  expect(await placesOf(at, skuId)).toEqual({ 1: 'ALL@default', 2: 'ALL@default', 3: 'ALL@default', 5: 'ALL@default' });
  expect((await at.domain.serials.get({ skuId, serial: '5' })).history.map(({ kind, seq }) => [kind, seq])).toEqual([
    ['receive', 1],
    ['merge', 2],
  ]);
  await at.domain.batches.split({ batchId: batch.batchId, quantities: [1, 1] }, at.call);
  expect(await placesOf(at, skuId)).toMatchObject({ 1: 'ALL-1@default', 2: 'ALL-2@default', 3: 'ALL@default' });
  await at.domain.batches.split({ batchId: batch.batchId, quantities: [1, 1], serials: [['5'], ['3']] }, at.call);
  expect(await placesOf(at, skuId)).toMatchObject({ 5: 'ALL-3@default', 3: 'ALL-4@default' });
  await expectSound(at);
});

test('a piece is traced to its batches, its orders and its receipts, and nothing of other pieces', async () => {
  const skuId = await trackedSku(at);
  const orderNo = fresh('O');
  const first = await receivePieces(at, skuId, { ONE: ['1'], TWO: ['2'] });
  const sold = await sell(skuId, 1, { serials: ['2'], orderNo });
  await sell(skuId, 1, { serials: ['1'] });
  const { items } = await at.domain.stock.trace({ skuId, serial: '2', limit: 10 });
  expect(
    items.map(({ batch, steps, receipts }) => [
      batch.batchNo,
      steps.map((step) => step.id),
      receipts.map((step) => step.id),
    ]),
  ).toEqual([['TWO', [first.id, sold.id], [first.id]]]);
  const { history } = await at.domain.serials.get({ skuId, serial: '2' });
  expect(history.map(({ documentType, orderNo: of, line }) => [documentType, of, line])).toEqual([
    ['purchase', null, 2],
    ['sales', orderNo, 1],
  ]);
  await expect(at.domain.stock.trace({ skuId, serial: '9', limit: 10 })).rejects.toMatchObject({ kind: 'notFound' });
});

test('events name the pieces, no more of them than one can read', async () => {
  const skuId = await trackedSku(at);
  const many = Array.from({ length: 120 }, (_each, index) => `P${1000 + index}`);
  const { id } = await receivePieces(at, skuId, { LOT: many });
  const rows = (await at.dataSource.query('SELECT facts FROM outbox')) as { facts: string }[];
  const facts = rows.flatMap(
    (row) => JSON.parse(row.facts) as { id: unknown; after?: { serials?: unknown[]; serialCount?: number } }[],
  );
  const told = facts.find((fact) => fact.id === id)?.after;
  expect(told?.serialCount).toBe(120);
  expect(told?.serials).toHaveLength(100);
  expect(told?.serials?.[0]).toEqual({ skuId, serial: 'P1000' });
});
