/** Choosing stock for several lines at once, all or nothing: equal lines are summed, and every short sum is named. */
import type { ShortLine } from '@granary/contracts/error';
import type { LevelRow } from '../entities/level.ts';
import { freeOf } from '../entities/batch.ts';
import type { AllocationStrategy, Candidate } from '../strategies/strategy.ts';
import { type AllocatedLine, allocate } from './allocation.ts';
import type { Draft } from './draft.ts';
import { type Criteria, passedOver } from './eligibility.ts';

export interface Demand {
  readonly skuId: string;
  readonly quantity: number;
  readonly criteria: Criteria;
  readonly strategy: AllocationStrategy;
  /** What the caller holds already and brings along: it counts as available to this line in a refusal. */
  readonly own?: number;
}

export type Choice =
  | { readonly ok: true; readonly allocations: readonly (readonly AllocatedLine[])[] }
  | { readonly ok: false; readonly short: readonly ShortLine[] };

/** `freed` is what a replaced hold of the same request gives back, by batch. Nothing is posted here. */
export function chooseStock(
  draft: Draft,
  demands: readonly Demand[],
  freed: ReadonlyMap<string, number> = new Map(),
): Choice {
  const free = new Map<string, number>();
  for (const batch of draft.batches.values()) free.set(batch.batchId, freeOf(batch) + (freed.get(batch.batchId) ?? 0));
  const short = shortSums(draft, demands, free);
  if (short.length > 0) return { ok: false, short };
  const allocations: (readonly AllocatedLine[])[] = [];
  for (const demand of demands) {
    const { lines, shortfall } = allocate(candidates(draft, demand, free), {
      quantity: demand.quantity,
      strategy: demand.strategy,
      locations: draft.locations,
      now: draft.now,
    });
    // Each sum alone fits, but lines whose criteria overlap have taken it from each other.
    if (shortfall > 0) {
      const requested = demand.quantity + (demand.own ?? 0);
      return { ok: false, short: [shortLine(demand, requested, requested - shortfall)] };
    }
    for (const line of lines) free.set(line.batchId, (free.get(line.batchId) ?? 0) - line.quantity);
    allocations.push(lines);
  }
  return { ok: true, allocations };
}

function shortSums(draft: Draft, demands: readonly Demand[], free: ReadonlyMap<string, number>): readonly ShortLine[] {
  const sums = new Map<string, { demand: Demand; quantity: number; own: number }>();
  for (const demand of demands) {
    const key = demandKey(demand);
    const sum = sums.get(key);
    if (sum === undefined) sums.set(key, { demand, quantity: demand.quantity, own: demand.own ?? 0 });
    else sums.set(key, { ...sum, quantity: sum.quantity + demand.quantity, own: sum.own + (demand.own ?? 0) });
  }
  return [...sums.values()].flatMap(({ demand, quantity, own }) => {
    const available = candidates(draft, demand, free).reduce((total, candidate) => total + candidate.free, 0);
    return available < quantity ? [shortLine(demand, quantity + own, available + own)] : [];
  });
}

function demandKey({ skuId, criteria }: Demand): string {
  const batchIds = criteria.batchIds === undefined ? null : criteria.batchIds.toSorted();
  return JSON.stringify([
    skuId,
    criteria.locationId ?? null,
    criteria.qualityLevel ?? null,
    criteria.minRemainingDays ?? null,
    batchIds,
  ]);
}

function shortLine(demand: Demand, requested: number, available: number): ShortLine {
  return { skuId: demand.skuId, locationId: demand.criteria.locationId ?? null, requested, available };
}

function candidates(draft: Draft, demand: Demand, free: ReadonlyMap<string, number>): Candidate[] {
  const at = { places: draft, now: draft.now };
  const found: Candidate[] = [];
  for (const batch of draft.batches.values()) {
    const left = free.get(batch.batchId) ?? 0;
    if (batch.skuId !== demand.skuId || left <= 0) continue;
    const reason = passedOver(batch, demand.criteria, at);
    if (reason === undefined || reason === 'held') found.push({ ...batch, free: left });
  }
  return found;
}

/** The levels whose overdue holds are in the way of a demand. */
export function levelsInTheWay(draft: Draft, demands: readonly Demand[]): readonly LevelRow[] {
  return [...draft.levels.values()].filter((level) =>
    demands.some(
      ({ skuId, criteria }) =>
        level.skuId === skuId && (criteria.locationId === undefined || criteria.locationId === level.locationId),
    ),
  );
}
