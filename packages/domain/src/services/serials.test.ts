/** Pieces of a serial-tracked SKU move exactly as its stock does, by name or lowest first: in, out, and who may see them. */
import type { SalesLine } from '@granary/contracts/document';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { hold, inbound, receipt, sale } from '../testing/inputs.ts';
import { fresh, placesOf, receivePieces, statesOf, trackedSku } from '../testing/pieces.ts';
import { refusalOf } from '../testing/refusals.ts';
import { closeSound } from '../testing/soundness.ts';
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

test('a receipt of a tracked SKU names exactly its pieces, once for ever; one of another SKU names none', async () => {
  const skuId = await trackedSku(at);
  const buy = (more: object, quantity = 2, sku = skuId) =>
    at.domain.inbound.purchase(inbound(fresh('PO'), [receipt(sku, quantity, more)]), at.call);
  expect(await refusalOf(buy({}))).toMatchObject({
    kind: 'validation',
    details: { issues: [{ path: 'lines.0.serials' }] },
  });
  expect(await refusalOf(buy({ serials: ['A'] }))).toMatchObject({ kind: 'validation' });
  expect(await refusalOf(buy({ serials: ['A', 'B'] }, 2, 'PLAIN'))).toMatchObject({ kind: 'validation' });
  const document = await buy({ serials: ['B', 'A'] });
  expect(document.lines[0]?.serials).toEqual(['A', 'B']);
  expect(await at.domain.inbound.get({ id: document.id })).toEqual(document);
  expect(await refusalOf(buy({ serials: ['B', 'C'] }))).toMatchObject({
    kind: 'duplicate',
    details: { noun: 'serial', id: 'B' },
  });
  await sell(skuId, 1, { serials: ['B'] });
  expect(await refusalOf(buy({ serials: ['B', 'C'] }))).toMatchObject({ kind: 'duplicate' });
  expect(await statesOf(at, skuId)).toEqual({ A: 'inStock', B: 'sold' });
});

test('one receipt cannot bring the same piece in twice', async () => {
  const skuId = await trackedSku(at);
  const lines = [receipt(skuId, 1, { serials: ['A'] }), receipt(skuId, 1, { serials: ['A'] })];
  const told = await refusalOf(at.domain.inbound.purchase(inbound(fresh('PO'), lines), at.call));
  expect(told).toMatchObject({ kind: 'validation', details: { issues: [{ path: 'lines.1.serials' }] } });
});

test('production, an opening balance and batch.create register pieces as a purchase does', async () => {
  const skuId = await trackedSku(at);
  const lines = (serial: string) => [receipt(skuId, 1, { serials: [serial] })];
  await at.domain.inbound.opening(
    { documentNo: `OB-${skuId}`, asOf: '2026-01-01T00:00:00Z', lines: lines('A') },
    at.call,
  );
  await at.domain.inbound.production({ documentNo: `WO-${skuId}`, lines: lines('B') }, at.call);
  const batch = { skuId, batchNo: 'HAND', locationId: 'default', unitCost: '1.00', qualityLevel: 'A' };
  expect(await refusalOf(at.domain.batches.create({ ...batch, quantity: 1 }, at.call))).toMatchObject({
    kind: 'validation',
  });
  await at.domain.batches.create({ ...batch, quantity: 1, serials: ['C'] }, at.call);
  expect(Object.keys(await placesOf(at, skuId))).toEqual(['A', 'B', 'C']);
});

test('a sale takes the lowest pieces of the batches that it takes, by bytes', async () => {
  const skuId = await trackedSku(at);
  await receivePieces(at, skuId, { OLD: ['10', '9', 'b', 'a', '\u{1F600}', '\uFFFC', 'z'], NEW: ['0'] });
  const { lines } = await sell(skuId, 3);
  expect(lines.map((line) => line.serials)).toEqual([['10', '9', 'a']]);
  const next = [
    { skuId, quantity: 2 },
    { skuId, quantity: 1, serials: ['z'] },
  ];
  const rest = await at.domain.outbound.sales(sale(fresh('O'), next), at.call);
  expect(rest.lines.map((line) => line.serials)).toEqual([['z'], ['b', '\uFFFC']]);
});

test('naming pieces decides the batches, whatever the strategy would take', async () => {
  const skuId = await trackedSku(at);
  await receivePieces(at, skuId, { OLD: ['1', '2'], NEW: ['3', '4'] });
  const { lines } = await sell(skuId, 2, { serials: ['4', '2'] });
  expect(lines.map(({ batchNo, serials, line }) => ({ batchNo, serials, line }))).toEqual([
    { batchNo: 'NEW', serials: ['4'], line: 1 },
    { batchNo: 'OLD', serials: ['2'], line: 1 },
  ]);
});

test('a line that names none leaves what another line names', async () => {
  const skuId = await trackedSku(at);
  await receivePieces(at, skuId, { LOT: ['1', '2', '3'] });
  const lines = [
    { skuId, quantity: 1 },
    { skuId, quantity: 1, serials: ['1'] },
  ];
  const document = await at.domain.outbound.sales(sale(fresh('O'), lines), at.call);
  expect(Object.fromEntries(document.lines.map(({ line, serials }) => [line, serials]))).toEqual({
    1: ['2'],
    2: ['1'],
  });
  await receivePieces(at, skuId, { LOT: ['0', '4'] });
  const gone = [
    { skuId, delta: -1 },
    { skuId, delta: -1, serials: ['0'] },
  ];
  const why = { operator: 'Ida', reasonCode: 'loss' } as const;
  const adjusted = await at.domain.adjustments.adjustMany({ ...why, lines: gone }, at.call);
  expect(adjusted.lines.map((line) => line.serials)).toEqual([['3'], ['0']]);
});

test.each([
  ['a piece that nobody has seen', { serials: ['X'] }, 'notFound'],
  ['a piece at another place', { serials: ['1'], locationId: 'north' }, 'validation'],
  ['fewer pieces than units', { serials: ['1'], quantity: 2 }, 'validation'],
])('a sale is refused that names %s', async (_what, more, kind) => {
  const skuId = await trackedSku(at);
  await receivePieces(at, skuId, { LOT: ['1', '2'] });
  await receivePieces(at, { skuId, locationId: 'north' }, { FAR: ['3'] });
  expect(await refusalOf(sell(skuId, 1, more))).toMatchObject({ kind });
});

test('a piece that was sold cannot be sold again, and the refusal says what it is and by whom', async () => {
  const skuId = await trackedSku(at);
  await receivePieces(at, skuId, { LOT: ['1', '2'] });
  await sell(skuId, 1, { serials: ['1'] });
  const { history } = await at.domain.serials.get({ skuId, serial: '1' });
  const told = await refusalOf(sell(skuId, 1, { serials: ['1'] }));
  expect(told).toMatchObject({
    kind: 'invalidState',
    details: { noun: 'serial', id: '1', state: 'sold', cause: history[1]?.commandId },
  });
});

test('a named piece of an order comes out of what the order holds of its batch, and of nothing that others hold', async () => {
  const skuId = await trackedSku(at);
  await receivePieces(at, skuId, { ONE: ['1', '2'], TWO: ['3', '4'] });
  const orderNo = fresh('O');
  await at.domain.reservations.reserve(hold(skuId, 3, orderNo), at.call);
  const { lines } = await sell(skuId, 2, { serials: ['2', '3'], orderNo });
  expect(lines.map(({ serials, reservationId }) => [serials, reservationId !== null])).toEqual([
    [['2'], true],
    [['3'], true],
  ]);
  await at.domain.reservations.reserve(hold(skuId, 1, 'OTHER'), at.call);
  expect(await refusalOf(sell(skuId, 1, { serials: ['4'] }))).toMatchObject({ kind: 'insufficientStock' });
  const [held] = (await at.domain.reservations.list({ businessId: orderNo, limit: 10 })).items;
  expect(held).toMatchObject({ held: 1, fulfilled: 2 });
});

test('named and unnamed lines of one order share its reservation', async () => {
  const skuId = await trackedSku(at);
  await receivePieces(at, skuId, { ONE: ['1', '2'], TWO: ['3', '4'] });
  const orderNo = fresh('O');
  await at.domain.reservations.reserve(hold(skuId, 3, orderNo), at.call);
  const lines = [
    { skuId, quantity: 2 },
    { skuId, quantity: 1, serials: ['1'] },
  ];
  const document = await at.domain.outbound.sales(sale(orderNo, lines), at.call);
  expect(document.lines.map(({ line, serials }) => [line, serials])).toEqual([
    [2, ['1']],
    [1, ['2']],
    [1, ['3']],
  ]);
  expect((await at.domain.reservations.list({ businessId: orderNo, limit: 10 })).items).toMatchObject([
    { state: 'fulfilled' },
  ]);
});

test('a deduct takes the lowest pieces of what it holds, or those that it names there', async () => {
  const skuId = await trackedSku(at);
  await receivePieces(at, skuId, { ONE: ['1', '2', '3'], TWO: ['4'] });
  const { id } = await at.domain.reservations.reserve(hold(skuId, 3, fresh('O')), at.call);
  expect(await refusalOf(at.domain.reservations.deduct({ id, quantity: 1, serials: ['4'] }, at.call))).toMatchObject({
    kind: 'invalidState',
    details: { noun: 'reservation' },
  });
  await at.domain.reservations.deduct({ id, quantity: 1, serials: ['3'] }, at.call);
  await at.domain.reservations.deduct({ id }, at.call);
  expect(await statesOf(at, skuId)).toEqual({ 1: 'sold', 2: 'sold', 3: 'sold', 4: 'inStock' });
  const { history, reservationId } = await at.domain.serials.get({ skuId, serial: '3' });
  expect(reservationId).toBe(id);
  expect(history.map(({ kind, state }) => [kind, state])).toEqual([
    ['receive', 'inStock'],
    ['deduct', 'sold'],
  ]);
});

test('what a piece has become says by what it left', async () => {
  const skuId = await trackedSku(at);
  await receivePieces(at, skuId, { LOT: ['1', '2', '3', '4'] });
  const taking = (documentNo: string, serial: string) => ({
    documentNo,
    lines: [{ skuId, quantity: 1, serials: [serial] }],
  });
  await at.domain.outbound.damage({ ...taking(`D-${skuId}`, '1'), reason: 'fell' }, at.call);
  await at.domain.outbound.pick(taking(`P-${skuId}`, '2'), at.call);
  await at.domain.outbound.supplierReturn({ ...taking(`S-${skuId}`, '3'), supplier: 'Mill' }, at.call);
  expect(await statesOf(at, skuId)).toEqual({ 1: 'scrapped', 2: 'picked', 3: 'returnedToSupplier', 4: 'inStock' });
});

test('what is not there is not sold short where pieces have names', async () => {
  const owing = await openTestDomain({ config: { allowNegative: true } });
  try {
    await owing.domain.skus.create({ skuId: 'T', serialTracked: true }, owing.call);
    await owing.domain.inbound.purchase(inbound('PO', [receipt('T', 1, { serials: ['1'] })]), owing.call);
    const told = await refusalOf(owing.domain.outbound.sales(sale('O', [{ skuId: 'T', quantity: 2 }]), owing.call));
    expect(told).toMatchObject({ kind: 'insufficientStock' });
  } finally {
    await closeSound(owing);
  }
});

test('a caller who is limited to places sees and sells only the pieces that are there', async () => {
  const skuId = await trackedSku(at);
  await receivePieces(at, skuId, { HERE: ['1'] });
  await receivePieces(at, { skuId, locationId: 'north' }, { THERE: ['2'] });
  const north = at.domain.within(['north']);
  expect((await north.serials.list({ skuId, limit: 10 })).items.map((item) => item.serial)).toEqual(['2']);
  await expect(north.serials.get({ skuId, serial: '1' })).rejects.toMatchObject({ kind: 'notFound' });
  const taking = sale(fresh('O'), [{ skuId, quantity: 1, serials: ['1'] }]);
  await expect(north.outbound.sales(taking, at.call)).rejects.toMatchObject({ details: { noun: 'serial', id: '1' } });
});

test('whether a SKU is tracked changes only while there is nothing of it', async () => {
  const skuId = await trackedSku(at);
  await receivePieces(at, skuId, { LOT: ['1'] });
  expect(await refusalOf(at.domain.skus.update({ skuId, serialTracked: false }, at.call))).toMatchObject({
    kind: 'invalidState',
  });
  await at.domain.skus.update({ skuId, serialTracked: true, name: 'still' }, at.call);
  await sell(skuId, 1);
  await at.domain.skus.update({ skuId, serialTracked: false }, at.call);
  await at.domain.inbound.purchase(inbound(fresh('PO'), [receipt(skuId, 5)]), at.call);
  expect(await refusalOf(at.domain.skus.update({ skuId, serialTracked: true }, at.call))).toMatchObject({
    kind: 'invalidState',
  });
});

test('a line of 1,000 pieces is received and sold within the deadline', async () => {
  const skuId = await trackedSku(at);
  const serials = Array.from({ length: 1000 }, (_each, index) => `SN-${String(index).padStart(5, '0')}`);
  const call = { ...at.call, deadlineMs: 5000 };
  await receivePieces({ ...at, call }, skuId, { BIG: serials });
  const { lines } = await at.domain.outbound.sales(sale(fresh('O'), [{ skuId, quantity: 1000 }]), call);
  expect(lines[0]?.serials).toEqual(serials);
});
