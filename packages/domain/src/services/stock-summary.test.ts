/** stock.available and stock.check: the figures, by every criterion. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { StockAvailableInput } from '@granary/contracts/stock';
import { inbound, receipt } from '../testing/inputs.ts';
import { fillMixedShelf, MIXED } from '../testing/mixed-shelf.ts';
import { refusalOf } from '../testing/refusals.ts';
import { openTestDomain, type TestDomain } from '../testing/test-domain.ts';

let at: TestDomain;

beforeAll(async () => {
  at = await openTestDomain();
  await fillMixedShelf(at);
});
afterAll(() => at.close());

const available = (criteria: Partial<StockAvailableInput> = {}) => {
  const product = criteria.spuId === undefined ? { skuId: MIXED } : {};
  return at.domain.stock.available({ excludeExpired: true, includeReserved: false, ...product, ...criteria });
};

describe('available is what allocation would take now, onHand what lies there:', () => {
  test.each([
    ['of everything', {}, { available: 37, onHand: 69, reserved: 5, batchCount: 8 }],
    ['at one place', { locationId: 'north' }, { available: 7, onHand: 7, reserved: 0, batchCount: 1 }],
    ['at an inactive place', { locationId: 'closed' }, { available: 0, onHand: 9, batchCount: 1 }],
    ['at an inactive level', { locationId: 'shut' }, { available: 0, onHand: 8, batchCount: 1 }],
    ['of one quality, whatever is frozen', { qualityLevel: 'B' }, { available: 10, onHand: 10, batchCount: 1 }],
    ['of the other quality', { qualityLevel: 'A' }, { available: 27, onHand: 59, batchCount: 7 }],
    ['with some life left', { minRemainingDays: 30 }, { available: 27, onHand: 59, batchCount: 7 }],
    ['with much life left', { minRemainingDays: 365 }, { available: 17, onHand: 49, batchCount: 6 }],
    ['with what is held', { includeReserved: true }, { available: 42, onHand: 69, reserved: 5 }],
    ['with what has expired', { excludeExpired: false }, { available: 47, onHand: 79, batchCount: 9 }],
    ['expired, of a quality', { excludeExpired: false, qualityLevel: 'B' }, { available: 10, onHand: 10 }],
    [
      'of all these',
      { locationId: 'default', qualityLevel: 'A', minRemainingDays: 30, includeReserved: true },
      { available: 15, onHand: 25 },
    ],
  ])('%s', async (_what, criteria, expected) => {
    expect(await available(criteria)).toMatchObject(expected);
  });
});

test('cost is the mean by quantity and the sum over what is counted, and the nearest expiry is named', async () => {
  const summary = await available({ locationId: 'default', qualityLevel: 'A' });
  // 5 held at 2.50, 10 at 2.00, 10 at 1.00, 10 frozen at 2.50.
  expect(summary).toMatchObject({ onHand: 35, totalCost: '67.50', meanUnitCost: '1.928571' });
  const [soon] = (await at.domain.batches.list({ skuId: MIXED, limit: 500 })).items.filter(
    (each) => each.batchNo === 'soon',
  );
  expect(summary.nearestExpiresAt).toBe(soon?.expiresAt);
  expect((await available({ locationId: 'north' })).nearestExpiresAt).toBeNull();
});

test('each level is listed with its version, and the levels sum up to the whole', async () => {
  const { locations, ...whole } = await available();
  expect(locations.map(({ locationId, available: units, version }) => [locationId, units, version])).toEqual([
    ['closed', 0, 1],
    ['default', 30, 7],
    ['north', 7, 1],
    ['shut', 0, 1],
  ]);
  for (const figure of ['available', 'onHand', 'reserved', 'locked', 'batchCount'] as const)
    expect(
      locations.reduce((sum, each) => sum + each[figure], 0),
      `the sum of ${figure}`,
    ).toBe(whole[figure]);
});

test('a product is the sum of its variants, and a SKU without variants is its own product', async () => {
  await at.domain.skus.create({ skuId: 'VARIANT', spuId: 'PRODUCT' }, at.call);
  const lines = [receipt('VARIANT', 3, { unitCost: '10.00' }), receipt('ALONE', 4)];
  await at.domain.inbound.purchase(inbound('VARIANTS', lines), at.call);
  const product = await available({ spuId: 'PRODUCT' });
  expect(product).toMatchObject({ skuId: null, spuId: 'PRODUCT', available: 40, onHand: 72 });
  expect(new Set(product.locations.map((each) => each.skuId))).toEqual(new Set([MIXED, 'VARIANT']));
  expect(await available({ spuId: 'ALONE' })).toMatchObject({ available: 4, onHand: 4 });
});

test('a SKU without stock has zeros, no mean cost and no expiry', async () => {
  await at.domain.skus.create({ skuId: 'BARE' }, at.call);
  expect(await available({ skuId: 'BARE' })).toMatchObject({
    ...{ available: 0, onHand: 0, meanUnitCost: null, totalCost: '0.00', nearestExpiresAt: null, locations: [] },
  });
});

test('check agrees with available, for one and for many in the order asked', async () => {
  expect(await at.domain.stock.check({ skuId: MIXED })).toMatchObject({ inStock: true, available: 37 });
  const many = await at.domain.stock.checkMany({ skuIds: ['VARIANT', 'BARE', MIXED, 'VARIANT'] });
  expect(many.items.map(({ skuId, inStock, available: units }) => [skuId, inStock, units])).toEqual([
    ['VARIANT', true, 3],
    ['BARE', false, 0],
    [MIXED, true, 37],
    ['VARIANT', true, 3],
  ]);
});

test('of an inactive SKU nothing is available, though it is on hand', async () => {
  await at.domain.skus.update({ skuId: 'ALONE', status: 'inactive' }, at.call);
  expect(await at.domain.stock.check({ skuId: 'ALONE' })).toMatchObject({ inStock: false, available: 0 });
  expect(await available({ skuId: 'ALONE' })).toMatchObject({ available: 0, onHand: 4 });
  expect(await at.domain.stock.explain({ skuId: 'ALONE' })).toMatchObject({
    available: 0,
    batches: [{ reason: 'inactive' }],
  });
});

test('what nobody knows is named', async () => {
  expect(await refusalOf(available({ skuId: 'ghost' }))).toMatchObject({
    code: 'INV_001',
    details: { skuId: 'ghost' },
  });
  expect(await refusalOf(available({ spuId: 'ghost' }))).toMatchObject({ code: 'INV_001' });
  expect(await refusalOf(available({ locationId: 'nowhere' }))).toMatchObject({ code: 'INV_007' });
  const many = at.domain.stock.checkMany({ skuIds: [MIXED, 'ghost'] });
  expect(await refusalOf(many)).toMatchObject({ code: 'INV_001', details: { skuId: 'ghost' } });
});
