/** Goods do not come back before they left, and bear no cost before they came: whoever finds it out, and however long the past is. */
import { hold } from '@granary/domain/testing/inputs';
import { refusalOf } from '@granary/domain/testing/refusals';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { recost } from '../testing/recost.ts';
import { buy, heldOf, next, recordsOf, sell } from '../testing/shop.ts';
import { closeSoundCost, openTestCost, type TestCost } from '../testing/test-cost.ts';

const on = (day: number, time = '12:00:00') => ({
  occurredAt: `2026-08-${String(day).padStart(2, '0')}T${time}.000000Z`,
});
const TOO_EARLY = {
  code: 'INV_005',
  details: { issues: [{ path: 'occurredAt', message: 'must not be before what it takes back happened' }] },
};

describe.each([
  { name: 'corrected at once', eventsAtOnce: 2000, strategy: 'fifo' },
  { name: 'corrected by the worker', eventsAtOnce: 0, strategy: 'fifo' },
  { name: 'of a periodic SKU', eventsAtOnce: 2000, strategy: 'periodic_average' },
])('a past that is $name', ({ eventsAtOnce, strategy }) => {
  let at: TestCost;

  beforeAll(async () => {
    at = await openTestCost({ cost: { eventsAtOnce, defaultStrategy: strategy } });
  });
  afterAll(() => closeSoundCost(at));

  type Goods = { readonly skuId: string; readonly quantity: number; readonly reservationId: string };
  const back = async (goods: Goods, when: { readonly occurredAt: string }) => {
    const lines = [{ ...goods, locationId: 'default' }];
    return await at.domain.inbound.return({ documentNo: next('RET'), ...when, lines }, at.call);
  };

  test('goods of a reservation come back after they were deducted, each part of them', async () => {
    await buy(at, 'R', [20, '10.00', on(1)]);
    const { id: reservationId } = await at.domain.reservations.reserve(hold('R', 10, 'O-R'), at.call);
    await at.domain.reservations.deduct({ id: reservationId, quantity: 4, ...on(5) }, at.call);
    await at.domain.reservations.deduct({ id: reservationId, quantity: 6, ...on(10) }, at.call);
    const before = await recordsOf(at, 'R');
    expect(await refusalOf(back({ skuId: 'R', quantity: 1, reservationId }, on(4)))).toMatchObject(TOO_EARLY);
    expect(await refusalOf(back({ skuId: 'R', quantity: 5, reservationId }, on(7)))).toMatchObject(TOO_EARLY);
    expect(await recordsOf(at, 'R')).toEqual(before);
    await back({ skuId: 'R', quantity: 3, reservationId }, on(7));
    // One of the first delivery is left then, though seven have left by now.
    expect(await refusalOf(back({ skuId: 'R', quantity: 2, reservationId }, on(8)))).toMatchObject(TOO_EARLY);
    await back({ skuId: 'R', quantity: 1, reservationId }, on(8));
    await back({ skuId: 'R', quantity: 6, reservationId }, on(10, '12:00:01'));
    await recost(at);
    expect(await heldOf(at, 'R')).toBe('20 for 200.00');
  });

  test('what is told within a minute is taken in the order in which it came, also by what takes it back later', async () => {
    await buy(at, 'M', [20, '10.00', on(2)]);
    const sold = await sell(at, 'M', [5, on(2, '11:59:30')]);
    const { id: reservationId } = await at.domain.reservations.reserve(hold('M', 2, 'O-M'), at.call);
    await at.domain.reservations.deduct({ id: reservationId, ...on(2, '11:59:40') }, at.call);
    await buy(at, 'M', [1, '10.00', on(20)]);
    // Both are costed at noon; these were told to have come back some seconds after they left.
    const line = { skuId: 'M', quantity: 2, locationId: 'default', originalDocumentId: sold.id, originalLine: 1 };
    const document = { documentNo: next('RET'), ...on(2, '11:59:35'), lines: [line] };
    await at.domain.inbound.return(document, at.call);
    await back({ skuId: 'M', quantity: 2, reservationId }, on(2, '11:59:45'));
    await recost(at);
    expect(await heldOf(at, 'M')).toBe('18 for 180.00');
  });

  test('a receipt that was costed within that minute is taken back, and bears a cost, right after it', async () => {
    await buy(at, 'P', [10, '10.00', on(3)]);
    const bought = await buy(at, 'P', [4, '3.00', on(3, '11:59:30')]);
    const other = await buy(at, 'P', [5, '2.00', on(3, '11:59:30')]);
    await buy(at, 'P', [1, '10.00', on(20)]);
    const batchId = bought.lines[0]?.batchId ?? '';
    const late = { skuId: 'P', documentId: bought.id, batchId, amount: '4.00', reason: 'duty' };
    const asked = { skuId: 'P', type: 'lateCost', documentId: bought.id, batchId, amount: '4.00' } as const;
    const when = on(3, '11:59:40');
    const early = {
      code: 'INV_005',
      details: { issues: [{ path: 'occurredAt', message: 'must not be before the goods came' }] },
    };
    await recost(at);
    expect(await refusalOf(at.cost.preview({ ...asked, ...on(2) }))).toMatchObject(early);
    expect(await refusalOf(at.cost.allocations.lateCost({ ...late, ...on(2) }, at.call))).toMatchObject(early);
    await at.cost.allocations.lateCost({ ...late, ...when }, at.call);
    const why = { operator: 'o', reason: 'r' };
    await at.domain.inbound.reverse({ documentId: other.id, ...why, ...when }, at.call);
    await recost(at);
    expect(await heldOf(at, 'P')).toBe('15 for 126.00');
  });
});
