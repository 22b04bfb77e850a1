/**
 * Callers who are limited to some locations decide under the lock: what somebody else adds while they wait is seen. The
 * port of locks is the moment between the call and its transaction, in which whatever was looked at before would be stale.
 */
import { reserveInput } from '@granary/contracts/reservation';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { LockManager } from '../ports/lock-manager.ts';
import { openTestDomain, type TestDomain } from '../testing/test-domain.ts';

let at: TestDomain;
/** Done once, between a call and its transaction. */
let meanwhile: (() => Promise<unknown>) | undefined;
const locks: LockManager = {
  using: async (_scope, _keys, work) => {
    const now = meanwhile;
    meanwhile = undefined;
    await now?.();
    return await work();
  },
};

beforeAll(async () => {
  at = await openTestDomain({ ports: { locks } });
  for (const locationId of ['HERE', 'THERE']) {
    await at.domain.locations.create({ locationId }, at.call);
    const line = { skuId: 'A', quantity: 1000, unitCost: '1', locationId, qualityLevel: 'A' };
    await at.domain.inbound.purchase({ documentNo: locationId, lines: [line] }, at.call);
  }
});
afterAll(() => at.close());

let made = 0;
let order = '';
beforeEach(() => {
  order = `O-${(made += 1)}`;
});

const here = () => at.domain.within(['HERE']);
const holding = (locationId: string | undefined, lineId: string, more: object = {}) =>
  reserveInput.parse({ skuId: 'A', quantity: 2, type: 'order', businessId: order, locationId, lineId, ...more });
const hold = (locationId: string, lineId: string) =>
  at.domain.reservations.reserve(holding(locationId, lineId), at.call);
const standing = async () => {
  const { items } = await at.domain.reservations.list({ businessId: order, limit: 500 });
  return items
    .map(({ lineId, state, held, businessId }) => [lineId, state, held, businessId])
    .toSorted((a, b) => (String(a) < String(b) ? -1 : 1));
};
const untouched = () => [
  ['here', 'active', 2, order],
  ['there', 'active', 2, order],
];

const target = () => ({ type: 'order', businessId: order }) as const;
test.each([
  ['confirm', () => here().reservations.confirm(target(), at.call)],
  ['release', () => here().reservations.release(target(), at.call)],
  ['deduct', () => here().reservations.deduct(target(), at.call)],
  ['extend', () => here().reservations.extend({ ...target(), ttlSeconds: 7200 }, at.call)],
  [
    'convert',
    () => here().reservations.convert({ from: target(), to: { type: 'order', businessId: `${order}-new` } }, at.call),
  ],
])('a foreign hold that joins the order while %s waits makes the whole as absent', async (_verb, act) => {
  await hold('HERE', 'here');
  meanwhile = () => hold('THERE', 'there');
  await expect(act()).rejects.toMatchObject({ kind: 'notFound', details: { id: order } });
  expect(await standing()).toEqual(untouched());
});

test('a conversion does not join what somebody else put elsewhere meanwhile', async () => {
  await hold('HERE', 'here');
  const to = { type: 'cart', businessId: `${order}-cart` } as const;
  meanwhile = () => at.domain.reservations.reserve({ ...holding('THERE', 'there'), ...to }, at.call);
  await expect(here().reservations.convert({ from: target(), to }, at.call)).rejects.toMatchObject({
    kind: 'notFound',
  });
  expect(await standing()).toEqual([['here', 'active', 2, order]]);
});

test('a foreign hold that takes the line while a replacement waits is not replaced', async () => {
  meanwhile = () => hold('THERE', 'there');
  const replacing = here().reservations.reserve(holding('HERE', 'there', { replace: true, quantity: 1 }), at.call);
  await expect(replacing).rejects.toMatchObject({ kind: 'duplicate', details: { id: order } });
  expect(await standing()).toEqual([['there', 'active', 2, order]]);
});

test('the same words without a place are not answered with what they hold elsewhere', async () => {
  await at.domain.within(['THERE']).reservations.reserve(holding(undefined, 'blind'), at.call);
  await expect(here().reservations.reserve(holding(undefined, 'blind'), at.call)).rejects.toMatchObject({
    kind: 'duplicate',
  });
});

test('a sale takes its own places and holds alone, and is short of no more than they have', async () => {
  const there = await hold('THERE', 'there');
  await hold('HERE', 'here');
  const line = { skuId: 'A', quantity: 3 };
  const sold = await here().outbound.sales({ orderNo: order, lines: [line] }, at.call);
  expect(new Set(sold.lines.map(({ locationId }) => locationId))).toEqual(new Set(['HERE']));
  expect(sold.lines.map(({ reservationId }) => reservationId)).not.toContain(there.id);
  const { available } = await here().stock.available({ skuId: 'A', excludeExpired: true, includeReserved: false });
  const tooMuch = { orderNo: `${order}-2`, lines: [{ skuId: 'A', quantity: available + 1 }] };
  await expect(here().outbound.sales(tooMuch, at.call)).rejects.toMatchObject({
    kind: 'insufficientStock',
    details: { lines: [{ requested: available + 1, available }] },
  });
});

test('an overdue hold of elsewhere that has the line is expired as ever, and does not tell of itself', async () => {
  const soon = holding('THERE', 'late', { ttlSeconds: 5 });
  await at.domain.reservations.reserve(soon, at.call);
  at.advance(10);
  expect(await here().reservations.reserve(holding('HERE', 'late'), at.call)).toMatchObject({ state: 'active' });
  expect((await standing()).map(([, state]) => state)).toEqual(['active', 'expired']);
});

test('a scope without a location that exists has nothing', async () => {
  const nowhere = at.domain.within(['NOWHERE']);
  expect(await nowhere.stock.check({ skuId: 'A' })).toMatchObject({ inStock: false, available: 0 });
  await expect(nowhere.reservations.reserve(holding(undefined, 'x'), at.call)).rejects.toMatchObject({
    kind: 'insufficientStock',
  });
  expect(await nowhere.locations.list({ limit: 10 })).toEqual({ items: [], nextCursor: null });
});
