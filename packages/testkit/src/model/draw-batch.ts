/** Commands on batches: merging, splitting, correcting, sweeping, recalling. */
import * as fc from 'fast-check';
import type { BatchUpdateInput } from '@granary/contracts/batch-life';
import { isHeld, keyOf, type OracleBatch } from '../oracle/world.ts';
import { entering } from './piece-names.ts';
import * as picks from './picks.ts';
import { draw, given, mostly, rarely, type Draw } from './picks.ts';
import { beside, dayOf, happened, type ModelState } from './state.ts';

function batchesOf(state: ModelState): OracleBatch[] {
  return [...state.world.batches.values()];
}

/** Most often batches of one level that are alike, rarely any two. */
export const merge: fc.Arbitrary<Draw> = draw(
  fc.record({
    at: picks.index,
    others: mostly([4, 1], [1, 2]),
    loose: mostly<'no' | 'place' | 'any'>([8, 'no'], [1, 'place'], [1, 'any']),
    target: mostly<'own' | 'new' | 'other'>([5, 'own'], [3, 'new'], [1, 'other']),
    no: fc.nat(6),
    occurred: picks.happenings,
  }),
  ({ at, others, loose, target, no, occurred }, state) => {
    const first = picks.pick(
      batchesOf(state).filter((batch) => loose !== 'no' || (batch.mergedInto === null && batch.onHand > 0)),
      at,
    );
    if (first === undefined) return undefined;
    const fits = batchesOf(state).filter(
      (batch) =>
        batch.id !== first.id &&
        (loose === 'any' || batch.skuId === first.skuId) &&
        (loose !== 'no' ||
          keyOf(batch.locationId, batch.qualityLevel) === keyOf(first.locationId, first.qualityLevel)) &&
        (loose !== 'no' || batch.mergedInto === null),
    );
    const rest = fits.slice(no % Math.max(1, fits.length)).slice(0, others);
    if (rest.length === 0) return undefined;
    const own = picks.pick([first, ...rest], at + no)?.batchNo ?? first.batchNo;
    const targetBatchNo = { own, new: `m${no}`, other: `n${no}` }[target];
    const batchIds = [first, ...rest].map((batch) => batch.id);
    return { procedure: 'batch.merge', input: { batchIds, targetBatchNo, ...happened(state, occurred) } };
  },
);

export const split: fc.Arbitrary<Draw> = draw(
  fc.record({ at: picks.index, quantities: fc.array(mostly([5, 1], [2, 2], [1, 5]), { minLength: 1, maxLength: 2 }) }),
  ({ at, quantities }, state) => {
    const batchId = picks.pick(batchesOf(state), at)?.id ?? picks.UNKNOWN_ID;
    return { procedure: 'batch.split', input: { batchId, quantities } };
  },
);

/** Rather one of which a corrected date says something: what is marked as expired comes back. */
export const correct: fc.Arbitrary<Draw> = draw(
  fc.record({
    at: picks.index,
    expired: mostly([3, true], [1, false]),
    expiry: rarely(mostly<number | 'soon' | null>([2, 6], [1, 20], [2, 'soon'], [1, null], [1, -9]), 2),
    producedOn: rarely(mostly<number | null>([1, -4], [1, null]), 5),
    qualityLevel: rarely(picks.qualities, 4),
    attributes: rarely(fc.constant({ colour: 'red' }), 3),
  }),
  (drawn, state) => {
    const all = batchesOf(state);
    const marked = all.filter((batch) => batch.isMarked && batch.mergedInto === null);
    if (drawn.expired && marked.length > 0) {
      const batchId = picks.pick(marked, drawn.at)?.id ?? '';
      return { procedure: 'batch.update', input: { batchId, expiresAt: expiryOf(state, 20) } };
    }
    const batch = picks.pick(all, drawn.at);
    if (batch === undefined) return undefined;
    const input: BatchUpdateInput = given({
      batchId: batch.id,
      expiresAt: expiryOf(state, drawn.expiry),
      producedOn: typeof drawn.producedOn === 'number' ? dayOf(state, drawn.producedOn) : drawn.producedOn,
      qualityLevel: drawn.qualityLevel,
      attributes: drawn.attributes,
    });
    return Object.keys(input).length === 1 ? undefined : { procedure: 'batch.update', input };
  },
);

function expiryOf(state: ModelState, drawn: number | 'soon' | null | undefined): string | null | undefined {
  if (drawn === 'soon') return beside(state, state.offset / 1000 + 4);
  return typeof drawn === 'number' ? dayOf(state, drawn + Math.floor(state.offset / 86_400)) : drawn;
}

export const sweep: fc.Arbitrary<Draw> = draw(mostly([1, 100], [1, 1]), (limit) => ({
  procedure: 'batch.expireDue',
  input: { limit },
}));

/** Rather a number that is held, or that was split or merged. */
export const recall: fc.Arbitrary<Draw> = draw(
  fc.record({
    at: picks.index,
    how: mostly<'held' | 'kin' | 'any' | 'none'>([6, 'held'], [3, 'kin'], [3, 'any'], [1, 'none']),
    otherLocations: fc.boolean(),
  }),
  ({ at, how, otherLocations }, state) => {
    const all = batchesOf(state);
    const held = new Set(
      [...state.world.reservations.values()].filter(isHeld).flatMap((hold) => hold.lines.map((line) => line.batchId)),
    );
    const parents = new Set(all.map((batch) => batch.splitFrom));
    const fits = {
      held: all.filter((batch) => held.has(batch.id)),
      kin: all.filter((batch) => batch.mergedInto !== null || parents.has(batch.id)),
      any: all,
      none: [],
    }[how];
    const { skuId, batchNo } = picks.pick(fits, at) ?? { skuId: 'A', batchNo: 'never' };
    return { procedure: 'batch.recall', input: { skuId, batchNo, reason: 'mould', operator: 'op', otherLocations } };
  },
);

/** Goods of a number that was merged away, with the identity that it had. */
export const receiveMerged: fc.Arbitrary<Draw> = draw(
  fc.record({ at: picks.index, documentNo: fc.nat(25) }),
  ({ at, documentNo }, state) => {
    const batch = picks.pick(
      batchesOf(state).filter((each) => each.mergedInto !== null),
      at,
    );
    if (batch === undefined) return undefined;
    const { skuId, locationId, batchNo, qualityLevel, producedOn, expiresAt } = batch;
    const dates = given({ producedOn: producedOn ?? undefined, expiresAt: expiresAt ?? undefined });
    const serials = entering(state, { skuId, quantity: 2, at });
    const line = given({ skuId, locationId, batchNo, quantity: 2, unitCost: '4.00', qualityLevel, ...dates, serials });
    return { procedure: 'inbound.purchase', input: { documentNo: `m${documentNo}`, lines: [line] } };
  },
);
