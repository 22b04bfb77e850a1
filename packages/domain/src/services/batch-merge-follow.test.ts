/** Merging on a real database: what holds and locks the goods follows, and what names them later reaches the target. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fresh, merge, shelfOf, sweep } from '../testing/batch-inputs.ts';
import { daysFromNow, hold, inbound, receipt, sale } from '../testing/inputs.ts';
import { freezing, lockOn, recalling } from '../testing/lock-inputs.ts';
import { refusalOf } from '../testing/refusals.ts';
import { closeSound } from '../testing/soundness.ts';
import { openTestDomain, type TestDomain } from '../testing/test-domain.ts';

let at: TestDomain;
beforeAll(async () => {
  at = await openTestDomain();
  await at.domain.locations.create({ locationId: 'north', priority: 500 }, at.call);
});
afterAll(() => closeSound(at));

const get = (batchId: string) => at.domain.batches.get({ batchId });
const reserve = (skuId: string, quantity: number, more: Parameters<typeof hold>[2] = fresh('O')) =>
  at.domain.reservations.reserve(hold(skuId, quantity, more), at.call);
const receive = (skuId: string, quantity: number, more: Parameters<typeof receipt>[2]) =>
  at.domain.inbound.purchase(inbound(fresh('P'), [receipt(skuId, quantity, more)]), at.call);

describe('what holds the goods follows', () => {
  test('reservations hold the target: same id, state and deadline, the next version', async () => {
    const shelf = await shelfOf(at, { a: 5, b: 5, c: 5 });
    const made = await reserve(shelf.skuId, 8);
    const paid = await reserve(shelf.skuId, 1);
    await at.domain.reservations.confirm({ id: paid.id }, at.call);
    const { batch } = await merge(shelf, ['a', 'b'], { targetBatchNo: 'AB' });
    expect(batch).toMatchObject({ onHand: 10, reserved: 9 });
    const now = await at.domain.reservations.get({ id: made.id });
    expect(now).toMatchObject({ state: 'active', version: made.version + 1, expiresAt: made.expiresAt });
    expect(now.lines.map(({ batchId, held }) => [batchId, held])).toEqual([
      [batch.batchId, 5],
      [batch.batchId, 3],
    ]);
    await at.domain.outbound.sales(sale(made.businessId, [{ skuId: shelf.skuId, quantity: 8 }]), at.call);
    await at.domain.reservations.deduct({ id: paid.id }, at.call);
    expect(await get(batch.batchId)).toMatchObject({ onHand: 1, reserved: 0 });
  });

  test('what has left a source already goes on saying so, and can come back', async () => {
    const shelf = await shelfOf(at, { a: 5, b: 5 });
    const made = await reserve(shelf.skuId, 4);
    await at.domain.reservations.deduct({ id: made.id, quantity: 3 }, at.call);
    const { batch } = await merge(shelf, ['a', 'b'], { targetBatchNo: 'AB' });
    const { lines } = await at.domain.reservations.get({ id: made.id });
    expect(lines.map(({ batchId, quantity, held }) => [batchId, quantity, held])).toEqual([
      [shelf.id('a'), 3, 0],
      [batch.batchId, 1, 1],
    ]);
    const back = await at.domain.inbound.return(
      {
        documentNo: fresh(),
        lines: [{ skuId: shelf.skuId, locationId: 'default', quantity: 2, reservationId: made.id }],
      },
      at.call,
    );
    expect(back.lines).toMatchObject([{ batchId: batch.batchId, quantity: 2 }]);
    expect(await get(batch.batchId)).toMatchObject({ onHand: 9, reserved: 1 });
  });

  test('a hold that is overdue is expired on the way', async () => {
    const shelf = await shelfOf(at, { a: 5, b: 5 });
    const made = await reserve(shelf.skuId, 2, { businessId: fresh('O'), ttlSeconds: 5 });
    at.advance(6);
    expect((await merge(shelf, ['a', 'b'], { targetBatchNo: 'AB' })).batch).toMatchObject({
      onHand: 10,
      reserved: 0,
    });
    expect((await at.domain.reservations.get({ id: made.id })).state).toBe('expired');
  });

  test('business locks lock the target and give it back', async () => {
    const shelf = await shelfOf(at, { a: 5, b: 5 });
    const lock = await at.domain.locks.business(
      lockOn(fresh('L'), { [shelf.id('a')]: 2, [shelf.id('b')]: 3 }),
      at.call,
    );
    const { batch } = await merge(shelf, ['a', 'b'], { targetBatchNo: 'AB' });
    expect(batch.locked).toBe(5);
    expect((await at.domain.locks.get({ lockId: lock.id })).lines.map((line) => line.batchNo)).toEqual(['AB', 'AB']);
    await at.domain.locks.release({ lockId: lock.id, reason: 'over' }, at.call);
    expect(await get(batch.batchId)).toMatchObject({ onHand: 10, locked: 0 });
  });

  test('a document that took from a source is taken back into the target', async () => {
    const shelf = await shelfOf(at, { a: 5, b: 5 });
    const sold = await at.domain.outbound.sales(sale(fresh('O'), [{ skuId: shelf.skuId, quantity: 2 }]), at.call);
    const { batch } = await merge(shelf, ['a', 'b'], { targetBatchNo: 'AB' });
    await at.domain.outbound.reverse({ documentId: sold.id, reason: 'wrong', operator: 'Ida' }, at.call);
    expect(await get(batch.batchId)).toMatchObject({ onHand: 10 });
  });
});

describe('a receipt that names a merged batch', () => {
  const dated = { quantity: 2, expiresAt: daysFromNow(90) };

  test('reaches the target through any number of merges, when it says what the source was', async () => {
    const shelf = await shelfOf(at, { a: 3, b: dated, c: 1 });
    const first = await merge(shelf, ['a', 'b'], { targetBatchNo: 'AB' });
    const { batch } = await at.domain.batches.merge(
      { batchIds: [first.batch.batchId, shelf.id('c')], targetBatchNo: 'ABC' },
      at.call,
    );
    const document = await receive(shelf.skuId, 4, { batchNo: 'a' });
    expect(document.lines).toMatchObject([{ batchId: batch.batchId, batchNo: 'ABC', quantity: 4 }]);
    expect(await get(batch.batchId)).toMatchObject({ onHand: 10, expiresAt: batch.expiresAt });
    expect(await get(shelf.id('a'))).toMatchObject({ onHand: 0, status: 'merged' });
    await refusalOf(receive(shelf.skuId, 1, { batchNo: 'b' })).then((error) =>
      expect(error).toMatchObject({ code: 'INV_009', details: { batchNo: 'b', differs: ['expiresAt'] } }),
    );
    expect((await receive(shelf.skuId, 1, { batchNo: 'b', expiresAt: dated.expiresAt })).lines[0]?.batchId).toBe(
      batch.batchId,
    );
  });

  test('opens the number at a place where it was never merged', async () => {
    const shelf = await shelfOf(at, { a: 3, b: 2 });
    await merge(shelf, ['a', 'b'], { targetBatchNo: 'AB' });
    const document = await receive(shelf.skuId, 4, { batchNo: 'a', locationId: 'north' });
    expect(document.lines).toMatchObject([{ batchNo: 'a', locationId: 'north' }]);
  });

  test('is refused while the target is frozen, and nowhere opens a number that is recalled with it', async () => {
    const shelf = await shelfOf(at, { a: 3, b: 2 });
    const { batch } = await merge(shelf, ['a', 'b'], { targetBatchNo: 'AB' });
    const lock = await at.domain.locks.operation(freezing([batch.batchId]), at.call);
    const conflict = { code: 'INV_016', details: { lockId: lock.id } };
    expect(await refusalOf(receive(shelf.skuId, 1, { batchNo: 'a' }))).toMatchObject(conflict);
    expect((await receive(shelf.skuId, 1, { batchNo: 'b', locationId: 'north' })).lines).toHaveLength(1);
    await at.domain.locks.release({ lockId: lock.id, reason: 'seen' }, at.call);
    const recall = await at.domain.batches.recall(recalling(shelf.skuId, 'a'), at.call);
    expect(recall.lock.lines.map((line) => line.batchNo)).toEqual(['AB']);
    expect(await refusalOf(receive(shelf.skuId, 1, { batchNo: 'a', locationId: 'north' }))).toMatchObject({
      code: 'INV_016',
      details: { lockId: recall.lock.id },
    });
  });

  test('cannot be opened anew by hand', async () => {
    const shelf = await shelfOf(at, { a: 3, b: 2 });
    await merge(shelf, ['a', 'b'], { targetBatchNo: 'AB' });
    const anew = {
      skuId: shelf.skuId,
      batchNo: 'a',
      locationId: 'north',
      quantity: 1,
      unitCost: '1.00',
      qualityLevel: 'A',
    };
    expect(await refusalOf(at.domain.batches.create(anew, at.call))).toMatchObject({ code: 'INV_008' });
  });
});

test('more holds than can follow at once are refused, and a thousand follow', { timeout: 120_000 }, async () => {
  const shelf = await shelfOf(at, { a: 5000, b: 1 });
  for (let page = 0; page < 5; page += 1) {
    const lines = Array.from({ length: 200 }, (_, each) => hold(shelf.skuId, 1, `${shelf.skuId}-${page}-${each}`));
    await at.domain.reservations.reserveMany({ lines }, at.call);
  }
  const extra = await reserve(shelf.skuId, 1);
  expect(await refusalOf(merge(shelf, ['a', 'b'], { targetBatchNo: 'AB' }))).toMatchObject({
    code: 'INV_010',
    details: { state: 'reserved' },
  });
  expect((await merge(shelf, ['b', 'a'], { targetBatchNo: 'a' })).batch).toMatchObject({
    onHand: 5001,
    reserved: 1001,
  });
  await at.domain.reservations.release({ id: extra.id }, at.call);
  await receive(shelf.skuId, 1, { batchNo: 'c' });
  const c = (await at.domain.batches.list({ skuId: shelf.skuId, limit: 10 })).items.find(
    ({ batchNo }) => batchNo === 'c',
  );
  const begun = performance.now();
  const { batch } = await at.domain.batches.merge(
    { batchIds: [shelf.id('a'), c?.batchId ?? ''], targetBatchNo: 'all' },
    at.call,
  );
  const tookMs = performance.now() - begun;
  expect(batch.reserved).toBe(1000);
  expect(tookMs, 'within the deadline of a request').toBeLessThan(5000);
  await sweep(at);
});
