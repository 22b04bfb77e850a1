/** Commands that correct stock by hand: by so many units, or to what was counted. */
import * as fc from 'fast-check';
import type { AdjustLineInput, CountLineInput } from '@granary/contracts/adjustment';
import { keyOf } from '../oracle/world.ts';
import { entering, leaving } from './piece-names.ts';
import * as picks from './picks.ts';
import { draw, given, mostly, rarely, type Draw } from './picks.ts';
import { happened, type ModelState } from './state.ts';

const header = { reasonCode: 'correction', operator: 'op' } as const;

const adjustLine = fc.record({
  skuId: mostly([14, 'A'], [10, 'B'], [6, 'C'], [6, 'S'], [1, 'D'], [1, 'K'], [1, 'unknown']),
  locationId: rarely(picks.places, 2),
  delta: mostly([4, 1], [4, -1], [2, 3], [3, -3], [1, 2_147_483_647], [1, -2_147_483_647]),
  unitCost: rarely(fc.constant('2.00'), 3),
  named: rarely(picks.index, 3),
  at: picks.index,
});
type DrawnAdjust = typeof adjustLine extends fc.Arbitrary<infer T> ? T : never;

/** A named batch brings its SKU and its place along. */
function namedOf(state: ModelState, at: number | undefined) {
  const batch = at === undefined ? undefined : picks.pick([...state.world.batches.values()], at);
  if (batch === undefined) return {};
  return at !== undefined && at % 9 === 0
    ? { batchId: batch.id }
    : { batchId: batch.id, skuId: batch.skuId, locationId: batch.locationId };
}

function adjustOf(state: ModelState, { named, unitCost, at, ...drawn }: DrawnAdjust): AdjustLineInput {
  const line = { ...drawn, ...namedOf(state, named), unitCost: drawn.delta > 0 ? unitCost : undefined };
  return given({ ...line, serials: serialsOf(state, { ...line, at }) });
}

/** What is added must be named, what is taken away may be. */
function serialsOf(
  state: ModelState,
  of: { skuId: string; delta: number; at: number; locationId?: string | undefined },
) {
  const { skuId, delta, at, locationId = 'default' } = of;
  if (delta >= 0) return entering(state, { skuId, quantity: delta, at });
  return at % 2 === 0 ? undefined : leaving(state, { skuId, quantity: -delta, at, locationId });
}

const numbers = rarely(mostly([1, 'adj-1'], [1, 'adj-2']), 5);

export const adjust: fc.Arbitrary<Draw> = draw(
  fc.record({ line: adjustLine, adjustmentNo: numbers, occurred: picks.happenings }),
  ({ line, adjustmentNo, occurred }, state) => ({
    procedure: 'adjustment.adjust',
    input: given({ ...header, ...adjustOf(state, line), adjustmentNo, ...happened(state, occurred) }),
  }),
);

export const adjustMany: fc.Arbitrary<Draw> = draw(
  fc.record({ lines: fc.array(adjustLine, { minLength: 1, maxLength: 3 }), adjustmentNo: numbers }),
  ({ lines, adjustmentNo }, state) => ({
    procedure: 'adjustment.adjustMany',
    input: given({ ...header, adjustmentNo, lines: lines.map((line) => adjustOf(state, line)) }),
  }),
);

const countLine = fc.record({
  at: picks.index,
  named: rarely(picks.index, 3),
  off: mostly([3, 0], [3, 1], [3, -1], [1, 4], [1, -4]),
  stale: mostly([6, 0], [1, -1], [1, 1]),
  nowhere: mostly([12, false], [1, true]),
});
type DrawnCount = typeof countLine extends fc.Arbitrary<infer T> ? T : never;

/** Of a level, or of one batch of it; rarely of a level at which nothing ever lay. */
function countOf(state: ModelState, { at, named, off, stale, nowhere }: DrawnCount): CountLineInput | undefined {
  if (nowhere) return { skuId: 'A', locationId: 'west', counted: Math.max(0, off), onHandVersion: 0 };
  const { world } = state;
  const batch = named === undefined ? undefined : picks.pick([...world.batches.values()], named);
  const level =
    batch === undefined
      ? picks.pick([...world.levels.values()], at)
      : world.levels.get(keyOf(batch.skuId, batch.locationId));
  if (level === undefined) return undefined;
  const { skuId, locationId } = level;
  const counted = Math.max(0, (batch ?? level).onHand + off);
  const onHandVersion = Math.max(0, level.onHandVersion + stale);
  const delta = counted - (batch ?? level).onHand;
  const serials = serialsOf(state, { skuId, locationId, delta, at });
  const found = Math.min(counted, 2_147_483_647);
  return given({ skuId, locationId, batchId: batch?.id, counted: found, onHandVersion, serials });
}

export const count: fc.Arbitrary<Draw> = draw(
  fc.record({ line: countLine, countNo: rarely(fc.constant('cnt-1'), 6), occurred: picks.happenings }),
  ({ line, countNo, occurred }, state) => {
    const counted = countOf(state, line);
    return counted === undefined
      ? undefined
      : {
          procedure: 'adjustment.count',
          input: given({ ...header, ...counted, countNo, ...happened(state, occurred) }),
        };
  },
);

export const countMany: fc.Arbitrary<Draw> = draw(
  fc.array(countLine, { minLength: 1, maxLength: 3 }),
  (drawn, state) => {
    const lines = drawn.flatMap((line) => countOf(state, line) ?? []);
    return lines.length === 0 ? undefined : { procedure: 'adjustment.countMany', input: { ...header, lines } };
  },
);
