/** Selling what is not there, where that is allowed: what there is leaves, the rest is owed by a level and paid by its next receipt. */
import { MAX_QUANTITY } from '@granary/contracts/quantity';
import { levelKey } from '../entities/level.ts';
import type { AllocatedLine } from './allocation.ts';
import { type Demand, tightestFirst } from './demand.ts';
import type { Draft } from './draft.ts';
import { find, openStock, take } from './making.ts';

export interface Deficit {
  readonly skuId: string;
  readonly locationId: string;
  readonly quantity: number;
}

export interface SoldShort {
  readonly allocations: readonly (readonly AllocatedLine[])[];
  readonly deficits: readonly Deficit[];
}

export interface ShortSale {
  readonly deficitAt?: ((line: Demand) => string | undefined) | undefined;
}

/**
 * Undefined where it may not be: not allowed, no place that could owe it, a named batch, what has no level of its own, or
 * more than a level can count.
 */
export function intoDeficit(draft: Draft, demands: readonly Demand[], { deficitAt }: ShortSale): SoldShort | undefined {
  if (deficitAt === undefined) return undefined;
  const stock = openStock(draft, demands);
  const allocations = demands.map((): readonly AllocatedLine[] => []);
  const owed = new Map<string, Deficit>();
  for (const [at, demand] of tightestFirst(demands)) {
    const taken = find(draft, demand, stock);
    take(stock, demand, taken);
    allocations[at] = taken.lines;
    const { shortfall } = taken;
    if (shortfall > 0 && !owe(draft, owed, { demand, locationId: deficitAt(demand), quantity: shortfall }))
      return undefined;
  }
  return { allocations, deficits: [...owed.values()] };
}

interface Owing {
  readonly demand: Demand;
  readonly locationId: string | undefined;
  readonly quantity: number;
}

/** One deficit for each level, as far as it can count. */
function owe(draft: Draft, owed: Map<string, Deficit>, { demand, locationId, quantity }: Owing): boolean {
  if (locationId === undefined || demand.criteria.batchIds !== undefined) return false;
  const { skuId } = demand;
  // Nobody can be given a piece that has no name yet.
  if (draft.skus.get(skuId)?.serialTracked === true) return false;
  const key = levelKey({ skuId, locationId });
  const level = draft.levels.get(key);
  const sum = (owed.get(key)?.quantity ?? 0) + quantity;
  if (level === undefined || level.deficit + sum > MAX_QUANTITY) return false;
  owed.set(key, { skuId, locationId, quantity: sum });
  return true;
}
