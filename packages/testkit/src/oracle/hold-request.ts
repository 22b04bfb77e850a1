/** Reads the lines of a reserve call: merges the equal ones and gathers every refusal that needs no look at stock. */
import { plusSeconds, type Instant } from '@granary/contracts/instant';
import { MAX_QUANTITY } from '@granary/contracts/quantity';
import type { ReserveLine } from '@granary/contracts/reservation';
import { isExpired } from './allocation.ts';
import { assemblyOf } from './making.ts';
import type { Refusals } from './verdict.ts';
import { canonical } from './verdict.ts';
import { isHeld, keyOf, type OracleReservation, type World } from './world.ts';

/** Lines of one call that name the same hold; their quantities are summed. */
export interface HoldRequest {
  readonly line: ReserveLine;
  readonly quantity: number;
  readonly content: string;
}

/** What a request comes to: the hold that is there already, a new one, or one in place of another. */
export interface HoldPlan {
  readonly request: HoldRequest;
  readonly kind: 'keep' | 'open' | 'replace';
  readonly held: OracleReservation | undefined;
}

export function holdKey(of: { type: string; businessId: string; skuId: string; lineId: string }): string {
  return keyOf(of.type, of.businessId, of.skuId, of.lineId);
}

/** One request for each distinct hold, in the order in which they were first named. */
export function mergeLines(lines: readonly ReserveLine[], refusals: Refusals): HoldRequest[] {
  const groups = new Map<string, ReserveLine[]>();
  for (const line of lines) groups.set(holdKey(line), [...(groups.get(holdKey(line)) ?? []), line]);
  return [...groups.values()].flatMap((group) => {
    const [line] = group;
    if (line === undefined) return [];
    const shape = (each: ReserveLine) => canonical({ ...each, quantity: 0 });
    if (group.some((each) => shape(each) !== shape(line)))
      refusals.must.set('INV_005', `lines of ${line.skuId} differ in more than their quantity`);
    const quantity = group.reduce((sum, each) => sum + each.quantity, 0);
    if (quantity > MAX_QUANTITY) refusals.may.add('INV_005');
    return [{ line, quantity, content: contentOf(line, quantity) }];
  });
}

/** What a repeat of a reserve call is compared by: not deadline, key or replace. */
export function contentOf(line: ReserveLine, quantity: number): string {
  const { locationId, strategy, qualityLevel, minRemainingDays, batchIds } = line;
  return canonical({
    quantity,
    locationId,
    strategy,
    qualityLevel,
    minRemainingDays,
    batchIds: batchIds === undefined ? undefined : [...new Set(batchIds)].toSorted(),
  });
}

export function checkRequest(world: World, line: ReserveLine, refusals: Refusals): void {
  checkStrategy(world, line.strategy, refusals);
  checkDeadline(world, line, refusals);
  checkPlace(world, line, refusals);
  checkBatches(world, line, refusals);
}

export function checkStrategy(world: World, strategy: string | undefined, refusals: Refusals): void {
  if (strategy !== undefined && !world.settings.strategies.includes(strategy))
    refusals.must.set('INV_005', `no strategy ${strategy}`);
}

function checkDeadline(world: World, line: ReserveLine, refusals: Refusals): void {
  const longest = world.settings.reservationMaxTtlSeconds;
  if (line.ttlSeconds !== undefined && line.ttlSeconds > longest)
    refusals.must.set('INV_005', 'ttl beyond the longest');
  if (line.expiresAt === undefined) return;
  if (line.expiresAt <= world.now) refusals.must.set('INV_005', 'deadline in the past');
  if (line.expiresAt > plusSeconds(world.now, longest)) refusals.must.set('INV_005', 'deadline beyond the longest');
}

/** Unknown or switched off SKU, location or level; of what is made of others, all that it is made of. */
export function checkPlace(
  world: World,
  of: { skuId: string; locationId?: string | undefined },
  refusals: Refusals,
): void {
  checkShelf(world, of, refusals);
  for (const { skuId } of assemblyOf(world, of.skuId)?.parts ?? []) checkShelf(world, { ...of, skuId }, refusals);
}

/** No line may need more of a part than a quantity can say. */
export function checkUnits(world: World, of: { skuId: string; quantity: number }, refusals: Refusals): void {
  const most = Math.max(1, ...(assemblyOf(world, of.skuId)?.parts ?? []).map((part) => part.perUnit));
  if (most * of.quantity > MAX_QUANTITY && most > 1) refusals.must.set('INV_005', 'too many units of a part');
}

function checkShelf(world: World, of: { skuId: string; locationId?: string | undefined }, refusals: Refusals): void {
  const sku = world.skus.get(of.skuId);
  if (sku === undefined) refusals.must.set('INV_001', `no SKU ${of.skuId}`);
  if (sku?.status === 'inactive') refusals.must.set('INV_010', `SKU ${of.skuId} is inactive`);
  if (of.locationId === undefined) return;
  const location = world.locations.get(of.locationId);
  if (location === undefined) refusals.must.set('INV_007', `no location ${of.locationId}`);
  if (location?.isActive === false) refusals.must.set('INV_010', `location ${of.locationId} is inactive`);
  if (world.levels.get(keyOf(of.skuId, of.locationId))?.isActive === false)
    refusals.must.set('INV_010', `level at ${of.locationId} is inactive`);
}

function checkBatches(world: World, line: ReserveLine, refusals: Refusals): void {
  for (const batchId of line.batchIds ?? []) {
    const batch = world.batches.get(batchId);
    if (batch === undefined) refusals.must.set('INV_007', `no batch ${batchId}`);
    else if (batch.skuId !== line.skuId) refusals.must.set('INV_005', `batch ${batchId} is of another SKU`);
    else if (line.locationId !== undefined && batch.locationId !== line.locationId)
      refusals.must.set('INV_005', `batch ${batchId} is elsewhere`);
    else if (isExpired(world, batch) || batch.frozenBy !== null || batch.mergedInto !== null)
      refusals.must.set('INV_010', `batch ${batchId} is expired, frozen or merged`);
    // Whether a batch at a place that is switched off is refused by name or merely does not count is not said.
    else if (
      world.levels.get(keyOf(batch.skuId, batch.locationId))?.isActive === false ||
      world.locations.get(batch.locationId)?.isActive === false
    )
      refusals.may.add('INV_010');
  }
}

export function deadlineOf(world: World, line: ReserveLine, from: Instant): Instant {
  if (line.expiresAt !== undefined) return line.expiresAt as Instant;
  return plusSeconds(from, line.ttlSeconds ?? world.settings.reservationTtlSeconds);
}

export function heldUnder(world: World, key: string): OracleReservation | undefined {
  return [...world.reservations.values()].find((each) => isHeld(each) && holdKey(each) === key);
}
