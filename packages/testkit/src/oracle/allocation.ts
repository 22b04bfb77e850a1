/** Which batches serve a request for goods that lie on shelves: SPEC section 3. A draft holds what a call under judgement would take or free. */
import { plusDaysInstant } from './calendar.ts';
import { compare, fill } from './fill.ts';
import { freeOf, type Draft, type Take } from './stock-draft.ts';
import { isOpen, keyOf, type OracleBatch, type World } from './world.ts';

export interface Criteria {
  readonly skuId: string;
  readonly locationId?: string | undefined;
  readonly qualityLevel?: string | undefined;
  readonly minRemainingDays?: number | undefined;
  readonly batchIds?: readonly string[] | undefined;
  /** With batchIds: goods that are thrown away or sent back may be past their date. */
  readonly evenExpired?: boolean | undefined;
}

export interface Want {
  readonly criteria: Criteria;
  readonly strategy: string;
  readonly quantity: number;
  /** What Granary took, where SPEC leaves a choice between equals. */
  readonly observed?: readonly Take[] | undefined;
}

/** Expired at t when expiresAt <= t, or when the sweep has said so. */
export function isExpired(world: World, batch: OracleBatch): boolean {
  return batch.isMarked || (batch.expiresAt !== null && batch.expiresAt <= world.now);
}

/** The batches that count for the criteria, whatever is free of them. */
export function counting(world: World, criteria: Criteria): OracleBatch[] {
  const chosen = criteria.batchIds === undefined ? undefined : new Set(criteria.batchIds);
  return [...world.batches.values()].filter((batch) => {
    if (batch.skuId !== criteria.skuId || batch.frozenBy !== null || batch.mergedInto !== null) return false;
    if (criteria.evenExpired !== true && isExpired(world, batch)) return false;
    if (criteria.locationId !== undefined && batch.locationId !== criteria.locationId) return false;
    if (!isOpen(world, batch.skuId, batch.locationId)) return false;
    if (criteria.qualityLevel !== undefined && batch.qualityLevel !== criteria.qualityLevel) return false;
    if (!lastsLongEnough(world, batch, criteria.minRemainingDays)) return false;
    return chosen === undefined || chosen.has(batch.id);
  });
}

function lastsLongEnough(world: World, batch: OracleBatch, days: number | undefined): boolean {
  return days === undefined || batch.expiresAt === null || batch.expiresAt >= plusDaysInstant(world.now, days);
}

/** Free units on shelves. */
export function onShelves(world: World, draft: Draft, criteria: Criteria): number {
  return counting(world, criteria).reduce((sum, batch) => sum + freeOf(batch, draft), 0);
}

/** As much of the request as there is. The draft is not changed. */
export function takeFromShelves(world: World, draft: Draft, want: Want): { takes: Take[]; missing: number } {
  const batches = counting(world, want.criteria).filter((batch) => freeOf(batch, draft) > 0);
  let missing = want.quantity;
  const takes: Take[] = [];
  for (const locationId of locationsInOrder(world, batches)) {
    const here = batches.filter((batch) => batch.locationId === locationId);
    const wanted = Math.min(missing, sum(here.map((batch) => freeOf(batch, draft))));
    if (wanted === 0) continue;
    missing -= wanted;
    takes.push(...fill(here, { ...want, quantity: wanted, freeOf: (batch) => freeOf(batch, draft) }));
  }
  return { takes, missing };
}

function locationsInOrder(world: World, batches: readonly OracleBatch[]): string[] {
  return placesInOrder(world).filter((place) => batches.some((batch) => batch.locationId === place));
}

/** By priority, then by id. */
export function placesInOrder(world: World): string[] {
  return [...world.locations.values()]
    .toSorted((a, b) => a.priority - b.priority || compare(a.locationId, b.locationId))
    .map((location) => location.locationId);
}

/** Input, then the SKU's own, then the configured one. */
export function strategyFor(world: World, skuId: string, asked: string | undefined): string {
  return asked ?? world.skus.get(skuId)?.defaultStrategy ?? world.settings.defaultStrategy;
}

/** Requests that draw on the same stock by the same criteria are one sum. */
export function sumKey(criteria: Criteria): string {
  const { skuId, locationId, qualityLevel, minRemainingDays, batchIds } = criteria;
  const named = batchIds === undefined ? null : [...new Set(batchIds)].toSorted().join();
  return keyOf(skuId, locationId, qualityLevel, minRemainingDays, named);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}
