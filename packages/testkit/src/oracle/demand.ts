/** Several requests of one call, all or nothing: equal ones are summed, and every short sum is named. */
import type { ShortLine } from '@granary/contracts/error';
import { sumKey, type Criteria } from './allocation.ts';
import { assemblyOf, availableFor, find, shortParts, type Request } from './making.ts';
import { met } from './sometimes.ts';
import { note, noteUnits, type Draft, type Take } from './stock-draft.ts';
import type { World } from './world.ts';

export interface Demand extends Request {
  /** What the caller holds already and brings along: it counts as available to this request. */
  readonly own?: number;
}

/** Every sum of equal requests that allocation could not serve by itself. */
export function shortSums(world: World, draft: Draft, demands: readonly Demand[]): ShortLine[] {
  const sums = new Map<string, { criteria: Criteria; quantity: number; own: number }>();
  for (const { criteria, quantity, own = 0 } of demands) {
    const key = sumKey(criteria);
    const before = sums.get(key) ?? { criteria, quantity: 0, own: 0 };
    sums.set(key, { criteria, quantity: before.quantity + quantity, own: before.own + own });
  }
  return [...sums.values()].flatMap(({ criteria, quantity, own }) => {
    const available = availableFor(world, draft, criteria);
    if (available >= quantity) return [];
    const { skuId, locationId = null } = criteria;
    const line = { skuId, locationId, requested: quantity + own, available: available + own };
    if (assemblyOf(world, skuId) === undefined) return [line];
    return [{ ...line, components: shortParts(world, draft, { criteria, units: quantity }) }];
  });
}

export type Choice =
  | { readonly takes: readonly (readonly Take[])[]; readonly short?: never }
  | { readonly short: readonly ShortLine[] };

/** What each request takes, in the order of the requests. The draft has the takes noted when all of them are served. */
export function chooseStock(world: World, draft: Draft, demands: readonly Demand[]): Choice {
  const short = shortSums(world, draft, demands);
  if (short.length > 0) return { short };
  const takes = demands.map((): readonly Take[] => []);
  for (const [at, demand] of tightestFirst(world, demands)) {
    const found = find(world, draft, demand);
    // Each sum fits alone, yet together they do not: the figures of the line that found too little are not predicted.
    if (found.missing > 0) {
      met(world, 'each sum fits alone, together they do not');
      return { short: [] };
    }
    note(draft, found.takes);
    noteUnits(draft, demand.criteria.skuId, demand.quantity);
    takes[at] = found.takes;
  }
  return { takes };
}

/** A bundle needs its parts at one place, so it chooses before those that can go elsewhere. */
export function tightestFirst<T extends Request>(world: World, demands: readonly T[]): [number, T][] {
  const isBundle = ([, demand]: [number, T]) => assemblyOf(world, demand.criteria.skuId)?.kind === 'bundle';
  const inOrder = [...demands.entries()];
  return [...inOrder.filter(isBundle), ...inOrder.filter((entry) => !isBundle(entry))];
}
