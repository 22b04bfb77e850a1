/** Transfers: what leaves arrives, comes back or is written off; batches keep what they are; one number has one content. */
import { transferReceiveInput } from '@granary/contracts/transfer';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { inbound, receipt, sale } from '../testing/inputs.ts';
import { expectRefusal, refusalOf } from '../testing/refusals.ts';
import { closeSound } from '../testing/soundness.ts';
import { openTestDomain, type TestDomain } from '../testing/test-domain.ts';

let at: TestDomain;

beforeAll(async () => {
  at = await openTestDomain();
  for (const locationId of ['north', 'south']) await at.domain.locations.create({ locationId }, at.call);
});
afterAll(() => closeSound(at));

const FAR = '2036-01-01T00:00:00.000000Z';
type Line = { skuId: string; quantity: number; batchId?: string; qualityLevel?: string };
const plan = (transferNo: string, lines: readonly Line[], more: object = {}) => ({
  ...{ transferNo, fromLocationId: 'default', toLocationId: 'north', lines: [...lines] },
  ...more,
});
const send = (...args: Parameters<typeof plan>) => at.domain.outbound.transfer(plan(...args), at.call);
const receive = (transferNo: string, more: object = {}) =>
  at.domain.transfers.receive(transferReceiveInput.parse({ transferNo, ...more }), at.call);
const level = async (skuId: string, locationId: string) => {
  const { items } = await at.domain.stock.levels({ skuId, locationId, limit: 9 });
  return items[0]?.onHand ?? 0;
};
const buy = (skuId: string, ...receipts: Parameters<typeof receipt>[2][]) =>
  at.domain.inbound.purchase(
    inbound(
      `PO-${skuId}`,
      receipts.map((more) => receipt(skuId, 5, more ?? {})),
    ),
    at.call,
  );

test('planned, shipped, received: the goods keep batch number, dates, quality, attributes, cost and age', async () => {
  const identity = { batchNo: 'LOT', qualityLevel: 'B', producedOn: '2026-01-01', expiresAt: FAR, unitCost: '1.25' };
  await buy('KEEP', { ...identity, attributes: { lot: 'x' } });
  const made = await at.domain.transfers.create(
    plan('T-KEEP', [{ skuId: 'KEEP', quantity: 3 }], { expectedAt: FAR }),
    at.call,
  );
  expect(made).toMatchObject({ state: 'draft', version: 1, lines: [{ quantity: 3, shipped: 0, batches: [] }] });
  expect(await level('KEEP', 'default')).toBe(5);

  const left = await at.domain.transfers.ship({ transferId: made.id }, at.call);
  expect(left.document).toMatchObject({ type: 'transferOut', documentNo: 'T-KEEP', lines: [{ quantity: 3 }] });
  expect(left.transfer).toMatchObject({ state: 'shipped', lines: [{ shipped: 3, inTransit: 3 }] });
  expect([await level('KEEP', 'default'), await level('KEEP', 'north')]).toEqual([2, 0]);

  const { transfer, document } = await receive('T-KEEP');
  expect(transfer).toMatchObject({ state: 'done', lines: [{ received: 3, inTransit: 0 }] });
  expect(document).toMatchObject({
    ...{ type: 'transferIn', documentNo: 'T-KEEP' },
    lines: [
      { locationId: 'north', batchNo: 'LOT', unitCost: '1.25', original: { documentId: left.document.id, line: 1 } },
    ],
  });
  const { items } = await at.domain.batches.list({ skuId: 'KEEP', limit: 9 });
  const [there, here] = [
    items.find((each) => each.locationId === 'north'),
    items.find((each) => each.locationId !== 'north'),
  ];
  const { batchId: _id, locationId: _place, onHand: _n, version: _v, ...facts } = here ?? {};
  expect(there).toMatchObject({ ...facts, onHand: 3 } as object);
});

test('a plan names batches of its own SKU, in whatever state they are', async () => {
  await buy('NAMED', { batchNo: 'N' });
  await buy('OTHER', { batchNo: 'O' });
  const batchOf = async (skuId: string) =>
    (await at.domain.batches.list({ skuId, limit: 9 })).items.map(({ batchId }) => batchId)[0] ?? '';
  const [own, other] = [await batchOf('NAMED'), await batchOf('OTHER')];
  const planOf = (batchId: string, more: object = {}) =>
    at.domain.transfers.create(plan('T-NAMED', [{ skuId: 'NAMED', quantity: 1, batchId }], more), at.call);
  const unknown = '0000000000ZZZZZZZZZZZZZZZZ';
  await expectRefusal(at, (key) => planOf(unknown, key), { code: 'INV_007', details: { noun: 'batch', id: unknown } });
  const issues = [{ path: 'lines.0.batchId' }];
  await expectRefusal(at, (key) => planOf(other, key), { code: 'INV_005', details: { issues } });
  await at.domain.locks.operation(
    { batchIds: [own], operationType: 'check', operator: 'Ann', reason: 'a look', ttlSeconds: 60 },
    at.call,
  );
  expect(await planOf(own)).toMatchObject({ state: 'draft' });
});

test('partial receipts, each with a number; the last one writes off what is missing', async () => {
  await buy('PART', { batchNo: 'A1' }, { batchNo: 'A2' });
  await send('T-PART', [{ skuId: 'PART', quantity: 8 }]);
  const some = (documentNo: string, quantity: number, more: object = {}) =>
    receive('T-PART', { documentNo, lines: [{ line: 1, quantity, ...more }] });
  const first = await some('R-1', 2, { batchNo: 'A2' });
  expect(first.transfer).toMatchObject({ state: 'partlyReceived', lines: [{ received: 2, inTransit: 6 }] });
  expect(first.document.lines).toMatchObject([{ batchNo: 'A2', quantity: 2 }]);
  const repeated = await some('R-1', 2, { batchNo: 'A2' });
  expect(repeated).toEqual(first);
  expect((await refusalOf(some('R-1', 3))).code).toBe('INV_008');
  await expectRefusal(
    at,
    (key) => receive('T-PART', { documentNo: 'R-2', lines: [{ line: 1, quantity: 7 }], ...key }),
    {
      code: 'INV_010',
    },
  );
  const wrong = await refusalOf(some('R-2', 1, { batchNo: 'A9' }));
  expect(wrong).toMatchObject({ code: 'INV_007', details: { noun: 'batch', id: 'A9' } });
  const strange = receive('T-PART', { documentNo: 'R-2', lines: [{ line: 2, quantity: 1 }] });
  expect(await refusalOf(strange)).toMatchObject({ code: 'INV_007', details: { id: 'T-PART/2' } });
  const early = await refusalOf(
    receive('T-PART', { documentNo: 'R-2', lines: [{ line: 1, quantity: 4 }], isFinal: true }),
  );
  expect(early).toMatchObject({ code: 'INV_010', details: { state: '2 in transit' } });
  expect(await level('PART', 'north')).toBe(2);
  const last = await receive('T-PART', {
    ...{ documentNo: 'R-2', lines: [{ line: 1, quantity: 4 }] },
    ...{ isFinal: true, writeOff: { reason: 'two broke' } },
  });
  expect(last.transfer).toMatchObject({
    ...{ state: 'done', endReason: 'two broke' },
    lines: [{ shipped: 8, received: 6, writtenOff: 2, inTransit: 0 }],
  });
  expect((await refusalOf(receive('T-PART', { documentNo: 'R-3' }))).code).toBe('INV_010');
  expect(await level('PART', 'north')).toBe(6);
});

test('what never arrives is written off, in part or all of it, without moving stock', async () => {
  await buy('LOST', {});
  await send('T-LOST', [{ skuId: 'LOST', quantity: 4 }]);
  const lose = (more: object = {}) =>
    at.domain.transfers.writeOff({ transferNo: 'T-LOST', reason: 'stolen', ...more }, at.call);
  expect(await lose({ lines: [{ line: 1, quantity: 1 }] })).toMatchObject({
    state: 'shipped',
    lines: [{ writtenOff: 1 }],
  });
  expect((await refusalOf(lose({ lines: [{ line: 1, quantity: 4 }] }))).code).toBe('INV_010');
  expect(await lose()).toMatchObject({ state: 'done', endReason: 'stolen', lines: [{ writtenOff: 4, inTransit: 0 }] });
  expect((await refusalOf(lose())).code).toBe('INV_010');
  expect([await level('LOST', 'default'), await level('LOST', 'north')]).toEqual([1, 0]);
});

describe('cancelled', () => {
  test('before shipping: nothing moved, and nothing leaves any more', async () => {
    await buy('DRAFT', {});
    await at.domain.transfers.create(plan('T-DRAFT', [{ skuId: 'DRAFT', quantity: 4 }]), at.call);
    const cancel = () => at.domain.transfers.cancel({ transferNo: 'T-DRAFT', reason: 'not needed' }, at.call);
    const answer = await cancel();
    expect(answer).toMatchObject({ state: 'cancelled', endReason: 'not needed', version: 2 });
    expect(await cancel()).toEqual(answer);
    expect((await refusalOf(at.domain.transfers.ship({ transferNo: 'T-DRAFT' }, at.call))).code).toBe('INV_010');
    expect((await refusalOf(receive('T-DRAFT'))).code).toBe('INV_010');
  });

  test('after shipping: what is still on the way comes back to the batches that it left', async () => {
    await buy('BACK', { batchNo: 'B1', unitCost: '1.00' }, { batchNo: 'B2', unitCost: '3.00' });
    await send('T-BACK', [{ skuId: 'BACK', quantity: 7 }]);
    await receive('T-BACK', { documentNo: 'R-BACK', lines: [{ line: 1, quantity: 1 }] });
    const cancel = () => at.domain.transfers.cancel({ transferNo: 'T-BACK', reason: 'wrong goods' }, at.call);
    const answer = await cancel();
    expect(answer).toMatchObject({
      state: 'cancelled',
      lines: [{ shipped: 7, received: 1, returned: 6, inTransit: 0 }],
    });
    expect(await cancel()).toEqual(answer);
    const { items } = await at.domain.batches.list({ skuId: 'BACK', locationId: 'default', limit: 9 });
    expect(items.map(({ batchNo, onHand, unitCost }) => [batchNo, onHand, unitCost])).toEqual([
      ['B1', 4, '1.00'],
      ['B2', 5, '3.00'],
    ]);
    const document = await at.domain.inbound.get({ type: 'transferIn', documentNo: 'T-BACK-CANCEL' });
    expect(document).toMatchObject({ reason: 'wrong goods', lines: [{ quantity: 4 }, { quantity: 2 }] });
  });

  test('done is done', async () => {
    await buy('DONE', {});
    await send('T-DONE', [{ skuId: 'DONE', quantity: 1 }]);
    await receive('T-DONE');
    const refusal = await refusalOf(at.domain.transfers.cancel({ transferNo: 'T-DONE', reason: 'no' }, at.call));
    expect(refusal).toMatchObject({ code: 'INV_010', details: { state: 'done' } });
  });
});

test('a batch that is frozen at the destination keeps the goods on the way', async () => {
  const { lines } = await buy('AT', { batchNo: 'X' }, { batchNo: 'X', locationId: 'north' });
  const [, there = ''] = lines.map(({ batchId }) => batchId);
  await send('T-AT', [{ skuId: 'AT', quantity: 2 }]);
  const freezing = { operationType: 'count', operator: 'Ann', reason: 'count' };
  const { id } = await at.domain.locks.operation({ batchIds: [there], ...freezing }, at.call);
  await expectRefusal(at, (key) => receive('T-AT', key), { code: 'INV_016', details: { lockId: id } });
  await at.domain.locks.release({ lockId: id, reason: 'counted' }, at.call);
  expect((await receive('T-AT')).document.lines).toMatchObject([{ batchId: there, quantity: 2 }]);
});

test('a recalled number takes nothing in, neither there nor back here', async () => {
  await buy('RECALL', { batchNo: 'R-1' });
  await send('T-RECALL', [{ skuId: 'RECALL', quantity: 2 }]);
  const recall = { skuId: 'RECALL', batchNo: 'R-1', reason: 'mould', operator: 'Ann', otherLocations: true };
  const { lock } = await at.domain.batches.recall(recall, at.call);
  const lockId = lock.id;
  expect(await refusalOf(receive('T-RECALL'))).toMatchObject({ code: 'INV_016', details: { lockId } });
  const cancel = () => at.domain.transfers.cancel({ transferNo: 'T-RECALL', reason: 'recalled' }, at.call);
  expect((await refusalOf(cancel())).code).toBe('INV_016');
  await at.domain.locks.release({ lockId, reason: 'a false alarm' }, at.call);
  expect((await cancel()).state).toBe('cancelled');
});

test('what was sold short at the destination is settled by what arrives', async () => {
  const owing = await openTestDomain({ config: { allowNegative: true } });
  try {
    await owing.domain.locations.create({ locationId: 'north' }, owing.call);
    await owing.domain.inbound.purchase(
      inbound('PO', [receipt('D', 5), receipt('D', 1, { locationId: 'north' })]),
      owing.call,
    );
    await owing.domain.outbound.sales(sale('O', [{ skuId: 'D', quantity: 3, locationId: 'north' }]), owing.call);
    await owing.domain.outbound.transfer(plan('T', [{ skuId: 'D', quantity: 4 }]), owing.call);
    await owing.domain.transfers.receive(transferReceiveInput.parse({ transferNo: 'T' }), owing.call);
    const { items } = await owing.domain.stock.levels({ skuId: 'D', locationId: 'north', limit: 1 });
    expect(items).toMatchObject([{ onHand: 2, deficit: 0 }]);
  } finally {
    await closeSound(owing);
  }
});

test('who may see one of the two places alone sees no transfer, and lists only whole ones', async () => {
  await buy('SEEN', {});
  await send('T-SEEN', [{ skuId: 'SEEN', quantity: 1 }]);
  const half = at.domain.within(['north']).transfers;
  expect((await refusalOf(half.get({ transferNo: 'T-SEEN' }))).code).toBe('INV_007');
  expect((await refusalOf(half.receive(transferReceiveInput.parse({ transferNo: 'T-SEEN' }), at.call))).code).toBe(
    'INV_007',
  );
  expect((await half.list({ limit: 500 })).items).toEqual([]);
  const both = at.domain.within(['north', 'default']).transfers;
  expect(
    (await both.list({ skuId: 'SEEN', state: 'shipped', fromLocationId: 'default', limit: 9 })).items,
  ).toMatchObject([{ transferNo: 'T-SEEN', lineCount: 1 }]);
});
