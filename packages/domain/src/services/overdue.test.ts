/** Overdue holds: whoever meets one expires it in the same transaction and then decides, and what is expired stays so. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Reservation } from '@granary/contracts/reservation';
import { hold, inbound, receipt, sale } from '../testing/inputs.ts';
import { refusalOf } from '../testing/refusals.ts';
import { closeSound } from '../testing/soundness.ts';
import { openTestDomain, type TestDomain } from '../testing/test-domain.ts';
import { rowsOf } from '../testing/database-state.ts';

let at: TestDomain;

beforeAll(async () => {
  at = await openTestDomain();
  await at.domain.locations.create({ locationId: 'north', priority: 200 }, at.call);
});
afterAll(() => closeSound(at));

let skus = 0;
/** A SKU of its own with ten units, eight of them held by a hold that is overdue. */
async function overdue(businessId: string, quantity = 8): Promise<Reservation> {
  const skuId = `SKU-${(skus += 1)}`;
  await at.domain.inbound.purchase(inbound(`PO-${skus}`, [receipt(skuId, 10)]), at.call);
  const made = await at.domain.reservations.reserve(hold(skuId, quantity, { businessId, ttlSeconds: 60 }), at.call);
  at.advance(61);
  return made;
}

async function expectExpired({ id, skuId }: Reservation): Promise<void> {
  expect(await at.domain.reservations.get({ id })).toMatchObject({
    ...{ state: 'expired', held: 0, expiresAt: null, reason: 'deadline passed', version: 2 },
    endedAt: expect.any(String),
  });
  const { items } = await at.domain.stock.movements({ skuId, kinds: ['expire'], limit: 9 });
  expect(items).toMatchObject([{ reservationId: id, reservedDelta: -8, onHandDelta: 0, reason: 'deadline passed' }]);
}

const reservations = () => at.domain.reservations;
type Target = { id: string } | { type: 'order'; businessId: string };
const verbs = [
  ['confirm', (target: Target) => reservations().confirm(target, at.call)],
  ['extend', (target: Target) => reservations().extend({ ...target, ttlSeconds: 600 }, at.call)],
  ['deduct', (target: Target) => reservations().deduct(target, at.call)],
  ['release', (target: Target) => reservations().release(target, at.call)],
] as const;

describe('met by its id', () => {
  test.each(verbs)('by %s it is expired, and the caller told so', async (verb, call) => {
    const late = await overdue(`ID-${verb}`);
    const refusal = await refusalOf(call({ id: late.id }));
    expect(refusal).toMatchObject({ code: 'INV_003', details: { reservationIds: [late.id] } });
    await expectExpired(late);
    expect(await refusalOf(call({ id: late.id })), 'asked again').toMatchObject({ code: 'INV_003' });
    await expectExpired(late);
  });
});

describe('met by its business id', () => {
  test.each(verbs)('by %s it is expired, and the caller told so', async (verb, call) => {
    const late = await overdue(`BUSINESS-${verb}`);
    const refusal = await refusalOf(call({ type: 'order', businessId: late.businessId }));
    expect(refusal).toMatchObject({ code: 'INV_003', details: { reservationIds: [late.id] } });
    await expectExpired(late);
  });

  test('by convert it is expired, and the caller told so', async () => {
    const late = await overdue('CART');
    const to = { type: 'order' as const, businessId: 'CONVERTED' };
    const refusal = await refusalOf(
      reservations().convert({ from: { type: 'order', businessId: 'CART' }, to }, at.call),
    );
    expect(refusal).toMatchObject({ code: 'INV_003', details: { reservationIds: [late.id] } });
    await expectExpired(late);
    expect((await reservations().list({ businessId: 'CONVERTED', limit: 1 })).items).toEqual([]);
  });

  test.each(verbs.slice(0, 3))(
    'one line too late refuses the %s of all, and nothing else changes',
    async (verb, call) => {
      const late = await overdue(`MIXED-${verb}`);
      const live = await reservations().reserve(
        hold(late.skuId, 1, { businessId: late.businessId, lineId: 'live' }),
        at.call,
      );
      const refusal = await refusalOf(call({ type: 'order', businessId: late.businessId }));
      expect(refusal).toMatchObject({ code: 'INV_003', details: { reservationIds: [late.id] } });
      await expectExpired(late);
      expect(await reservations().get({ id: live.id })).toEqual(live);
    },
  );

  test('a release looks past the line that was too late', async () => {
    const late = await overdue('MIXED-release');
    const live = await reservations().reserve(
      hold(late.skuId, 1, { businessId: late.businessId, lineId: 'live' }),
      at.call,
    );
    const answer = await reservations().release({ type: 'order', businessId: late.businessId }, at.call);
    expect(answer.reservations).toMatchObject([{ id: live.id, state: 'released' }]);
    await expectExpired(late);
  });
});

describe('met by a reserve', () => {
  test('of its own key, the line is free for a new one, with the same content as with another', async () => {
    for (const quantity of [8, 3]) {
      const late = await overdue(`KEY-${quantity}`);
      const next = await reservations().reserve(hold(late.skuId, quantity, late.businessId), at.call);
      expect(next).toMatchObject({ state: 'active', quantity, version: 1 });
      expect(next.id).not.toBe(late.id);
      await expectExpired(late);
    }
  });

  test('of its own key with replace, nothing is replaced', async () => {
    const late = await overdue('REPLACE');
    const next = await reservations().reserve(
      hold(late.skuId, 9, { businessId: late.businessId, replace: true }),
      at.call,
    );
    expect(next.id).not.toBe(late.id);
    await expectExpired(late);
  });

  test('that it stands in the way of', async () => {
    const late = await overdue('IN-THE-WAY');
    expect((await at.domain.stock.check({ skuId: late.skuId })).available, 'held until somebody meets it').toBe(2);
    await reservations().reserve(hold(late.skuId, 3, 'NEXT'), at.call);
    await expectExpired(late);
  });

  test('that is short all the same: it stays expired though the call is refused, with a key and without', async () => {
    for (const key of [{}, { idempotencyKey: 'short' }]) {
      const late = await overdue(`SHORT-${skus}`);
      const greedy = { ...hold(late.skuId, 11, `GREEDY-${skus}`), ...key };
      expect(await refusalOf(reservations().reserve(greedy, at.call))).toMatchObject({
        code: 'INV_002',
        details: { lines: [{ requested: 11, available: 10 }] },
      });
      await expectExpired(late);
      expect(await refusalOf(reservations().reserve(greedy, at.call))).toMatchObject({ code: 'INV_002' });
    }
  });

  test('that has enough without it: it is left to the sweep', async () => {
    const late = await overdue('LEFT');
    await reservations().reserve(hold(late.skuId, 2, 'ENOUGH'), at.call);
    expect(await reservations().get({ id: late.id })).toMatchObject({ state: 'active', held: 8 });
  });
});

describe('met by a sale', () => {
  test('of its own order, it is expired and the sale served from free stock', async () => {
    const late = await overdue('OWN');
    const sold = await at.domain.outbound.sales(sale('OWN', [{ skuId: late.skuId, quantity: 10 }]), at.call);
    expect(sold.lines).toMatchObject([{ quantity: 10, reservationId: null }]);
    await expectExpired(late);
  });

  test('that it stands in the way of', async () => {
    const late = await overdue('BLOCKS');
    await at.domain.outbound.sales(sale('SELLS', [{ skuId: late.skuId, quantity: 5 }]), at.call);
    await expectExpired(late);
  });

  test('of another SKU, though of its own order, it is left to the sweep', async () => {
    const late = await overdue('ELSEWHERE');
    await at.domain.inbound.purchase(inbound('PO-OTHER', [receipt('OTHER', 1)]), at.call);
    await at.domain.outbound.sales(sale('ELSEWHERE', [{ skuId: 'OTHER', quantity: 1 }]), at.call);
    expect(await reservations().get({ id: late.id })).toMatchObject({ state: 'active', held: 8 });
  });
});

describe('one that holds at several places', () => {
  async function spread(businessId: string): Promise<Reservation> {
    const skuId = `SPREAD-${(skus += 1)}`;
    const lines = [receipt(skuId, 5), receipt(skuId, 5, { locationId: 'north' })];
    await at.domain.inbound.purchase(inbound(`PO-${skus}`, lines), at.call);
    return await reservations().reserve(hold(skuId, 8, { businessId, ttlSeconds: 60 }), at.call);
  }

  test('is expired everywhere by a call that names one of them', async () => {
    const late = await spread('EVERYWHERE');
    at.advance(61);
    const line = hold(late.skuId, 5, { businessId: 'ONE-PLACE', locationId: 'north' });
    expect((await reservations().reserve(line, at.call)).lines).toMatchObject([{ locationId: 'north', quantity: 5 }]);
    expect(await reservations().get({ id: late.id })).toMatchObject({ state: 'expired', held: 0 });
    expect((await at.domain.stock.check({ skuId: late.skuId })).available).toBe(5);
  });

  test('is swept, also when one place was shipped empty before', async () => {
    const late = await spread('SHIPPED');
    await reservations().deduct({ id: late.id, quantity: 5 }, at.call);
    at.advance(61);
    expect(await reservations().expireDue({ limit: 100 }, at.call)).toMatchObject({
      reservationIds: expect.arrayContaining([late.id]),
    });
    expect(await reservations().get({ id: late.id })).toMatchObject({ state: 'expired', held: 0, fulfilled: 5 });
  });
});

test('a confirmed hold is never overdue', async () => {
  const skuId = `SKU-${(skus += 1)}`;
  await at.domain.inbound.purchase(inbound(`PO-${skus}`, [receipt(skuId, 8)]), at.call);
  const { id } = await reservations().reserve(hold(skuId, 8, { businessId: 'PAID', ttlSeconds: 1 }), at.call);
  await reservations().confirm({ id }, at.call);
  at.advance(1_000_000);
  expect(await refusalOf(reservations().reserve(hold(skuId, 1, 'HOPEFUL'), at.call))).toMatchObject({
    code: 'INV_002',
  });
  expect(await reservations().expireDue({ limit: 100 }, at.call)).not.toMatchObject({
    reservationIds: expect.arrayContaining([id]),
  });
  await at.domain.outbound.sales(sale('PAID', [{ skuId, quantity: 8 }]), at.call);
});

test('a sweep that finds nothing leaves no command', async () => {
  await reservations().expireDue({ limit: 500 }, at.call);
  const commands = () => rowsOf(at.dataSource, 'SELECT COUNT(*) AS n FROM command');
  const before = await commands();
  expect(await reservations().expireDue({ limit: 500 }, at.call)).toEqual({ expired: 0, reservationIds: [] });
  expect(await commands()).toEqual(before);
});
