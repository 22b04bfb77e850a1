/** Correcting batches on a real database: attributes of one, and what a number means wherever it lies. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { correct, fresh, merge, shelfOf, sweep } from '../testing/batch-inputs.ts';
import { changedBy } from '../testing/database-state.ts';
import { daysFromNow, hold, inbound, receipt, secondsFromNow } from '../testing/inputs.ts';
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
const available = async (skuId: string) => (await at.domain.stock.check({ skuId })).available;

/** `lot` at two places, the second id is that of the north. */
async function twoPlaces(more: Partial<Parameters<typeof receipt>[2]> = {}) {
  const shelf = await shelfOf(at, { lot: { quantity: 5, ...more } });
  const line = receipt(shelf.skuId, 3, { batchNo: 'lot', locationId: 'north', ...more });
  const document = await at.domain.inbound.purchase(inbound(fresh('P'), [line]), at.call);
  return { ...shelf, here: shelf.id('lot'), north: document.lines[0]?.batchId ?? '' };
}

test('attributes are of the one batch; null clears them', async () => {
  const { here, north } = await twoPlaces({ attributes: { bay: 1 } });
  const before = await get(here);
  const after = await correct(at, here, { attributes: { bay: 2, note: ['a', null] } });
  expect(after).toEqual({ ...before, attributes: { bay: 2, note: ['a', null] }, version: before.version + 1 });
  expect(await get(here)).toEqual(after);
  expect((await get(north)).attributes).toEqual({ bay: 1 });
  expect((await correct(at, here, { attributes: null })).attributes).toBeNull();
});

test('dates and quality are corrected wherever the number lies, and receipts are compared with them then', async () => {
  const { skuId, here, north } = await twoPlaces({ expiresAt: daysFromNow(10) });
  const change = { producedOn: '2026-01-01', expiresAt: daysFromNow(20), qualityLevel: 'B' };
  const after = await correct(at, north, change);
  expect(after).toMatchObject({ producedOn: '2026-01-01', qualityLevel: 'B' });
  expect(after.expiresAt?.slice(0, 10)).toBe(daysFromNow(21));
  expect(await get(here)).toMatchObject({ ...change, expiresAt: after.expiresAt });
  const topUp = receipt(skuId, 1, { batchNo: 'lot', ...change });
  expect((await at.domain.inbound.purchase(inbound(fresh('P'), [topUp]), at.call)).lines[0]?.batchId).toBe(here);
  expect((await correct(at, here, { expiresAt: null })).expiresAt).toBeNull();
  expect((await get(north)).expiresAt).toBeNull();
});

test('a merged batch of the number is corrected as well, so that its receipts go on reaching the target', async () => {
  const shelf = await twoPlaces({ expiresAt: daysFromNow(10) });
  const line = receipt(shelf.skuId, 1, { batchNo: 'other' });
  const other = (await at.domain.inbound.purchase(inbound(fresh('P'), [line]), at.call)).lines[0]?.batchId ?? '';
  const { batch } = await merge({ ...shelf, id: (no) => (no === 'lot' ? shelf.here : other) }, ['lot', 'other'], {
    targetBatchNo: 'both',
  });
  const expiresAt = daysFromNow(30);
  await correct(at, shelf.north, { expiresAt });
  const again = receipt(shelf.skuId, 1, { batchNo: 'lot', expiresAt });
  expect((await at.domain.inbound.purchase(inbound(fresh('P'), [again]), at.call)).lines[0]?.batchId).toBe(
    batch.batchId,
  );
  expect((await get(batch.batchId)).expiresAt).toBe(batch.expiresAt);
});

test('a date that lies ahead brings expired goods back into sale; one that has passed takes them out', async () => {
  const { skuId, here } = await twoPlaces({ expiresAt: secondsFromNow(60) });
  at.advance(120);
  expect(await sweep(at)).toHaveLength(2);
  expect(await available(skuId)).toBe(0);
  expect(await correct(at, here, { expiresAt: daysFromNow(30) })).toMatchObject({ status: 'available' });
  expect(await available(skuId)).toBe(8);
  await correct(at, here, { expiresAt: secondsFromNow(-60) });
  expect(await available(skuId)).toBe(0);
  expect(await sweep(at)).toHaveLength(2);
  expect((await get(here)).status).toBe('expired');
});

test('a correction that changes nothing writes no batch', async () => {
  const { here } = await twoPlaces({ expiresAt: daysFromNow(10) });
  const { expiresAt } = await get(here);
  const changed = await changedBy(at.dataSource, () =>
    correct(at, here, { expiresAt, qualityLevel: 'A', attributes: null }),
  );
  expect(changed).toEqual(['command']);
});

describe('a correction is refused', () => {
  const refuse = async (batchId: string, fields: object, expected: { code: string; details?: unknown }) =>
    await expectRefusal(at, (key) => at.domain.batches.update({ batchId, ...fields, ...key }, at.call), expected);

  test('of what is not there, or was merged', async () => {
    const ghost = '01JD7Z5K3M8Q2W4E6R7T8Y9ZAB';
    await refuse(ghost, { attributes: {} }, { code: 'INV_007' });
    const shelf = await shelfOf(at, { a: 1, b: 1 });
    await merge(shelf, ['a', 'b'], { targetBatchNo: 'b' });
    await refuse(
      shelf.id('a'),
      { attributes: {} },
      { code: 'INV_010', details: { noun: 'batch', id: shelf.id('a'), state: 'merged' } },
    );
  });

  test('while any batch of the number is frozen, attributes apart', async () => {
    const { here, north } = await twoPlaces();
    const lock = await at.domain.locks.operation(freezing([north]), at.call);
    await refuse(here, { expiresAt: null }, { code: 'INV_016', details: { lockId: lock.id } });
    expect((await correct(at, north, { attributes: { seen: true } })).attributes).toEqual({ seen: true });
  });

  test('of a quality that somebody has reserved, at any place', async () => {
    const { skuId, here, north } = await twoPlaces();
    await at.domain.reservations.reserve(hold(skuId, 1, { businessId: fresh('O'), locationId: 'north' }), at.call);
    await refuse(
      here,
      { qualityLevel: 'B' },
      { code: 'INV_010', details: { noun: 'batch', id: north, state: 'reserved' } },
    );
    expect((await correct(at, here, { qualityLevel: 'A', producedOn: '2026-01-01' })).producedOn).toBe('2026-01-01');
  });

  test('of a quality only by holds that are not overdue, which it expires first and for good', async () => {
    const { skuId, here, north } = await twoPlaces();
    const held = (businessId: string, ttlSeconds: number) =>
      at.domain.reservations.reserve(hold(skuId, 1, { businessId, locationId: 'north', ttlSeconds }), at.call);
    const stateOf = async (id: string) => (await at.domain.reservations.get({ id })).state;
    const [late, live] = [await held(fresh('O'), 60), await held(fresh('O'), 600)];
    at.advance(61);
    const refusal = await refusalOf(correct(at, here, { qualityLevel: 'B' }));
    expect(refusal).toMatchObject({ code: 'INV_010', details: { id: north, state: 'reserved' } });
    expect(refusal.message).toContain('1 units');
    expect([await stateOf(late.id), await stateOf(live.id)]).toEqual(['expired', 'active']);
    at.advance(600);
    expect(await correct(at, here, { qualityLevel: 'B' })).toMatchObject({ qualityLevel: 'B' });
    expect(await stateOf(live.id)).toBe('expired');
    expect(await get(north)).toMatchObject({ qualityLevel: 'B', reserved: 0, onHand: 3 });
  });

  test('when it would have expired before it was produced', async () => {
    const { here } = await twoPlaces({ expiresAt: '2036-01-31' });
    const issues = [{ path: 'expiresAt', message: 'must not be before producedOn' }];
    await refuse(here, { producedOn: '2036-02-28' }, { code: 'INV_005', details: { issues } });
  });
});
