/** Which batches serve a request: SPEC section 3, written the plain way. A draft holds what a call under judgement would take or free. */
import { keyOf, isOpen, type OracleBatch, type World } from './world.ts';
import { plusDaysInstant } from './calendar.ts';
import { expectLeastBatches } from './least-batches.ts';

export interface Criteria {
  readonly skuId: string;
  readonly locationId?: string | undefined;
  readonly qualityLevel?: string | undefined;
  readonly minRemainingDays?: number | undefined;
  readonly batchIds?: readonly string[] | undefined;
}

export interface Take {
  readonly batchId: string;
  readonly quantity: number;
}

/** Units of each batch that the call under judgement has taken (positive) or freed (negative) so far. */
export type Draft = Map<string, number>;

export interface Want {
  readonly criteria: Criteria;
  readonly strategy: string;
  readonly quantity: number;
  /** What Granary took, where SPEC leaves a choice between equals. */
  readonly observed?: readonly Take[] | undefined;
}

export function freeOf(batch: OracleBatch, draft: Draft): number {
  return batch.onHand - batch.reserved - (draft.get(batch.id) ?? 0);
}

export function note(draft: Draft, takes: readonly Take[], sign: 1 | -1 = 1): void {
  for (const take of takes) draft.set(take.batchId, (draft.get(take.batchId) ?? 0) + sign * take.quantity);
}

/** Expired at t when expiresAt <= t. */
export function isExpired(world: World, batch: OracleBatch): boolean {
  return batch.expiresAt !== null && batch.expiresAt <= world.now;
}

/** The batches that count for the criteria, whatever is free of them. */
export function counting(world: World, criteria: Criteria): OracleBatch[] {
  const chosen = criteria.batchIds === undefined ? undefined : new Set(criteria.batchIds);
  return [...world.batches.values()].filter((batch) => {
    if (batch.skuId !== criteria.skuId || isExpired(world, batch)) return false;
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

export function availableFor(world: World, draft: Draft, criteria: Criteria): number {
  return counting(world, criteria).reduce((sum, batch) => sum + freeOf(batch, draft), 0);
}

/** The plan for one request, or undefined when it is short. The draft is not changed. */
export function allocate(world: World, draft: Draft, want: Want): Take[] | undefined {
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
  return missing === 0 ? takes : undefined;
}

function locationsInOrder(world: World, batches: readonly OracleBatch[]): string[] {
  const priority = (locationId: string) => world.locations.get(locationId)?.priority ?? 0;
  return [...new Set(batches.map((batch) => batch.locationId))].toSorted(
    (a, b) => priority(a) - priority(b) || compare(a, b),
  );
}

function fill(batches: readonly OracleBatch[], want: Want & { freeOf: (batch: OracleBatch) => number }): Take[] {
  if (want.strategy === 'least_batches') return fillLeast(batches, want);
  const takes: Take[] = [];
  let missing = want.quantity;
  for (const batch of batches.toSorted(orderOf(want.strategy))) {
    const quantity = Math.min(missing, want.freeOf(batch));
    if (quantity === 0) break;
    takes.push({ batchId: batch.id, quantity });
    missing -= quantity;
  }
  return takes;
}

function fillLeast(batches: readonly OracleBatch[], want: Want & { freeOf: (batch: OracleBatch) => number }): Take[] {
  const free = new Map(batches.map((batch) => [batch.id, want.freeOf(batch)]));
  if (want.observed !== undefined) return expectLeastBatches(free, want.quantity, want.observed);
  const takes: Take[] = [];
  let missing = want.quantity;
  for (const [batchId, amount] of [...free].toSorted((a, b) => b[1] - a[1])) {
    const quantity = Math.min(missing, amount);
    if (quantity > 0) takes.push({ batchId, quantity });
    missing -= quantity;
  }
  return takes;
}

type Order = (a: OracleBatch, b: OracleBatch) => number;

const byReceipt: Order = (a, b) => compare(a.receivedAt, b.receivedAt) || compare(a.id, b.id);

/** Byte order of ids and moments, which are ASCII; of other identifiers by code point. */
export function compare(a: string, b: string): number {
  const left = Array.from(a, (character) => character.codePointAt(0) ?? 0);
  const right = Array.from(b, (character) => character.codePointAt(0) ?? 0);
  const differs = left.findIndex((code, index) => code !== right[index]);
  if (differs === -1) return left.length - right.length;
  return right[differs] === undefined ? 1 : (left[differs] ?? 0) - right[differs];
}

function orderOf(strategy: string): Order {
  switch (strategy) {
    case 'fifo':
      return byReceipt;
    case 'lifo':
      return (a, b) => byReceipt(b, a);
    case 'fefo':
      return (a, b) => undatedLast(a, b) || byReceipt(a, b);
    case 'cost_optimized':
      return (a, b) => (a.unitCost < b.unitCost ? -1 : Number(a.unitCost > b.unitCost)) || byReceipt(a, b);
    default:
      throw new Error(`the oracle has no strategy ${strategy}`);
  }
}

function undatedLast(a: OracleBatch, b: OracleBatch): number {
  if (a.expiresAt === null || b.expiresAt === null) return Number(a.expiresAt === null) - Number(b.expiresAt === null);
  return compare(a.expiresAt, b.expiresAt);
}

/** Input, then the SKU's own, then the configured one. */
export function strategyFor(world: World, skuId: string, asked: string | undefined): string {
  return asked ?? world.skus.get(skuId)?.defaultStrategy ?? world.settings.defaultStrategy;
}

/** Requests that draw on the same stock by the same criteria are one sum. */
export function sumKey(criteria: Criteria): string {
  const { skuId, locationId, qualityLevel, minRemainingDays, batchIds } = criteria;
  return keyOf(
    skuId,
    locationId,
    qualityLevel,
    minRemainingDays,
    batchIds === undefined ? null : [...new Set(batchIds)].toSorted().join(),
  );
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}
