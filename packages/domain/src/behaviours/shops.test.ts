/** What the tests of Medusa, Saleor and Vendure say of stock, replayed here; the facts are restated, docs/behaviours.md tells where Granary differs. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { hold, sale, secondsFromNow } from '../testing/inputs.ts';
import { refusalOf } from '../testing/refusals.ts';
import { openShop, type Shop } from '../testing/shop.ts';

let shop: Shop;
beforeAll(async () => {
  shop = await openShop();
});
afterAll(() => shop.close());

test('medusa-01: all of the stock can be reserved, and then nothing is available', async () => {
  await shop.stock('m1', 2);
  await shop.reserve('m1', 2, 'm1');
  expect(await shop.figures('m1')).toEqual({ onHand: 2, reserved: 2, available: 0 });
});

test('medusa-02: more than there is is refused, and nothing is reserved', async () => {
  await shop.stock('m2', 2);
  expect(await refusalOf(shop.reserve('m2', 3, 'm2'))).toMatchObject({ code: 'INV_002' });
  expect(await shop.figures('m2')).toMatchObject({ reserved: 0 });
});

test('medusa-04: what a location does not stock cannot be reserved there', async () => {
  await shop.stock('m4', 2);
  await shop.stock('other', 1, 'L3');
  const refusal = await refusalOf(shop.reserve('m4', 2, { businessId: 'm4', locationId: 'L3' }));
  expect(refusal).toMatchObject({ code: 'INV_002', details: { lines: [{ locationId: 'L3', available: 0 }] } });
});

test.each([
  ['medusa-06', 7],
  ['medusa-07', 2],
])('%s: a reservation of 3 becomes one of %i, in one step', async (name, quantity) => {
  await shop.stock(name, 10);
  const id = await shop.reserve(name, 3, name);
  expect(await shop.reserve(name, quantity, { businessId: name, replace: true })).toBe(id);
  expect(await shop.figures(name)).toMatchObject({ reserved: quantity });
});

test('medusa-09: letting go of one line gives back exactly its quantities and leaves the others', async () => {
  await shop.stock('m9', 2, 'L1');
  await shop.stock('m9', 4, 'L2');
  for (const locationId of ['L1', 'L2'])
    await shop.reserve('m9', 2, { businessId: 'm9', lineId: locationId, locationId });
  await shop.reserve('m9', 2, { businessId: 'm9-other', locationId: 'L2' });
  await shop.domain.reservations.release({ type: 'order', businessId: 'm9' }, shop.call);
  expect(await shop.figures('m9', 'L1')).toMatchObject({ reserved: 0 });
  expect(await shop.figures('m9', 'L2')).toMatchObject({ reserved: 2 });
});

test('medusa-10: letting go of all that is held at one place leaves what is held at the other', async () => {
  await shop.stock('m10', 4, 'L1');
  await shop.stock('m10', 2, 'L2');
  for (const [businessId, locationId] of [
    ['m10-1', 'L1'],
    ['m10-2', 'L1'],
    ['m10-3', 'L2'],
  ] as const)
    await shop.reserve('m10', 2, { businessId, locationId });
  const { items } = await shop.domain.reservations.list({ skuId: 'm10', state: 'active', limit: 10 });
  for (const { id, lines } of items)
    if (lines.some(({ locationId }) => locationId === 'L1')) await shop.domain.reservations.release({ id }, shop.call);
  expect(await shop.figures('m10', 'L1')).toMatchObject({ reserved: 0 });
  expect(await shop.figures('m10', 'L2')).toMatchObject({ reserved: 2 });
});

test('medusa-11: an adjustment adds 2 to 2, and takes 1 from a fresh 2', async () => {
  const adjust = (skuId: string, delta: number) =>
    shop.domain.adjustments.adjust({ skuId, delta, reasonCode: 'correction', operator: 'Ann' }, shop.call);
  await shop.stock('m11', 2);
  await shop.stock('m11b', 2);
  await adjust('m11', 2);
  await adjust('m11b', -1);
  expect(await shop.figures('m11')).toMatchObject({ onHand: 4 });
  expect(await shop.figures('m11b')).toMatchObject({ onHand: 1 });
});

test('medusa-12, medusa-13, medusa-14: what is available, on hand and reserved is summed over the places asked for', async () => {
  for (const [place, quantity] of [
    ['L1', 4],
    ['L2', 4],
    ['L3', 3],
  ] as const)
    await shop.stock('m12', quantity, place);
  await shop.stock('m12b', 3, 'L1');
  await shop.reserve('m12', 2, { businessId: 'm12', locationId: 'L2' });
  await shop.reserve('m12', 2, { businessId: 'm14', locationId: 'L3' });
  await shop.reserve('m12b', 2, { businessId: 'm12b', locationId: 'L1' });
  const here = await Promise.all([shop.figures('m12', 'L1'), shop.figures('m12', 'L2')]);
  const sum = (of: 'available' | 'onHand' | 'reserved') => here.reduce((total, figures) => total + figures[of], 0);
  expect({ available: sum('available'), onHand: sum('onHand'), reserved: sum('reserved') }).toEqual({
    available: 6,
    onHand: 8,
    reserved: 2,
  });
});

test('medusa-15: of 4 with 2 reserved, 2 more can be served and 3 cannot', async () => {
  await shop.stock('m15', 4);
  await shop.reserve('m15', 2, 'm15');
  const plan = (quantity: number) => shop.domain.stock.allocate({ skuId: 'm15', quantity });
  expect((await plan(2)).lines).toMatchObject([{ quantity: 2 }]);
  expect(await refusalOf(plan(3))).toMatchObject({ code: 'INV_002' });
});

test('medusa-16: what is expected is told apart and is not on hand', async () => {
  await shop.stock('m16', 2);
  const lines = [{ skuId: 'm16', locationId: 'default', quantity: 4 }];
  await shop.domain.inTransit.create(
    { reference: 'PO-16', source: 'purchase', lines, expectedAt: secondsFromNow(86_400) },
    shop.call,
  );
  expect(await shop.figures('m16')).toEqual({ onHand: 2, reserved: 0, available: 2 });
  expect((await shop.domain.inTransit.list({ skuId: 'm16', limit: 10 })).items).toMatchObject([
    { lines: [{ quantity: 4 }] },
  ]);
});

test('saleor-01: letting go of 80 of 100 leaves 100 on hand and none held', async () => {
  await shop.stock('s1', 100);
  const id = await shop.reserve('s1', 80, 's1');
  await shop.domain.reservations.release({ id }, shop.call);
  expect(await shop.figures('s1')).toEqual({ onHand: 100, reserved: 0, available: 100 });
});

test('saleor-03: letting go of 50 of 80 leaves 30 held', async () => {
  await shop.stock('s3', 100);
  await shop.reserve('s3', 80, 's3');
  await shop.reserve('s3', 30, { businessId: 's3', replace: true });
  expect(await shop.figures('s3')).toMatchObject({ onHand: 100, reserved: 30 });
});

test('saleor-04: 50 more come in free, or come in and are held', async () => {
  for (const skuId of ['s4', 's4b']) {
    await shop.stock(skuId, 100);
    await shop.reserve(skuId, 80, skuId);
    await shop.stock(skuId, 50);
  }
  await shop.reserve('s4b', 50, 's4b-more');
  expect(await shop.figures('s4')).toMatchObject({ onHand: 150, reserved: 80 });
  expect(await shop.figures('s4b')).toMatchObject({ onHand: 150, reserved: 130 });
});

test('saleor-05: shipping 50 of what is held leaves 50 on hand and 30 held', async () => {
  await shop.stock('s5', 100);
  const id = await shop.reserve('s5', 80, 's5');
  await shop.domain.reservations.deduct({ id, quantity: 50 }, shop.call);
  expect(await shop.figures('s5')).toEqual({ onHand: 50, reserved: 30, available: 20 });
});

test('saleor-08: two short lines are one refusal that names both, and nothing is held', async () => {
  await shop.stock('s8', 1);
  await shop.stock('s8b', 1);
  const lines = [hold('s8', 2, 's8'), hold('s8b', 3, 's8')];
  const refusal = await refusalOf(shop.domain.reservations.reserveMany({ lines }, shop.call));
  expect(refusal).toMatchObject({ code: 'INV_002', details: { lines: [{ skuId: 's8' }, { skuId: 's8b' }] } });
  expect(await shop.figures('s8')).toMatchObject({ reserved: 0 });
});

test('saleor-09: an order to be collected at a place takes all of it there, whatever the strategy', async () => {
  await shop.stock('s9', 20);
  await shop.stock('s9', 5, 'collection');
  for (const strategy of shop.domain.strategies.names()) {
    const id = await shop.reserve('s9', 5, { businessId: strategy, locationId: 'collection', strategy });
    expect(await shop.figures('s9', 'collection')).toMatchObject({ reserved: 5 });
    await shop.domain.reservations.release({ id }, shop.call);
  }
});

test('saleor-10: an order that holds 10 ships 50: its hold is used up and does not fall below 0', async () => {
  await shop.stock('s10', 100);
  await shop.reserve('s10', 10, 's10');
  await shop.domain.outbound.sales(sale('s10', [{ skuId: 's10', quantity: 50 }]), shop.call);
  expect(await shop.figures('s10')).toEqual({ onHand: 50, reserved: 0, available: 50 });
});

test('saleor-12: a cart that reserves again holds 5, not 10', async () => {
  await shop.stock('s12', 10);
  const cart = { businessId: 's12', type: 'cart' } as const;
  const id = await shop.reserve('s12', 5, cart);
  expect(await shop.reserve('s12', 5, { ...cart, replace: true })).toBe(id);
  expect(await shop.figures('s12')).toMatchObject({ reserved: 5 });
});

test('vendure-01: what can be sold over all places, and at each', async () => {
  await shop.stock('v1', 100, 'V1');
  await shop.stock('v1', 120, 'V2');
  const available = async (place?: string) => (await shop.figures('v1', place)).available;
  expect([await available(), await available('V1'), await available('V2')]).toEqual([220, 100, 120]);
});

test('vendure-02: one of two is cancelled and the other shipped, from one place', async () => {
  await shop.stock('v2', 100, 'V1');
  await shop.stock('v2', 120, 'V2');
  const place = { businessId: 'v2', locationId: 'V2' };
  const id = await shop.reserve('v2', 2, place);
  expect(await shop.figures('v2', 'V2')).toMatchObject({ reserved: 2 });
  await shop.reserve('v2', 1, { ...place, replace: true });
  expect(await shop.figures('v2', 'V2')).toMatchObject({ reserved: 1 });
  await shop.domain.reservations.deduct({ id }, shop.call);
  expect(await shop.figures('v2', 'V2')).toMatchObject({ onHand: 119, reserved: 0 });
  expect(await shop.figures('v2', 'V1')).toMatchObject({ onHand: 100, reserved: 0 });
});

test('vendure-04: a count that finds what the books say moves nothing', async () => {
  await shop.stock('v4', 7);
  const [level] = (await shop.domain.stock.levels({ skuId: 'v4', limit: 1 })).items;
  const onHandVersion = level?.onHandVersion ?? 0;
  await shop.domain.adjustments.count(
    { skuId: 'v4', counted: 7, onHandVersion, reasonCode: 'stocktake', operator: 'Ann' },
    shop.call,
  );
  expect((await shop.domain.stock.levels({ skuId: 'v4', limit: 1 })).items[0]?.version).toBe(level?.version);
});

test('vendure-05: a payment that arrives holds nothing a second time', async () => {
  await shop.stock('v5', 10);
  const id = await shop.reserve('v5', 3, 'v5');
  await shop.domain.reservations.confirm({ id }, shop.call);
  expect(await shop.figures('v5')).toMatchObject({ reserved: 3 });
});
