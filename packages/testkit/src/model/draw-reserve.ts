/** Commands that hold stock: once, again, beside another hold, and many lines at a time. */
import * as fc from 'fast-check';
import type { ReserveLine } from '@granary/contracts/reservation';
import { availableFor } from '../oracle/making.ts';
import { openDraft } from '../oracle/stock-draft.ts';
import { isHeld } from '../oracle/world.ts';
import * as picks from './picks.ts';
import { draw, given, mostly, rarely, type Draw } from './picks.ts';
import { beside, type ModelState } from './state.ts';

/** In thousands of seconds and 500 s: most within the longest, some beyond, some in the past. */
const deadlines = mostly<{ ttl?: number; at?: number } | undefined>(
  [12, undefined],
  [9, { ttl: 1500 }],
  [6, { ttl: 8500 }],
  [4, { at: 4 }],
  [1, { ttl: 20_500 }],
  [1, { at: -2 }],
  [1, { at: 25 }],
);

export function deadlineOf(drawn: { ttl?: number; at?: number } | undefined, state: ModelState) {
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

/** Asks for a hold that is there already: as it was, with another quantity, or with other content. */
export const reserveAgain: fc.Arbitrary<Draw> = draw(
  fc.record({
    which: picks.reservationPick,
    line,
    how: mostly<'same' | 'quantity' | 'other' | 'partly'>([3, 'same'], [3, 'quantity'], [2, 'other'], [2, 'partly']),
  }),
  ({ which, line: drawn, how }, state) => {
    // One of which a part has left is rare, and a replacement treats it differently.
    const left = [...state.world.reservations.values()].filter((each) => isHeld(each) && each.fulfilled > 0);
    const held = (how === 'partly' ? picks.pick(left, which.at) : undefined) ?? picks.pickReservation(state, which);
    if (held === undefined) return undefined;
    const { skuId, type, businessId, lineId } = held;
    const key = { skuId, type, businessId, lineId };
    const { quantity, replace, deadline } = drawn;
    if (how === 'other') {
      const own = lineOf({ ...drawn, skuId, batches: undefined }, state);
      return { procedure: 'reservation.reserve', input: { ...own, ...key } };
    }
    const content = how === 'same' ? (JSON.parse(held.content) as Partial<ReserveLine>) : {};
    const input: ReserveLine = {
      ...key,
      quantity,
      replace: replace || how === 'partly',
      ...deadlineOf(deadline, state),
      ...content,
    };
    return { procedure: 'reservation.reserve', input };
  },
);

/** Another line of the same SKU for the same business: an order then has several holds to be shipped from. */
export const reserveBeside: fc.Arbitrary<Draw> = draw(
  fc.record({ which: picks.reservationPick, quantity: mostly([2, 1], [1, 2]) }),
  ({ which, quantity }, state) => {
    const held = picks.pickReservation(state, which);
    if (held === undefined) return undefined;
    const { skuId, type, businessId } = held;
    const lineId = held.lineId === '' ? 'l1' : '';
    return { procedure: 'reservation.reserve', input: { skuId, type, businessId, lineId, quantity, replace: false } };
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

/** Two wishes for the same goods: each would fit by itself. */
export const reserveOverlapping: fc.Arbitrary<Draw> = draw(
  fc.record({ skuId: picks.skuIds, locationId: picks.places, type: picks.types, businessId: picks.businessIds }),
  ({ skuId, locationId, type, businessId }, { world }) => {
    const [here, all] = [{ skuId, locationId }, { skuId }].map((criteria) =>
      availableFor(world, openDraft(), criteria),
    );
    if (here === undefined || all === undefined || here === 0) return undefined;
    const lines: ReserveLine[] = [
      { skuId, type, businessId, lineId: 'l1', replace: false, locationId, quantity: here },
      { skuId, type, businessId, lineId: '', replace: false, quantity: all },
    ];
    return { procedure: 'reservation.reserveMany', input: { lines } };
  },
);
