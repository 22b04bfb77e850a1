/** Merging on a real database: what becomes one, what follows, and what later receipts reach. */
import { MAX_QUANTITY } from '@granary/contracts/quantity';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fresh, merge, shelfOf, split } from '../testing/batch-inputs.ts';
import { countOf, rowsOf } from '../testing/database-state.ts';
import { daysFromNow, inbound, receipt, secondsFromNow } from '../testing/inputs.ts';
import { freezing } from '../testing/lock-inputs.ts';
import { expectRefusal, refusalOf } from '../testing/refusals.ts';
import { closeSound } from '../testing/soundness.ts';
import { openTestDomain, type TestDomain } from '../testing/test-domain.ts';

let at: TestDomain;
beforeAll(async () => {
  at = await openTestDomain();
  await at.domain.locations.create({ locationId: 'north', priority: 500 }, at.call);
});
afterAll(() => closeSound(at));

const get = (batchId: string) => at.domain.batches.get({ batchId });
const receive = (skuId: string, quantity: number, more: Parameters<typeof receipt>[2]) =>
  at.domain.inbound.purchase(inbound(fresh('P'), [receipt(skuId, quantity, more)]), at.call);

describe('what is merged', () => {
  test('has the sums, the earliest dates and the mean cost by quantity of all, under a new number', async () => {
    const early = { producedOn: '2026-01-01', expiresAt: daysFromNow(100), unitCost: '1.00', quantity: 3 };
    const late = { producedOn: '2026-02-01', expiresAt: daysFromNow(200), unitCost: '2.00', quantity: 4 };
    const shelf = await shelfOf(at, { old: late, young: early, undated: { quantity: 2, unitCost: '4.00' } });
    const before = await Promise.all(Object.values(shelf.ids).map(get));
    const level = (await at.domain.stock.levels({ skuId: shelf.skuId, limit: 1 })).items[0];
    const { batch, merged, documentId } = await merge(shelf, ['old', 'young', 'undated'], {
      targetBatchNo: 'ALL',
      reason: 'one pallet',
      operator: 'Ida',
    });
    expect(batch).toMatchObject({ batchNo: 'ALL', onHand: 9, reserved: 0, locked: 0, status: 'available' });
    // (4 * 2 + 3 * 1 + 2 * 4) / 9 = 19 / 9
    expect(batch).toMatchObject({ unitCost: '2.111111', producedOn: '2026-01-01', receivedAt: before[0]?.receivedAt });
    expect(batch.expiresAt).toBe(before[1]?.expiresAt);
    expect(batch).toEqual(await get(batch.batchId));
    expect(merged.map(({ batchNo, status, onHand, mergedInto }) => [batchNo, status, onHand, mergedInto])).toEqual([
      ['old', 'merged', 0, batch.batchId],
      ['young', 'merged', 0, batch.batchId],
      ['undated', 'merged', 0, batch.batchId],
    ]);
    for (const each of merged) expect(await get(each.batchId)).toEqual(each);
    const after = (await at.domain.stock.levels({ skuId: shelf.skuId, limit: 1 })).items[0];
    expect(after).toEqual({ ...level, version: 9, onHandVersion: 9 });
    const { items } = await at.domain.stock.movements({ documentId, limit: 20 });
    expect(items.map(({ kind, batchId, onHandDelta }) => [kind, batchId, onHandDelta])).toEqual(
      [4, 3, 2].flatMap((quantity, each) => [
        ['merge', Object.values(shelf.ids)[each], -quantity],
        ['merge', batch.batchId, quantity],
      ]),
    );
    expect(
      await rowsOf(
        at.dataSource,
        'SELECT type, operator, reason, line_count AS n FROM stock_document WHERE document_id = ?',
        [documentId],
      ),
    ).toEqual([{ type: 'merge', operator: 'Ida', reason: 'one pallet', n: 4 }]);
  });

  test('may go into one of them, which keeps its id and attributes', async () => {
    const shelf = await shelfOf(at, {
      a: { quantity: 5, attributes: { bay: 1 } },
      b: { quantity: 3, attributes: { bay: 2 } },
    });
    const { batch, merged } = await merge(shelf, ['b', 'a'], { targetBatchNo: 'a' });
    expect(batch).toMatchObject({ batchId: shelf.id('a'), onHand: 8, attributes: { bay: 1 } });
    expect(merged.map(({ batchId }) => batchId)).toEqual([shelf.id('b')]);
  });

  test('has as a new batch the attributes that all agree on', async () => {
    const shelf = await shelfOf(at, {
      a: { quantity: 5, attributes: { bay: 1, origin: { country: 'PT' } } },
      b: { quantity: 3, attributes: { bay: 2, origin: { country: 'PT' } } },
    });
    const { batch } = await merge(shelf, ['a', 'b'], { targetBatchNo: 'AB' });
    expect(batch.attributes).toEqual({ origin: { country: 'PT' } });
  });

  test('may be empty, and may fill a level to the brim', async () => {
    const shelf = await shelfOf(at, { a: MAX_QUANTITY - 1, b: 1 });
    await at.domain.outbound.damage(
      { documentNo: fresh(), reason: 'broken', lines: [{ skuId: shelf.skuId, quantity: 1, batchId: shelf.id('b') }] },
      at.call,
    );
    const { batch } = await merge(shelf, ['a', 'b'], { targetBatchNo: 'full' });
    expect(batch.onHand).toBe(MAX_QUANTITY - 1);
    expect((await get(shelf.id('b'))).mergedInto).toBe(batch.batchId);
  });

  test('can be merged again, and split first', async () => {
    const shelf = await shelfOf(at, { a: 6, b: 4, c: 1 });
    const { children } = await split(at, shelf.id('a'), 2);
    const { batch } = await merge(shelf, ['a', 'b'], { targetBatchNo: 'AB' });
    const ids = [batch.batchId, shelf.id('c'), children[0]?.batchId ?? ''];
    const all = await at.domain.batches.merge({ batchIds: ids, targetBatchNo: 'ABC' }, at.call);
    expect(all.batch.onHand).toBe(11);
    const trace = await at.domain.batches.trace({ skuId: shelf.skuId, batchNo: 'a', limit: 50 });
    expect(
      trace.batches
        .map(({ batchNo, kinship }) => [batchNo, kinship])
        .toSorted((a, b) => (String(a) < String(b) ? -1 : 1)),
    ).toEqual([
      ['AB', 'descendant'],
      ['ABC', 'descendant'],
      ['a', 'self'],
      ['a-1', 'descendant'],
    ]);
  });
});

describe('a merge is refused', () => {
  const refuse = async (
    batchIds: readonly string[],
    targetBatchNo: string,
    expected: { code: string; details?: unknown },
  ) =>
    await expectRefusal(
      at,
      (key) => at.domain.batches.merge({ batchIds: [...batchIds], targetBatchNo, ...key }, at.call),
      expected,
    );

  test('across SKUs, places and qualities, and of what is not there', async () => {
    const [one, two] = [
      await shelfOf(at, { a: 1, b: { quantity: 1, qualityLevel: 'B' }, c: { quantity: 1, locationId: 'north' } }),
      await shelfOf(at, { a: 1 }),
    ];
    await refuse([one.id('a'), two.id('a')], 'T', {
      code: 'INV_005',
      details: { issues: [{ path: 'batchIds', message: `batch ${two.id('a')} is of another SKU than the first one` }] },
    });
    await refuse([one.id('a'), one.id('c')], 'T', {
      code: 'INV_005',
      details: {
        issues: [{ path: 'batchIds', message: `batch ${one.id('c')} lies at another location than the first one` }],
      },
    });
    await refuse([one.id('a'), one.id('b')], 'T', {
      code: 'INV_009',
      details: { batchNo: 'b', differs: ['qualityLevel'] },
    });
    const ghost = '01JD7Z5K3M8Q2W4E6R7T8Y9ZAB';
    await refuse([one.id('a'), ghost], 'T', { code: 'INV_007', details: { noun: 'batch', id: ghost } });
  });

  test('of what is frozen or merged already', async () => {
    const shelf = await shelfOf(at, { a: 1, b: 1, c: 1, d: 1 });
    const { batch } = await merge(shelf, ['a', 'b'], { targetBatchNo: 'AB' });
    await refuse([shelf.id('a'), shelf.id('c')], 'T', {
      code: 'INV_010',
      details: { noun: 'batch', id: shelf.id('a'), state: 'merged' },
    });
    const lock = await at.domain.locks.operation(freezing([shelf.id('c')]), at.call);
    await refuse([batch.batchId, shelf.id('c')], 'T', { code: 'INV_016', details: { lockId: lock.id } });
  });

  test('into a number that the SKU has elsewhere, or had', async () => {
    const shelf = await shelfOf(at, { a: 1, b: 1, c: 1, d: 1, far: { quantity: 1, locationId: 'north' } });
    for (const number of ['c', 'far'])
      await refuse([shelf.id('a'), shelf.id('b')], number, { code: 'INV_008', details: { noun: 'batch', id: number } });
    await merge(shelf, ['a', 'b'], { targetBatchNo: 'AB' });
    await refuse([shelf.id('c'), shelf.id('d')], 'a', { code: 'INV_008' });
  });

  test('into one of them that would come to mean other goods than elsewhere', async () => {
    const dated = { quantity: 2, expiresAt: daysFromNow(50) };
    const shelf = await shelfOf(at, { a: 3, b: dated });
    await receive(shelf.skuId, 1, { batchNo: 'a', locationId: 'north' });
    await refuse([shelf.id('a'), shelf.id('b')], 'a', {
      code: 'INV_009',
      details: { batchNo: 'a', differs: ['expiresAt'] },
    });
    expect((await merge(shelf, ['a', 'b'], { targetBatchNo: 'AB' })).batch.onHand).toBe(5);
  });

  test('of expired goods with others; among themselves they stay expired', async () => {
    const soon = { quantity: 2, expiresAt: secondsFromNow(3600) };
    const shelf = await shelfOf(at, { a: 3, x: soon, y: soon, z: soon });
    at.advance(7200);
    await refuse([shelf.id('a'), shelf.id('x')], 'T', {
      code: 'INV_009',
      details: { batchNo: 'x', differs: ['status'] },
    });
    await at.domain.batches.expireDue({ limit: 500 }, at.call);
    await refuse([shelf.id('a'), shelf.id('x')], 'T', { code: 'INV_009' });
    const { batch } = await merge(shelf, ['x', 'y'], { targetBatchNo: 'old' });
    expect(batch).toMatchObject({ status: 'expired', onHand: 4 });
    expect((await at.domain.stock.check({ skuId: shelf.skuId })).available).toBe(3);
  });
});

test('a repeat with its key answers the same, and one without is refused', async () => {
  const shelf = await shelfOf(at, { a: 3, b: 2 });
  const call = () => merge(shelf, ['a', 'b'], { targetBatchNo: 'AB', idempotencyKey: shelf.skuId });
  const first = await call();
  expect(await call()).toEqual(first);
  expect(await refusalOf(merge(shelf, ['a', 'b'], { targetBatchNo: 'AB' }))).toMatchObject({ code: 'INV_010' });
  expect(
    await countOf(at.dataSource, `stock_document WHERE type = 'merge' AND document_id = ?`, [first.documentId]),
  ).toBe(1);
});
