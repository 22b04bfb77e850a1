/** The same call many times at once, and many calls that want the same levels in another order. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Reservation, Reservations } from '@granary/contracts/reservation';
import { hold, inbound, receipt } from '../testing/inputs.ts';
import { closeSound } from '../testing/soundness.ts';
import { openTestDomain, type TestDomain } from '../testing/test-domain.ts';

let at: TestDomain;
let again = 0;

beforeAll(async () => {
  const log = (_level: string, message: string) => void (message.includes('runs again') ? (again += 1) : undefined);
  at = await openTestDomain({ ports: { log } });
  const skuIds = ['A', 'B', 'C', 'D', 'E', 'R'];
  await at.domain.inbound.purchase(
    inbound(
      'P',
      skuIds.map((skuId) => receipt(skuId, 2000)),
    ),
    at.call,
  );
});
afterAll(() => closeSound(at));

const reservations = () => at.domain.reservations;
const CALLERS = 50;
const inParallel = <T>(work: (caller: number) => Promise<T>) =>
  Promise.all(Array.from({ length: CALLERS }, (_, caller) => work(caller)));

const verbs = [
  ['confirm', { state: 'confirmed', movements: [] }],
  ['release', { state: 'released', movements: [['release', 0, -3]] }],
  ['deduct', { state: 'fulfilled', movements: [['deduct', -3, -3]] }],
] as const;

describe('fifty callers at once have one effect and one answer:', () => {
  const movementsOf = async ({ id }: Reservation) => {
    const { items } = await at.domain.stock.movements({ skuId: 'R', limit: 500 });
    const own = items.filter(({ reservationId, kind }) => reservationId === id && kind !== 'reserve');
    return own.map(({ kind, onHandDelta, reservedDelta }) => [kind, onHandDelta, reservedDelta]);
  };
  const expectOneEffect = async (made: Reservation, state: string, answers: readonly Reservations[]) => {
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(answers[0]?.reservations).toMatchObject([{ id: made.id, state, version: 2 }]);
    expect(await reservations().get({ id: made.id })).toEqual(answers[0]?.reservations[0]);
  };

  test.each(verbs)('%s by id', async (verb, { state, movements }) => {
    const made = await reservations().reserve(hold('R', 3, `${verb}-id`), at.call);
    await expectOneEffect(made, state, await inParallel(() => reservations()[verb]({ id: made.id }, at.call)));
    expect(await movementsOf(made)).toEqual(movements);
  });

  test.each(verbs)('%s by business id', async (verb, { state, movements }) => {
    const made = await reservations().reserve(hold('R', 3, `${verb}-order`), at.call);
    const target = { type: 'order' as const, businessId: `${verb}-order` };
    await expectOneEffect(made, state, await inParallel(() => reservations()[verb](target, at.call)));
    expect(await movementsOf(made)).toEqual(movements);
  });

  test('convert', async () => {
    const made = await reservations().reserve(hold('R', 3, { businessId: 'CART', type: 'cart' }), at.call);
    const from = { type: 'cart', businessId: 'CART' } as const;
    const answers = await inParallel(() =>
      reservations().convert({ from, to: { type: 'order', businessId: 'TO' } }, at.call),
    );
    await expectOneEffect(made, 'active', answers);
  });

  test('reserve of one line with the same content', async () => {
    const answers = await inParallel(() => reservations().reserve(hold('R', 3, 'SAME'), at.call));
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect((await reservations().list({ businessId: 'SAME', limit: 9 })).items).toHaveLength(1);
  });

  test('reserve of one line with fifty contents: one is held, the others are told that one is', async () => {
    const results = await Promise.allSettled(
      Array.from({ length: CALLERS }, (_, caller) => reservations().reserve(hold('R', caller + 1, 'OTHER'), at.call)),
    );
    const codes = results.map((result) =>
      result.status === 'rejected' ? (result.reason as { code: string }).code : 'held',
    );
    expect(codes.filter((code) => code === 'held')).toHaveLength(1);
    expect(codes.filter((code) => code === 'INV_008')).toHaveLength(CALLERS - 1);
  });
});

test('two hundred orders that name the same SKUs in any order, some twice, meet no deadlock', async () => {
  const skuIds = ['A', 'B', 'C', 'D', 'E'];
  again = 0;
  const orders = Array.from({ length: 200 }, (_, each) => {
    const turned = [...skuIds.slice(each % 5), ...skuIds.slice(0, each % 5)];
    const named = each % 2 === 0 ? turned : turned.toReversed();
    const twice = [...named, named[0] ?? 'A'];
    return twice.map((skuId, lineId) => hold(skuId, 1, { businessId: `MANY-${each}`, lineId: String(lineId) }));
  });
  const results = await Promise.allSettled(orders.map((lines) => reservations().reserveMany({ lines }, at.call)));
  expect(results.flatMap((result) => (result.status === 'rejected' ? [String(result.reason)] : []))).toEqual([]);
  expect(again, 'units that had to run again').toBe(0);
  const held = await at.domain.stock.checkMany({ skuIds });
  expect(held.items.reduce((sum, { available }) => sum + available, 0)).toBe(5 * 2000 - 200 * 6);
});

test('orders that are reserved, sold and released in opposite orders at once meet no deadlock either', async () => {
  again = 0;
  const lines = (each: number) => {
    const skuIds = each % 2 === 0 ? ['A', 'B', 'C'] : ['C', 'B', 'A'];
    return skuIds.map((skuId) => ({ skuId, quantity: 1 }));
  };
  const results = await Promise.allSettled(
    Array.from({ length: 60 }, async (_, each) => {
      const businessId = `MIX-${each}`;
      const held = lines(each).map(({ skuId }) => hold(skuId, 1, businessId));
      await reservations().reserveMany({ lines: held }, at.call);
      if (each % 3 === 0) await reservations().release({ type: 'order', businessId }, at.call);
      else await at.domain.outbound.sales({ orderNo: businessId, lines: lines(each + 1) }, at.call);
    }),
  );
  expect(results.flatMap((result) => (result.status === 'rejected' ? [String(result.reason)] : []))).toEqual([]);
  expect(again, 'units that had to run again').toBe(0);
});
