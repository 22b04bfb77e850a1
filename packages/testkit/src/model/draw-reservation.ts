/** Commands on reservations that are there: confirming, deducting, releasing, extending, converting, sweeping. */
import * as fc from 'fast-check';
import type { ReservationType } from '@granary/contracts/reservation';
import { onHandOf } from '../oracle/hold-caps.ts';
import { heldOf, isHeld, isOverdue, type OracleReservation } from '../oracle/world.ts';
import { deadlineOf } from './draw-reserve.ts';
import * as picks from './picks.ts';
import { draw, given, mostly, rarely, type Draw } from './picks.ts';
import { beside, type ModelState } from './state.ts';

const target = fc.record({
  which: picks.reservationPick,
  byBusiness: fc.boolean(),
  stray: rarely(fc.record({ type: picks.types, businessId: picks.businessIds }), 10),
});
type DrawnTarget = typeof target extends fc.Arbitrary<infer T> ? T : never;

function targetOf(drawn: DrawnTarget, state: ModelState) {
  if (drawn.stray !== undefined) return drawn.stray;
  const found = picks.pickReservation(state, drawn.which);
  if (found === undefined)
    return drawn.byBusiness ? { type: 'other' as const, businessId: 'nobody' } : { id: picks.UNKNOWN_ID };
  return drawn.byBusiness ? { type: found.type, businessId: found.businessId } : { id: found.id };
}

export const confirm: fc.Arbitrary<Draw> = draw(target, (drawn, state) => ({
  procedure: 'reservation.confirm',
  input: targetOf(drawn, state),
}));

/** One of an order's several holds of a SKU is paid, the others are not yet. */
export const confirmOne: fc.Arbitrary<Draw> = draw(picks.index, (at, state) => {
  const waiting = [...state.world.reservations.values()].filter(
    (each) => each.type === 'order' && each.state === 'active',
  );
  const several = waiting.filter((each) => waiting.some((other) => other !== each && isSibling(each, other)));
  const chosen = picks.pick(several, at);
  return chosen === undefined ? undefined : { procedure: 'reservation.confirm', input: { id: chosen.id } };
});

function isSibling(a: OracleReservation, b: OracleReservation): boolean {
  return a.type === b.type && a.businessId === b.businessId && a.skuId === b.skuId;
}

export const release: fc.Arbitrary<Draw> = draw(
  fc.record({ target, reason: rarely(fc.constant('changed their mind')) }),
  (drawn, state) => ({
    procedure: 'reservation.release',
    input: given({ ...targetOf(drawn.target, state), reason: drawn.reason }),
  }),
);

/** The whole of a hold, a part of it, one more than it holds, or a whole business document. */
export const deduct: fc.Arbitrary<Draw> = draw(
  fc.record({
    target,
    part: mostly<'all' | 'one' | 'held' | 'more' | 'quantity'>(
      [4, 'all'],
      [4, 'one'],
      [1, 'held'],
      [1, 'more'],
      [1, 'quantity'],
    ),
    occurred: rarely(mostly([3, -3], [1, 300]), 6),
  }),
  (drawn, state) => {
    const aim = targetOf(drawn.target, state);
    const reservation = 'id' in aim ? state.world.reservations.get(aim.id) : undefined;
    const held = reservation === undefined ? 1 : heldOf(reservation);
    const quantity = {
      all: undefined,
      one: 1,
      held: Math.max(1, held),
      more: Math.min(held + 1, 2_147_483_647),
      quantity: reservation?.quantity,
    }[drawn.part];
    const occurredAt = drawn.occurred === undefined ? undefined : beside(state, state.offset / 1000 + drawn.occurred);
    return {
      procedure: 'reservation.deduct',
      input: given({ ...aim, quantity: 'id' in aim ? quantity : undefined, occurredAt }),
    };
  },
);

export const extend: fc.Arbitrary<Draw> = draw(
  fc.record({
    target,
    deadline: mostly<{ ttl?: number; at?: number }>(
      [4, { ttl: 5500 }],
      [2, { ttl: 1500 }],
      [2, { at: 6 }],
      [1, { at: 1 }],
      [1, { ttl: 20_500 }],
      [1, { ttl: 19_500 }],
      [1, { at: 30 }],
    ),
  }),
  (drawn, state) => ({
    procedure: 'reservation.extend',
    input: { ...targetOf(drawn.target, state), ...deadlineOf(drawn.deadline, state) },
  }),
);

export const convert: fc.Arbitrary<Draw> = draw(
  fc.record({
    which: picks.reservationPick,
    to: fc.record({ type: picks.types, businessId: picks.businessIds }),
    ttl: rarely(mostly([4, 6500], [1, 20_500], [1, 500]), 3),
  }),
  ({ which, to, ttl }, state) => {
    const found = picks.pickReservation(state, which);
    const from =
      found === undefined
        ? { type: 'cart' as const, businessId: 'nobody' }
        : { type: found.type, businessId: found.businessId };
    if (from.type === to.type && from.businessId === to.businessId) return undefined;
    return { procedure: 'reservation.convert', input: given({ from, to, ttlSeconds: ttl }) };
  },
);

/** Onto a business whose hold of the same line is overdue: it must not stand in the way. */
export const convertOnto: fc.Arbitrary<Draw> = draw(picks.index, (at, { world }) => {
  const held = [...world.reservations.values()].filter((each) => isHeld(each));
  const pairs = held.flatMap((from) =>
    held
      .filter(
        (to) => isOverdue(world, to) && !isSibling(from, to) && from.skuId === to.skuId && from.lineId === to.lineId,
      )
      .map((to) => ({ from, to })),
  );
  const pair = picks.pick(pairs, at);
  if (pair === undefined) return undefined;
  const of = ({ type, businessId }: OracleReservation) => ({ type, businessId });
  return { procedure: 'reservation.convert', input: { from: of(pair.from), to: of(pair.to) } };
});

/** Onto a business that holds some of the same goods, where together they hold the largest shares of them. */
export const convertBeside: fc.Arbitrary<Draw> = draw(fc.nat(2), (at, { world }) => {
  const held = [...world.reservations.values()].filter((each) => isHeld(each) && !isOverdue(world, each));
  const pairs = held.flatMap((from) =>
    held
      .filter((to) => to.skuId === from.skuId && !isSibling(from, to))
      .map((to) => ({ from, to, share: (heldOf(from) + heldOf(to)) / Math.max(1, onHandOf(world, from.skuId)) })),
  );
  const pair = picks.pick(pairs.toSorted((a, b) => b.share - a.share).slice(0, 3), at);
  if (pair === undefined) return undefined;
  const of = ({ type, businessId }: OracleReservation) => ({ type, businessId });
  return { procedure: 'reservation.convert', input: { from: of(pair.from), to: of(pair.to) } };
});

/** The last conversion once more. */
export const convertAgain: fc.Arbitrary<Draw> = draw(picks.index, (at, state) => {
  const moved = [...state.world.reservations.values()].filter((each) => each.origin !== null);
  const found = picks.pick(moved, at);
  const [type, businessId] = JSON.parse(found?.origin ?? '[]') as [ReservationType, string] | [];
  if (found === undefined || type === undefined || businessId === undefined) return undefined;
  if (type === found.type && businessId === found.businessId) return undefined;
  return {
    procedure: 'reservation.convert',
    input: { from: { type, businessId }, to: { type: found.type, businessId: found.businessId } },
  };
});

export const sweep: fc.Arbitrary<Draw> = draw(mostly([1, 100], [2, 1]), (limit) => ({
  procedure: 'reservation.expireDue',
  input: { limit },
}));

/** Holds of an order, so that a sale has something to take. */
export function ordersWithHolds(state: ModelState): string[] {
  return [
    ...new Set(
      [...state.world.reservations.values()]
        .filter((each) => isHeld(each) && each.type === 'order')
        .map((each) => each.businessId),
    ),
  ];
}
