/** stock.explain: every batch and every hold that adds to available or takes from it. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { hold } from '../testing/inputs.ts';
import { fillMixedShelf, MIXED } from '../testing/mixed-shelf.ts';
import { openTestDomain, type TestDomain } from '../testing/test-domain.ts';

let at: TestDomain;

beforeAll(async () => {
  at = await openTestDomain();
  await fillMixedShelf(at);
});
afterAll(() => at.close());

const explain = () => at.domain.stock.explain({ skuId: MIXED });

test('each batch adds what it adds, or says why it adds nothing', async () => {
  const { batches, available } = await explain();
  expect(
    Object.fromEntries(batches.map(({ batchNo, available: units, reason }) => [batchNo, reason ?? units])),
  ).toEqual({
    held: 'nothing free',
    old: 'expired',
    soon: 10,
    fresh: 10,
    second: 10,
    frozen: 'frozen',
    north: 7,
    closed: 'inactive',
    shut: 'inactive',
  });
  expect(batches.reduce((sum, batch) => sum + batch.available, 0)).toBe(available);
  expect((await at.domain.stock.check({ skuId: MIXED })).available).toBe(available);
});

test('levels add up as well, closed ones with nothing', async () => {
  const { levels, available, truncated } = await explain();
  expect(
    levels.map(({ locationId, isActive, onHand, reserved, available: units }) => [
      locationId,
      isActive,
      onHand,
      reserved,
      units,
    ]),
  ).toEqual([
    ['closed', false, 9, 0, 0],
    ['default', true, 55, 5, 30],
    ['north', true, 7, 0, 7],
    ['shut', false, 8, 0, 0],
  ]);
  expect(levels.reduce((sum, level) => sum + level.available, 0)).toBe(available);
  expect(truncated).toBe(false);
});

test('holds are listed with their deadline, overdue ones marked, confirmed ones last', async () => {
  const { reservations } = at.domain;
  // HOLDER was made a day ago and is overdue by now.
  const kept = await reservations.reserve(hold(MIXED, 3, { businessId: 'KEPT', locationId: 'north' }), at.call);
  await reservations.confirm({ id: kept.id }, at.call);
  await reservations.reserve(hold(MIXED, 2, { businessId: 'LIVE', locationId: 'north', ttlSeconds: 60 }), at.call);
  const told = (await explain()).reservations;
  expect(
    told.map(({ businessId, held, overdue, expiresAt }) => [businessId, held, overdue, expiresAt === null]),
  ).toEqual([
    ['HOLDER', 5, true, false],
    ['LIVE', 2, false, false],
    ['KEPT', 3, false, true],
  ]);
  await reservations.deduct({ id: kept.id, quantity: 1 }, at.call);
  expect((await explain()).reservations.at(-1)).toMatchObject({ businessId: 'KEPT', held: 2 });
  await reservations.expireDue({ limit: 10 }, at.call);
  expect((await explain()).reservations.map(({ businessId }) => businessId)).toEqual(['LIVE', 'KEPT']);
});

test('a SKU that nobody knows is named', async () => {
  await expect(at.domain.stock.explain({ skuId: 'ghost' })).rejects.toMatchObject({ code: 'INV_001' });
});
