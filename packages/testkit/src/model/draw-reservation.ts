/** Commands on reservations: holding, replacing, confirming, deducting, releasing, extending, converting, sweeping. */
import * as fc from 'fast-check';
import type { ReservationType, ReserveLine } from '@granary/contracts/reservation';
import { heldOf, isHeld } from '../oracle/world.ts';
import * as picks from './picks.ts';
import { draw, given, mostly, rarely, type Draw } from './picks.ts';
import { beside, type ModelState } from './state.ts';

/** In thousands of seconds and 500 s: most within the longest, some beyond, some in the past. */
const deadlines = mostly<{ ttl?: number; at?: number } | undefined>(
  [6, undefined],
  [4, { ttl: 1500 }],
  [3, { ttl: 8500 }],
  [2, { at: 4 }],
  [1, { ttl: 20_500 }],
  [1, { at: -2 }],
  [1, { at: 25 }],
);

function deadlineOf(drawn: { ttl?: number; at?: number } | undefined, state: ModelState) {
  if (drawn === undefined) return {};
  return given({
    ttlSeconds: drawn.ttl,
    expiresAt: drawn.at === undefined ? undefined : beside(state, state.offset / 1000 + drawn.at),
  });
}

const line = fc.record({
  skuId: picks.skuIds,
  quantity: picks.quantities,
  type: picks.types,
  businessId: picks.businessIds,
  lineId: picks.lineIds,
  deadline: deadlines,
  locationId: rarely(picks.places),
  qualityLevel: rarely(picks.qualities, 6),
  minRemainingDays: rarely(picks.remainingDays, 6),
  batches: rarely(
    fc.record({ picks: fc.array(picks.index, { minLength: 1, maxLength: 3 }), loose: mostly([5, false], [1, true]) }),
    6,
  ),
  strategy: rarely(picks.strategies, 2),
  replace: mostly([2, false], [1, true]),
});
type DrawnLine = typeof line extends fc.Arbitrary<infer T> ? T : never;

function lineOf(drawn: DrawnLine, state: ModelState): ReserveLine {
  const { deadline, batches, ...rest } = drawn;
  const batchIds = batches === undefined ? undefined : picks.pickBatches(state, batches, rest);
  return given({ ...rest, ...deadlineOf(deadline, state), batchIds });
}

export const reserve: fc.Arbitrary<Draw> = draw(line, (drawn, state) => ({
  procedure: 'reservation.reserve',
  input: lineOf(drawn, state),
}));

/** Asks for a hold that is there already: with the same content, or with other content and `replace`. */
export const reserveAgain: fc.Arbitrary<Draw> = draw(
  fc.record({ which: picks.reservationPick, partly: mostly([2, false], [1, true]), line, same: fc.boolean() }),
  ({ which, partly, line: drawn, same }, state) => {
    // One of which a part has left is rare, and a replacement treats it differently.
    const left = [...state.world.reservations.values()].filter((each) => isHeld(each) && each.fulfilled > 0);
    const held = (partly ? picks.pick(left, which.at) : undefined) ?? picks.pickReservation(state, which);
    if (held === undefined) return undefined;
    const { skuId, type, businessId, lineId } = held;
    const content = same ? (JSON.parse(held.content) as Partial<ReserveLine>) : {};
    const own = lineOf({ ...drawn, skuId, batches: undefined }, state);
    const input: ReserveLine = same
      ? {
          skuId,
          type,
          businessId,
          lineId,
          quantity: 1,
          replace: drawn.replace,
          ...deadlineOf(drawn.deadline, state),
          ...content,
        }
      : { ...own, skuId, type, businessId, lineId };
    return { procedure: 'reservation.reserve', input };
  },
);

/** Several lines of one cart; some name the same hold twice, alike in all but quantity or not. */
export const reserveMany: fc.Arbitrary<Draw> = draw(
  fc.record({
    lines: fc.array(line, { minLength: 1, maxLength: 4 }),
    oneBusiness: mostly([4, true], [1, false]),
    twice: mostly<'no' | 'alike' | 'differing'>([5, 'no'], [3, 'alike'], [1, 'differing']),
  }),
  ({ lines: drawn, oneBusiness, twice }, state) => {
    const [first] = drawn;
    if (first === undefined) return undefined;
    const { type, businessId, deadline } = first;
    const lines = drawn.map((each) => lineOf(oneBusiness ? { ...each, type, businessId, deadline } : each, state));
    const again = lines[0];
    if (again !== undefined && twice !== 'no')
      lines.push({ ...again, quantity: 1, ...(twice === 'differing' ? { replace: !again.replace } : {}) });
    return { procedure: 'reservation.reserveMany', input: { lines } };
  },
);

const target = fc.record({
  which: picks.reservationPick,
  byBusiness: fc.boolean(),
  stray: rarely(fc.record({ type: picks.types, businessId: picks.businessIds }), 6),
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

export const sweep: fc.Arbitrary<Draw> = draw(mostly([3, 100], [1, 1]), (limit) => ({
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
