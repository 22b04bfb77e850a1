/** Caps on holds: what one business id or one actor may keep from everybody else, also when its calls come side by side. */
import { GranaryError } from '@granary/contracts/error';
import { afterEach, expect, test } from 'vitest';
import type { DomainConfig } from '../config.ts';
import { countOf } from '../testing/database-state.ts';
import { hold, inbound, receipt, sale } from '../testing/inputs.ts';
import { expectRefusal, refusalOf } from '../testing/refusals.ts';
import { closeSound } from '../testing/soundness.ts';
import { openTestDomain, type TestDomain } from '../testing/test-domain.ts';

let at: TestDomain;
afterEach(() => closeSound(at));

async function open(config: Partial<DomainConfig>): Promise<void> {
  at = await openTestDomain({ config });
  const lines = ['A', 'B', 'C', 'D', 'E', 'F'].map((skuId) => receipt(skuId, 100));
  await at.domain.inbound.purchase(inbound('P', lines), at.call);
}

const reserve = (skuId: string, of: Parameters<typeof hold>[2], quantity = 1) =>
  at.domain.reservations.reserve(hold(skuId, quantity, of), at.call);

const convertCart = (cart: string, order: string) =>
  at.domain.reservations.convert(
    { from: { type: 'cart', businessId: cart }, to: { type: 'order', businessId: order } },
    at.call,
  );

async function outcomesOf(works: readonly Promise<unknown>[]): Promise<string[]> {
  const outcomes = works.map((work) =>
    work.then(
      () => 'done',
      (error: unknown) => {
        if (error instanceof GranaryError) return error.code;
        throw error;
      },
    ),
  );
  return (await Promise.all(outcomes)).toSorted();
}

test('a business id holds so many reservations and no more; others and repeats are free', async () => {
  await open({ holdMaxPerBusiness: 2 });
  await reserve('A', 'O');
  await reserve('B', 'O');
  const refusal = await expectRefusal(
    at,
    (key) => at.domain.reservations.reserve({ ...hold('C', 1, 'O'), ...key }, at.call),
    { code: 'INV_010', details: { noun: 'order', id: 'O', state: 'capped' } },
  );
  expect(refusal.hint).toContain('STOCK_HOLD_MAX_PER_BUSINESS');
  await reserve('A', 'O');
  await reserve('A', { businessId: 'O', replace: true }, 5);
  await reserve('C', { businessId: 'O', type: 'cart' });
  const lines = ['A', 'B', 'C'].map((skuId) => hold(skuId, 1, 'MANY'));
  expect(await refusalOf(at.domain.reservations.reserveMany({ lines }, at.call))).toMatchObject({ code: 'INV_010' });
  expect((await at.domain.reservations.list({ businessId: 'MANY', limit: 5 })).items).toEqual([]);
});

test('what is released, shipped or overdue makes room', async () => {
  await open({ holdMaxPerBusiness: 1 });
  const first = await reserve('A', 'O');
  await at.domain.reservations.release({ id: first.id }, at.call);
  await reserve('B', { businessId: 'O', ttlSeconds: 60 });
  at.advance(61);
  await reserve('C', 'O');
  await at.domain.outbound.sales(sale('O', [{ skuId: 'C', quantity: 1 }]), at.call);
  await reserve('D', 'O');
});

test('converting does not bring a business above its cap', async () => {
  await open({ holdMaxPerBusiness: 2 });
  for (const skuId of ['A', 'B']) await reserve(skuId, { type: 'cart', businessId: 'CART' });
  await reserve('C', 'O');
  expect(await refusalOf(convertCart('CART', 'O'))).toMatchObject({ code: 'INV_010', details: { state: 'capped' } });
  await convertCart('CART', 'OTHER');
});

test('carts do not gather under one order a larger share than it may hold', async () => {
  await open({ holdMaxSharePercent: 10 });
  for (const cart of ['C1', 'C2', 'C3'])
    await reserve('A', { type: 'cart', businessId: cart, lineId: cart }, cart === 'C3' ? 4 : 6);
  await convertCart('C1', 'O');
  const refusal = await refusalOf(convertCart('C2', 'O'));
  expect(refusal).toMatchObject({ code: 'INV_010', details: { noun: 'order', id: 'O', state: 'capped' } });
  expect(refusal.hint).toContain('STOCK_HOLD_MAX_SHARE');
  await convertCart('C3', 'O');
  await convertCart('C2', 'OTHER');
});

test('two carts that become one order side by side do not share a share', async () => {
  await open({ holdMaxSharePercent: 10 });
  for (let round = 0; round < 8; round += 1) {
    const carts = [`C-${round}`, `D-${round}`];
    for (const cart of carts) await reserve('A', { type: 'cart', businessId: cart, lineId: cart }, 6);
    expect(await outcomesOf(carts.map((cart) => convertCart(cart, `O-${round}`)))).toEqual(['INV_010', 'done']);
  }
});

test('a cart becomes an order of its own however little is left besides', async () => {
  await open({ holdMaxSharePercent: 10 });
  await reserve('A', { type: 'cart', businessId: 'CART' }, 10);
  await at.domain.outbound.sales(sale('SOLD', [{ skuId: 'A', quantity: 90 }]), at.call);
  await convertCart('CART', 'O');
});

test('six reserves of one business side by side, of SKUs of their own: as many stand as may', async () => {
  await open({ holdMaxPerBusiness: 3 });
  for (let round = 0; round < 8; round += 1) {
    const works = ['A', 'B', 'C', 'D', 'E', 'F'].map((skuId) => reserve(skuId, `O-${round}`));
    expect(await outcomesOf(works)).toEqual(['INV_010', 'INV_010', 'INV_010', 'done', 'done', 'done']);
  }
});

test('a share is of all that is on hand, over all lines and bundles; one unit may always be held', async () => {
  await open({ holdMaxSharePercent: 10 });
  await at.domain.inbound.purchase(inbound('ONE', [receipt('LAST', 1)]), at.call);
  await reserve('LAST', 'O');
  await reserve('A', 'O', 6);
  const refusal = await refusalOf(reserve('A', { businessId: 'O', lineId: '2' }, 5));
  expect(refusal).toMatchObject({ code: 'INV_010', details: { state: 'capped' } });
  expect(refusal.hint).toContain('STOCK_HOLD_MAX_SHARE');
  await reserve('A', { businessId: 'O', lineId: '2' }, 4);
  await reserve('A', { businessId: 'O', replace: true }, 1);
  expect(await refusalOf(reserve('A', { businessId: 'O', replace: true }, 7))).toMatchObject({ code: 'INV_010' });
  await reserve('A', 'P', 10);
  await at.domain.bundles.create({ skuId: 'PACK', components: [{ skuId: 'B', quantity: 5 }] }, at.call);
  expect(await refusalOf(reserve('PACK', 'Q', 3))).toMatchObject({ code: 'INV_010' });
  await reserve('PACK', 'Q', 2);
  expect(await refusalOf(reserve('B', 'Q', 1))).toMatchObject({ code: 'INV_010' });
});

test('two reserves of one business side by side do not share a share', async () => {
  await open({ holdMaxSharePercent: 10 });
  await at.domain.locations.create({ locationId: 'north' }, at.call);
  await at.domain.inbound.purchase(inbound('N', [receipt('A', 100, { locationId: 'north' })]), at.call);
  for (let round = 0; round < 8; round += 1) {
    const works = ['default', 'north'].map((locationId) =>
      reserve('A', { businessId: `O-${round}`, lineId: locationId, locationId }, 11),
    );
    expect(await outcomesOf(works)).toEqual(['INV_010', 'done']);
    await at.domain.reservations.release({ type: 'order', businessId: `O-${round}` }, at.call);
  }
});

test('an actor makes so many holds and no more, whatever they are called, also side by side', async () => {
  await open({ holdMaxPerToken: 3 });
  const works = ['A', 'B', 'C', 'D', 'E', 'F'].map((skuId, each) => reserve(skuId, `O-${each}`));
  expect(await outcomesOf(works)).toEqual(['INV_010', 'INV_010', 'INV_010', 'done', 'done', 'done']);
  const other = { ...at.call, caller: { ...at.call.caller, actor: 'somebody else' } };
  await at.domain.reservations.reserve(hold('A', 1, 'OTHER'), other);
  const [held] = (await at.domain.reservations.list({ state: 'active', limit: 10 })).items.filter(
    ({ businessId }) => businessId !== 'OTHER',
  );
  await at.domain.reservations.release({ id: held?.id }, at.call);
  await reserve('A', 'AGAIN');
  expect(await refusalOf(reserve('A', 'ONCE MORE'))).toMatchObject({ details: { noun: 'actor', id: 'local' } });
  expect(await countOf(at.dataSource, 'hold_maker')).toBe(4);
});

test('without caps nothing is written beside the hold', async () => {
  await open({});
  await reserve('A', 'O', 100);
  expect(await countOf(at.dataSource, 'hold_maker')).toBe(0);
  expect(await countOf(at.dataSource, 'hold_guard')).toBe(0);
});
