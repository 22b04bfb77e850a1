/**
 * Taking stock for one demand. A bundle is put together at one place: of every place, by priority, as many whole ones as
 * all its parts allow there. A virtual unit may be gathered from anywhere, as the real goods of a plain demand are.
 */
import { freeOf } from '../entities/batch.ts';
import { ascending } from '../strategies/strategy.ts';
import { type AllocatedLine, allocate } from './allocation.ts';
import { candidates, type Demand, shelfDemands } from './demand.ts';
import type { Draft } from './draft.ts';

/** What is left for the demands of one request that are still to come. */
export interface Stock {
  /** Free units by batch. */
  readonly free: Map<string, number>;
  /** By virtual SKU with a cap: units that may still be held. */
  readonly room: Map<string, number>;
}

/** `freed` is what a replaced hold of the same request gives back, by batch. */
export function openStock(
  draft: Draft,
  demands: readonly Demand[],
  freed: ReadonlyMap<string, number> = new Map(),
): Stock {
  const free = new Map<string, number>();
  const shelves = new Set(demands.flatMap((demand) => shelfDemands(demand)).map(({ skuId }) => skuId));
  for (const skuId of shelves) {
    for (const batch of draft.batches.ofSku(skuId))
      free.set(batch.batchId, freeOf(batch) + (freed.get(batch.batchId) ?? 0));
  }
  const room = new Map<string, number>();
  for (const { skuId, made, frees = 0 } of demands) {
    if (made === undefined || made.cap === null) continue;
    const left = room.get(skuId) ?? made.cap - made.held - heldSince(draft, skuId);
    room.set(skuId, left + frees);
  }
  return { free, room };
}

/** What the decisions of this unit have held of a SKU beside what it found held, in its units; less where they gave back. */
export function heldSince(draft: Draft, skuId: string): number {
  let units = 0;
  for (const { reservationId, reservedDelta } of draft.movements) {
    const hold = reservationId === null ? undefined : draft.holds.get(reservationId);
    if (hold?.skuId !== skuId) continue;
    units += (reservedDelta * hold.quantity) / hold.lines.reduce((sum, line) => sum + line.quantity, 0);
  }
  return Math.round(units);
}

export interface Taken {
  readonly lines: readonly AllocatedLine[];
  /** Units of the demand that could not be found. */
  readonly shortfall: number;
}

/** What of a demand could be found in the stock that is left; nothing changes. */
export function find(draft: Draft, demand: Demand, stock: Stock): Taken {
  switch (demand.made?.kind) {
    case undefined:
      return fill(draft, demand, stock);
    case 'virtual': {
      const units = Math.min(demand.quantity, makeable(draft, demand, stock));
      const lines = shelfDemands(demand, units).flatMap((shelf) => fill(draft, shelf, stock).lines);
      return { lines, shortfall: demand.quantity - units };
    }
    case 'bundle':
      return putTogether(draft, demand, stock);
  }
}

/** Takes what was found out of the stock that is left for the demands to come. */
export function take(stock: Stock, demand: Demand, { lines, shortfall }: Taken): void {
  for (const { batchId, quantity } of lines) stock.free.set(batchId, (stock.free.get(batchId) ?? 0) - quantity);
  const room = stock.room.get(demand.skuId);
  if (room !== undefined) stock.room.set(demand.skuId, room - demand.quantity + shortfall);
}

function fill(draft: Draft, demand: Demand, { free }: Stock): Taken {
  const { quantity, strategy } = demand;
  return allocate(candidates(draft, demand, free), { quantity, strategy, locations: draft.locations, now: draft.now });
}

function putTogether(draft: Draft, demand: Demand, stock: Stock): Taken {
  const lines: AllocatedLine[] = [];
  let missing = demand.quantity;
  for (const local of byPlace(draft, demand)) {
    if (missing === 0) break;
    const units = Math.min(missing, unitsOf(draft, local, stock));
    if (units === 0) continue;
    for (const shelf of shelfDemands(local, units)) lines.push(...fill(draft, shelf, stock).lines);
    missing -= units;
  }
  return { lines, shortfall: missing };
}

/** How many units could be taken now. */
export function makeable(draft: Draft, demand: Demand, stock: Stock): number {
  const found =
    demand.made?.kind === 'bundle'
      ? byPlace(draft, demand).reduce((sum, local) => sum + unitsOf(draft, local, stock), 0)
      : unitsOf(draft, demand, stock);
  return Math.max(0, Math.min(found, stock.room.get(demand.skuId) ?? found));
}

/** Whole units that the shelves a demand names would give, wherever among them they lie. */
function unitsOf(draft: Draft, demand: Demand, stock: Stock): number {
  const perUnit = shelfDemands(demand, 1);
  if (demand.made === undefined) return freeIn(draft, demand, stock);
  return Math.min(...perUnit.map((shelf) => Math.floor(freeIn(draft, shelf, stock) / shelf.quantity)));
}

export function freeIn(draft: Draft, shelf: Demand, { free }: Stock): number {
  return candidates(draft, shelf, free).reduce((sum, candidate) => sum + candidate.free, 0);
}

/** The same demand at each place that it may be met at, in the order in which allocation asks them. */
export function byPlace(draft: Draft, demand: Demand): readonly Demand[] {
  const { criteria } = demand;
  const places = [...draft.locations.values()].toSorted(
    (a, b) => a.priority - b.priority || ascending(a.locationId, b.locationId),
  );
  return places
    .filter(({ locationId }) => criteria.locationId === undefined || criteria.locationId === locationId)
    .map(({ locationId }) => ({ ...demand, criteria: { ...criteria, locationId } }));
}
