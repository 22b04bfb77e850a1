/** Commands that correct stock by hand: by so many units, or to what was counted. */
import * as fc from 'fast-check';
import type { AdjustLineInput, CountLineInput } from '@granary/contracts/adjustment';
import { keyOf } from '../oracle/world.ts';
import * as picks from './picks.ts';
import { draw, given, mostly, rarely, type Draw } from './picks.ts';
import type { ModelState } from './state.ts';

const header = { reasonCode: 'correction', operator: 'op' } as const;

const adjustLine = fc.record({
  skuId: mostly([14, 'A'], [10, 'B'], [6, 'C'], [1, 'D'], [1, 'K'], [1, 'unknown']),
  locationId: rarely(picks.places, 2),
  delta: mostly([4, 1], [4, -1], [2, 3], [3, -3], [1, 2_147_483_647], [1, -2_147_483_647]),
  unitCost: rarely(fc.constant('2.00'), 3),
  named: rarely(picks.index, 3),
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

function adjustOf(state: ModelState, { named, unitCost, ...drawn }: DrawnAdjust): AdjustLineInput {
  return given({ ...drawn, ...namedOf(state, named), unitCost: drawn.delta > 0 ? unitCost : undefined });
}

const numbers = rarely(mostly([1, 'adj-1'], [1, 'adj-2']), 5);

export const adjust: fc.Arbitrary<Draw> = draw(
  fc.record({ line: adjustLine, adjustmentNo: numbers }),
  ({ line, adjustmentNo }, state) => ({
    procedure: 'adjustment.adjust',
    input: given({ ...header, ...adjustOf(state, line), adjustmentNo }),
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
  return given({ skuId, locationId, batchId: batch?.id, counted: Math.min(counted, 2_147_483_647), onHandVersion });
}

export const count: fc.Arbitrary<Draw> = draw(
  fc.record({ line: countLine, countNo: rarely(fc.constant('cnt-1'), 6) }),
  ({ line, countNo }, state) => {
    const counted = countOf(state, line);
    return counted === undefined
      ? undefined
      : { procedure: 'adjustment.count', input: given({ ...header, ...counted, countNo }) };
  },
);

export const countMany: fc.Arbitrary<Draw> = draw(
  fc.array(countLine, { minLength: 1, maxLength: 3 }),
  (drawn, state) => {
    const lines = drawn.flatMap((line) => countOf(state, line) ?? []);
    return lines.length === 0 ? undefined : { procedure: 'adjustment.countMany', input: { ...header, lines } };
  },
);
