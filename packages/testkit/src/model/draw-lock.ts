/** Commands on locks: goods out of sale, batches held still, and their ends. */
import * as fc from 'fast-check';
import type { LockBusinessInput } from '@granary/contracts/lock';
import { isHeld } from '../oracle/world.ts';
import * as picks from './picks.ts';
import { draw, given, mostly, rarely, type Draw } from './picks.ts';
import { beside, type ModelState } from './state.ts';

/** 500 s beside a multiple of 1,000 s, as every deadline of the model. */
const ttls = mostly<number | undefined>([3, undefined], [3, 2500], [1, 0]);

function batchIdOf(state: ModelState, at: number): string {
  const live = [...state.world.batches.values()].filter((batch) => batch.onHand > 0);
  const list = at % 7 === 0 ? [...state.world.batches.values()] : live;
  return at % 40 === 0 ? picks.UNKNOWN_ID : (picks.pick(list, at)?.id ?? picks.UNKNOWN_ID);
}

export const business: fc.Arbitrary<Draw> = draw(
  fc.record({
    batches: fc.array(fc.record({ at: picks.index, quantity: mostly([5, 1], [3, 2], [1, 5]) }), {
      minLength: 1,
      maxLength: 2,
    }),
    businessId: picks.businessIds,
    again: mostly([3, false], [1, true]),
    skuId: rarely(picks.skuIds, 8),
    ttlSeconds: ttls,
    deadline: rarely(mostly([3, 4], [1, -2]), 5),
  }),
  ({ batches, businessId, again, skuId, ttlSeconds, deadline }, state) => {
    const standing = [...state.world.locks.values()].find(
      (lock) => lock.kind === 'business' && lock.state === 'active',
    );
    if (again && standing !== undefined) return repeat(standing);
    const until =
      deadline === undefined ? { ttlSeconds } : { expiresAt: beside(state, state.offset / 1000 + deadline) };
    const named = batches.map(({ at, quantity }) => ({ batchId: batchIdOf(state, at), quantity }));
    const input: LockBusinessInput = given({
      ...until,
      skuId,
      batches: named,
      type: 'promotion',
      businessId,
      reason: 'kept',
    });
    return { procedure: 'lock.business', input };
  },
);

/** As it was first asked for. */
function repeat(standing: { readonly content: string; readonly businessId: string | null }): ReturnType<Draw> {
  const { batches, reason } = JSON.parse(standing.content) as { batches: [string, number][]; reason: string };
  const named = batches.map(([batchId, quantity]) => ({ batchId, quantity }));
  const input = { batches: named, type: 'promotion', businessId: standing.businessId ?? '', reason };
  return { procedure: 'lock.business', input };
}

export const operation: fc.Arbitrary<Draw> = draw(
  fc.record({ batches: fc.array(picks.index, { minLength: 1, maxLength: 2 }), ttlSeconds: ttls }),
  ({ batches, ttlSeconds }, state) => {
    const batchIds = batches.map((at) => batchIdOf(state, at));
    const input = given({ batchIds, operationType: 'inspection', operator: 'op', reason: 'looked at', ttlSeconds });
    return { procedure: 'lock.operation', input };
  },
);

/** One of the batches of a hold: the rest of it may go on leaving. */
export const freezeHeld: fc.Arbitrary<Draw> = draw(
  fc.record({ at: picks.index, row: picks.index }),
  ({ at, row }, state) => {
    const holds = [...state.world.reservations.values()].filter(isHeld);
    const wide = holds.filter((hold) => hold.lines.filter((line) => line.held > 0).length > 1);
    const hold = picks.pick(wide.length > 0 ? wide : holds, at);
    const line = picks.pick(hold?.lines.filter((each) => each.held > 0) ?? [], row);
    if (line === undefined) return undefined;
    const input = {
      batchIds: [line.batchId],
      operationType: 'inspection',
      operator: 'op',
      reason: 'looked at',
      ttlSeconds: 3500,
    };
    return { procedure: 'lock.operation', input };
  },
);

/** Goods of a hold of which others are frozen: these may leave. */
export const shipBeside: fc.Arbitrary<Draw> = draw(
  fc.record({ at: picks.index, all: mostly([2, false], [1, true]) }),
  ({ at, all }, { world }) => {
    const isFrozen = ({ batchId }: { batchId: string }) => (world.batches.get(batchId)?.frozenBy ?? null) !== null;
    const mixed = [...world.reservations.values()].filter((hold) => {
      const left = isHeld(hold) ? hold.lines.filter((line) => line.held > 0) : [];
      return left.some(isFrozen) && !left.every(isFrozen);
    });
    const id = picks.pick(mixed, at)?.id;
    return id === undefined
      ? undefined
      : { procedure: 'reservation.deduct', input: given({ id, quantity: all ? undefined : 1 }) };
  },
);

export const release: fc.Arbitrary<Draw> = draw(
  fc.record({ at: picks.index, any: mostly([4, false], [1, true]) }),
  ({ at, any }, state) => {
    const locks = [...state.world.locks.values()].filter((lock) => any || lock.state === 'active');
    return {
      procedure: 'lock.release',
      input: { lockId: picks.pick(locks, at)?.id ?? picks.UNKNOWN_ID, reason: 'done' },
    };
  },
);

export const sweep: fc.Arbitrary<Draw> = draw(mostly([2, 20], [1, 1]), (limit) => ({
  procedure: 'lock.expireDue',
  input: { limit },
}));
