/** What is overdue and in the way of a call that is short: it is expired first, then the call is decided again. */
import type { ShortLine } from '@granary/contracts/error';
import type { Criteria } from './allocation.ts';
import { expire, overdueAt } from './ledger.ts';
import { shelvesOf } from './making.ts';
import { met } from './sometimes.ts';
import { batchOf, isOpen, isOverdue, keyOf, type OracleReservation, type World } from './world.ts';

const MOST_EXPIRED_AT_ONCE = 500;

/** What could be planned, or what is short and where it could have been taken from. */
export type Attempted<T> =
  | (T & { readonly short?: never })
  | { readonly short: readonly ShortLine[]; readonly levels: ReadonlySet<string> };

/** Overdue holds of these SKUs: a call that is refused for another reason may have met them or not. */
export function allowExpiry(world: World, skuIds: ReadonlySet<string>, named: readonly OracleReservation[] = []): void {
  for (const held of named) world.mayExpire.add(held.id);
  const concerns = (held: OracleReservation) =>
    skuIds.has(held.skuId) || held.lines.some((line) => skuIds.has(batchOf(world, line.batchId).skuId));
  for (const held of world.reservations.values())
    if (isOverdue(world, held) && concerns(held)) world.mayExpire.add(held.id);
}

/** These SKUs and what they are taken from. */
export function withParts(world: World, skuIds: Iterable<string>): ReadonlySet<string> {
  return new Set(
    [...skuIds].flatMap((skuId) => [skuId, ...shelvesOf(world, { skuId }).map((shelf) => shelf.criteria.skuId)]),
  );
}

/** Tries; while it is short, expires what is overdue and in the way, and tries again. */
export function untilTheWayIsClear<T>(
  world: World,
  skuIds: ReadonlySet<string>,
  attempt: () => Attempted<T>,
): Attempted<T> {
  for (let round = 0; ; round += 1) {
    const result = attempt();
    if (result.short === undefined) {
      if (round > 0) met(world, 'overdue holds in the way of a call that then succeeds');
      return result;
    }
    // Holds of the SKU where this call may not take from are not in the way; expiring them too does no harm.
    allowExpiry(world, skuIds);
    const inTheWay = overdueAt(world, result.levels, (batch) => keyOf(batch.skuId, batch.locationId));
    if (inTheWay.length === 0) {
      if (round > 0) met(world, 'overdue holds in the way of a call that is short even so');
      return result;
    }
    for (const held of inTheWay.slice(0, MOST_EXPIRED_AT_ONCE)) expire(world, held);
  }
}

/** The levels that requests may take from. */
export function levelsOf(world: World, requests: readonly Criteria[]): ReadonlySet<string> {
  return new Set(
    requests
      .flatMap((request) => shelvesOf(world, request).map((shelf) => shelf.criteria))
      .flatMap(({ skuId, locationId, batchIds }) => {
        const named = (batchIds ?? []).map((batchId) => world.batches.get(batchId)?.locationId ?? '');
        const places =
          locationId !== undefined ? [locationId] : batchIds === undefined ? [...world.locations.keys()] : named;
        return places.filter((place) => isOpen(world, skuId, place)).map((place) => keyOf(skuId, place));
      }),
  );
}
