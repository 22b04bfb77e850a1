/** Which batches count: for allocation, for `available`, and for the reason why one was passed over. */
import { type Instant, plusSeconds } from '@granary/contracts/instant';
import type { PassedOverReason } from '@granary/contracts/stock';
import { type BatchRow, freeOf } from '../entities/batch.ts';
import { levelKey, type LevelKey, type LevelRow } from '../entities/level.ts';
import type { LocationRow } from '../entities/location.ts';

/** What a caller may ask of the stock. */
export interface Criteria {
  readonly locationId?: string | undefined;
  readonly qualityLevel?: string | undefined;
  readonly minRemainingDays?: number | undefined;
  readonly batchIds?: readonly string[] | undefined;
  /** With batchIds: whoever names expired goods, to throw them away or send them back, may have them. */
  readonly evenExpired?: boolean | undefined;
}

/** The levels and locations that eligibility looks at. */
export interface Places {
  readonly levels: ReadonlyMap<LevelKey, LevelRow>;
  readonly locations: ReadonlyMap<string, LocationRow>;
}

const SECONDS_A_DAY = 86_400;

/** Undefined when the batch may be taken; whether any of it is free is asked last. */
export function passedOver(
  batch: BatchRow,
  criteria: Criteria,
  at: { places: Places; now: Instant },
): PassedOverReason | undefined {
  if (!isPlaceOpen(batch, at.places)) return 'location';
  if (criteria.locationId !== undefined && batch.locationId !== criteria.locationId) return 'location';
  if (criteria.batchIds !== undefined && !criteria.batchIds.includes(batch.batchId)) return 'not needed';
  if (batch.status === 'frozen' || batch.status === 'merged') return 'frozen';
  if (criteria.evenExpired !== true && (batch.status === 'expired' || batch.expiresAt <= at.now)) return 'expired';
  if (criteria.minRemainingDays !== undefined && batch.expiresAt < earliestExpiry(at.now, criteria.minRemainingDays))
    return 'shelf life';
  if (criteria.qualityLevel !== undefined && batch.qualityLevel !== criteria.qualityLevel) return 'quality';
  return freeOf(batch) > 0 ? undefined : 'held';
}

export function earliestExpiry(now: Instant, minRemainingDays: number): Instant {
  return plusSeconds(now, minRemainingDays * SECONDS_A_DAY);
}

/** Inactive levels and locations: nothing may be reserved or sold there. */
export function isPlaceOpen(at: { readonly skuId: string; readonly locationId: string }, places: Places): boolean {
  return places.levels.get(levelKey(at))?.isActive === true && places.locations.get(at.locationId)?.isActive === true;
}
