/** Choosing stock for several lines at once, all or nothing: equal lines are summed, and every short sum is named. */
import type { ShortLine } from '@granary/contracts/error';
import type { LevelRow } from '../entities/level.ts';
import type { AllocatedLine } from './allocation.ts';
import { type Demand, shelfDemands, tightestFirst } from './demand.ts';
import type { Draft } from './draft.ts';
import { find, freeIn, makeable, openStock, type Stock, take } from './making.ts';

export { candidates, type Demand } from './demand.ts';

export type Choice =
  | { readonly ok: true; readonly allocations: readonly (readonly AllocatedLine[])[] }
  | { readonly ok: false; readonly short: readonly ShortLine[] };

/** `freed` is what a replaced hold of the same request gives back, by batch. Nothing is posted here. */
export function chooseStock(
  draft: Draft,
  demands: readonly Demand[],
  freed: ReadonlyMap<string, number> = new Map(),
): Choice {
  const stock = openStock(draft, demands, freed);
  const [only] = demands;
  if (only !== undefined && demands.length === 1 && only.made === undefined) {
    // Nothing to be summed with, and nothing that shares: mostly it is there. What is missing is told below.
    const taken = find(draft, only, stock);
    if (taken.shortfall === 0) return { ok: true, allocations: [taken.lines] };
  }
  const sums = shortSums(draft, demands, stock);
  if (sums.length > 0) return { ok: false, short: sums };
  const found = demands.map((): readonly AllocatedLine[] => []);
  const short: ShortLine[] = [];
  const isShared = demands.some((demand) => demand.made !== undefined);
  for (const [at, demand] of tightestFirst(demands)) {
    const taken = find(draft, demand, stock);
    if (taken.shortfall === 0) {
      take(stock, demand, taken);
      found[at] = taken.lines;
      continue;
    }
    // Each sum alone fits, but lines whose criteria overlap, or that share a part, have taken it from each other.
    const requested = demand.quantity + (demand.own ?? 0);
    short.push(shortLine(draft, stock, { demand, requested, available: requested - taken.shortfall }));
    if (!isShared) break;
  }
  return short.length > 0 ? { ok: false, short } : { ok: true, allocations: found };
}

function shortSums(draft: Draft, demands: readonly Demand[], stock: Stock): readonly ShortLine[] {
  const sums = new Map<string, { demand: Demand; quantity: number; own: number }>();
  for (const demand of demands) {
    const key = demandKey(demand);
    const sum = sums.get(key);
    if (sum === undefined) sums.set(key, { demand, quantity: demand.quantity, own: demand.own ?? 0 });
    else sums.set(key, { ...sum, quantity: sum.quantity + demand.quantity, own: sum.own + (demand.own ?? 0) });
  }
  return [...sums.values()].flatMap(({ demand, quantity, own }) => {
    const available = makeable(draft, demand, stock);
    if (available >= quantity) return [];
    return [
      shortLine(draft, stock, { demand: { ...demand, own }, requested: quantity + own, available: available + own }),
    ];
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

interface Lack {
  readonly demand: Demand;
  readonly requested: number;
  readonly available: number;
}

/** Of what is made of others it says which of them are missing. */
function shortLine(draft: Draft, stock: Stock, { demand, requested, available }: Lack): ShortLine {
  const line = { skuId: demand.skuId, locationId: demand.criteria.locationId ?? null, requested, available };
  if (demand.made === undefined) return line;
  const needs = shelfDemands(demand, requested - (demand.own ?? 0)).map((shelf) => ({
    skuId: shelf.skuId,
    requested: shelf.quantity,
    available: freeIn(draft, shelf, stock),
  }));
  return { ...line, components: needs.filter((need) => need.available < need.requested) };
}

/** The levels whose overdue holds are in the way of a demand. */
export function levelsInTheWay(draft: Draft, demands: readonly Demand[]): readonly LevelRow[] {
  return [...draft.levels.values()].filter((level) =>
    demands
      .flatMap((demand) => shelfDemands(demand))
      .some(
        ({ skuId, criteria }) =>
          level.skuId === skuId && (criteria.locationId === undefined || criteria.locationId === level.locationId),
      ),
  );
}
