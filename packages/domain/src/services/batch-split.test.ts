/** Splitting on a real database: free units become batches of their own, and nothing else does. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fresh, shelfOf, split } from '../testing/batch-inputs.ts';
import { rowsOf } from '../testing/database-state.ts';
import { daysFromNow, hold, inbound, receipt, secondsFromNow } from '../testing/inputs.ts';
import { freezing, lockOn } from '../testing/lock-inputs.ts';
import { expectRefusal } from '../testing/refusals.ts';
import { closeSound } from '../testing/soundness.ts';
import { openTestDomain, type TestDomain } from '../testing/test-domain.ts';

let at: TestDomain;
beforeAll(async () => {
  at = await openTestDomain();
  await at.domain.locations.create({ locationId: 'north', priority: 500 }, at.call);
});
afterAll(() => closeSound(at));

const get = (batchId: string) => at.domain.batches.get({ batchId });
const numbers = (batches: readonly { readonly batchNo: string }[]) => batches.map(({ batchNo }) => batchNo);

test('children are as the parent, but for the number and the quantity', async () => {
  const facts = { quantity: 10, producedOn: '2026-01-01', expiresAt: daysFromNow(90), attributes: { bay: 1 } };
  const shelf = await shelfOf(at, { lot: { ...facts, qualityLevel: 'B' }, later: 1 });
  const before = await get(shelf.id('lot'));
  const { batch, children, documentId } = await split(at, shelf.id('lot'), 4, 3);
  expect(batch).toEqual({ ...before, onHand: 3, version: before.version + 1 });
  expect(batch).toEqual(await get(shelf.id('lot')));
  for (const [each, quantity] of [4, 3].entries()) {
    const child = children[each];
    const facts = { batchId: child?.batchId, batchNo: `lot-${each + 1}`, onHand: quantity, splitFrom: batch.batchId };
    expect(child).toEqual({ ...before, ...facts, version: 1 });
    expect(child).toEqual(await get(child?.batchId ?? ''));
  }
  const { items } = await at.domain.stock.movements({ documentId, limit: 20 });
  expect(items.map(({ kind, batchId, onHandDelta, onHand }) => [kind, batchId, onHandDelta, onHand])).toEqual([
    ['split', batch.batchId, -4, 7],
    ['split', children[0]?.batchId, 4, 11],
    ['split', batch.batchId, -3, 8],
    ['split', children[1]?.batchId, 3, 11],
  ]);
  const lines = 'SELECT batch_no AS n, quantity AS q FROM stock_document_line WHERE document_id = ? ORDER BY line_no';
  expect((await rowsOf(at.dataSource, lines, [documentId])).map(({ n, q }) => [n, q])).toEqual([
    ['lot', -7],
    ['lot-1', 4],
    ['lot-2', 3],
  ]);
  // They were received when the parent was, so fifo still takes all of them before what came later.
  const plan = await at.domain.stock.allocate({ skuId: shelf.skuId, quantity: 11 });
  expect(numbers(plan.lines)).toEqual(['lot', 'lot-1', 'lot-2', 'later']);
});

test('children take the next free numbers, also where others lie elsewhere or were split off before', async () => {
  const shelf = await shelfOf(at, { lot: 20, 'lot-2': { quantity: 1, locationId: 'north' }, 'lot.1': 1, 'LOT-1': 1 });
  expect(numbers((await split(at, shelf.id('lot'), 1, 1)).children)).toEqual(['lot-1', 'lot-3']);
  const { children } = await split(at, shelf.id('lot'), 5);
  expect(numbers(children)).toEqual(['lot-4']);
  expect(numbers((await split(at, children[0]?.batchId ?? '', 2)).children)).toEqual(['lot-4-1']);
});

test('all that is free may go, and what is held stays with the parent', async () => {
  const shelf = await shelfOf(at, { lot: 10 });
  const made = await at.domain.reservations.reserve(hold(shelf.skuId, 3, fresh('O')), at.call);
  await at.domain.locks.business(lockOn(fresh('L'), { [shelf.id('lot')]: 2 }), at.call);
  const { batch } = await split(at, shelf.id('lot'), 5);
  expect(batch).toMatchObject({ onHand: 5, reserved: 3, locked: 2 });
  expect((await at.domain.reservations.get({ id: made.id })).lines).toMatchObject([
    { batchId: batch.batchId, held: 3 },
  ]);
});

test('of an expired batch the children are expired as well', async () => {
  const shelf = await shelfOf(at, { lot: { quantity: 4, expiresAt: secondsFromNow(60) } });
  at.advance(120);
  await at.domain.batches.expireDue({ limit: 500 }, at.call);
  expect((await split(at, shelf.id('lot'), 1)).children).toMatchObject([{ status: 'expired', onHand: 1 }]);
});

describe('a split is refused', () => {
  const refuse = async (batchId: string, quantities: number[], expected: { code: string; details?: unknown }) =>
    await expectRefusal(at, (key) => at.domain.batches.split({ batchId, quantities, ...key }, at.call), expected);

  test('of more than is free, which it tells', async () => {
    const shelf = await shelfOf(at, { lot: 10, other: 50 });
    await at.domain.reservations.reserve(hold(shelf.skuId, 3, fresh('O')), at.call);
    const { skuId } = shelf;
    const short = { skuId, locationId: 'default', batchId: shelf.id('lot'), requested: 8, available: 7 };
    await refuse(shelf.id('lot'), [4, 4], { code: 'INV_002', details: { lines: [short] } });
  });

  test('of what is not there, frozen, or merged', async () => {
    const shelf = await shelfOf(at, { a: 5, b: 5, c: 5 });
    const ghost = '01JD7Z5K3M8Q2W4E6R7T8Y9ZAB';
    await refuse(ghost, [1], { code: 'INV_007', details: { noun: 'batch', id: ghost } });
    const lock = await at.domain.locks.operation(freezing([shelf.id('a')]), at.call);
    await refuse(shelf.id('a'), [1], { code: 'INV_016', details: { lockId: lock.id } });
    await at.domain.batches.merge({ batchIds: [shelf.id('b'), shelf.id('c')], targetBatchNo: 'b' }, at.call);
    await refuse(shelf.id('c'), [1], {
      code: 'INV_010',
      details: { noun: 'batch', id: shelf.id('c'), state: 'merged' },
    });
  });

  test('when a number of a child would be too long, and not before', async () => {
    const skuId = fresh('S');
    const documentNo = 'D'.repeat(100);
    const lines = Array.from({ length: 10 }, () => receipt(skuId, 5));
    const document = await at.domain.inbound.purchase(inbound(documentNo, lines), at.call);
    // 100 letters and `-10` leave room for `-1` to `-999-1`: cut until nothing is left of it.
    let batchId = document.lines[9]?.batchId ?? '';
    for (let depth = 0; depth < 3; depth += 1)
      batchId = (await split(at, batchId, 4 - depth)).children[0]?.batchId ?? '';
    expect((await get(batchId)).batchNo).toHaveLength(109);
    await refuse(batchId, [1], { code: 'INV_010', details: { noun: 'batch', id: batchId, state: 'number too long' } });
  });
});

test('overdue holds in the way are expired first', async () => {
  const shelf = await shelfOf(at, { lot: 5 });
  const overdue = { businessId: fresh('O'), ttlSeconds: 5 };
  const made = await at.domain.reservations.reserve(hold(shelf.skuId, 5, overdue), at.call);
  at.advance(6);
  expect((await split(at, shelf.id('lot'), 5)).batch).toMatchObject({ onHand: 0, status: 'depleted' });
  expect((await at.domain.reservations.get({ id: made.id })).state).toBe('expired');
});

test('a repeat with its key answers the same and splits once', async () => {
  const shelf = await shelfOf(at, { lot: 10 });
  const input = { batchId: shelf.id('lot'), quantities: [2], idempotencyKey: shelf.skuId };
  const first = await at.domain.batches.split(input, at.call);
  expect(await at.domain.batches.split(input, at.call)).toEqual(first);
  expect((await get(shelf.id('lot'))).onHand).toBe(8);
});
