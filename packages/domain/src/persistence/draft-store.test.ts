/** Writing a plan whose rows would collide for a moment if they were written in another order. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestDomain, type TestDomain } from '../testing/test-domain.ts';

let at: TestDomain;

beforeAll(async () => {
  at = await openTestDomain();
  const line = { skuId: 'S', quantity: 50, unitCost: '1.00', locationId: 'default', qualityLevel: 'A' };
  await at.domain.inbound.purchase({ documentNo: 'PO-1', lines: [line] }, at.call);
});
afterAll(() => at.close());

function hold(businessId: string, type: 'cart' | 'order' = 'order') {
  return { skuId: 'S', quantity: 1, type, businessId, lineId: '', replace: false, ttlSeconds: 60 };
}

test('a key whose hold is overdue is held anew: the old row gives the key up before the new one takes it', async () => {
  const first = await at.domain.reservations.reserve(hold('O-1'), at.call);
  at.advance(61);
  const second = await at.domain.reservations.reserve(hold('O-1'), at.call);
  expect(second).toMatchObject({ state: 'active', held: 1 });
  expect(second.id).not.toBe(first.id);
  expect(await at.domain.reservations.get({ id: first.id })).toMatchObject({ state: 'expired', held: 0 });
});

test('a cart becomes an order whose own hold of the line is overdue', async () => {
  const old = await at.domain.reservations.reserve(hold('O-2'), at.call);
  at.advance(61);
  const cart = await at.domain.reservations.reserve(hold('C-2', 'cart'), at.call);
  const input = { from: { type: 'cart', businessId: 'C-2' }, to: { type: 'order', businessId: 'O-2' } } as const;
  const { reservations } = await at.domain.reservations.convert(input, at.call);
  expect(reservations).toMatchObject([{ id: cart.id, type: 'order', businessId: 'O-2', state: 'active' }]);
  expect(await at.domain.reservations.get({ id: old.id })).toMatchObject({ state: 'expired' });
});

test('a cart made before the overdue hold of the order, so that its row comes first by id', async () => {
  const cart = await at.domain.reservations.reserve({ ...hold('C-3', 'cart'), ttlSeconds: 3600 }, at.call);
  const old = await at.domain.reservations.reserve(hold('O-3'), at.call);
  at.advance(61);
  const input = { from: { type: 'cart', businessId: 'C-3' }, to: { type: 'order', businessId: 'O-3' } } as const;
  const { reservations } = await at.domain.reservations.convert(input, at.call);
  expect(reservations).toMatchObject([{ id: cart.id, type: 'order', businessId: 'O-3' }]);
  expect(await at.domain.reservations.get({ id: old.id })).toMatchObject({ state: 'expired' });
});

test('and all of it is sound', async () => {
  expect((await at.domain.verify()).violations).toEqual([]);
});
