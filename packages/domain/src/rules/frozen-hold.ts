/** What of a hold may leave: held goods of a frozen batch stay where they are until its lock ends, or are released. */
import type { GranaryError } from '@granary/contracts/error';
import type { Hold, ReservationLineRow } from '../entities/reservation.ts';
import { batchOf, type Draft } from './draft.ts';
import { firstFrozenConflict } from './frozen.ts';
import { unitsIn } from './hold-units.ts';

export function isFrozenLine(draft: Draft, line: Pick<ReservationLineRow, 'held' | 'batchId'>): boolean {
  return line.held > 0 && batchOf(draft, line.batchId).status === 'frozen';
}

/** Whole units of a hold, there or anywhere, that may leave now. */
export function movableAt(draft: Draft, hold: Hold, locationId: string | undefined): number {
  const isMovable = (line: ReservationLineRow) =>
    (locationId === undefined || line.locationId === locationId) && !isFrozenLine(draft, line);
  return unitsIn(hold, hold.lines.filter(isMovable));
}

export interface Leaving {
  /** In units of the hold. */
  readonly quantity: number;
  /** Only what is held at this location. */
  readonly locationId?: string | undefined;
}

/** Goods that are not frozen leave first; LOCK_CONFLICT when what should leave is more than those. */
export function heldConflict(
  draft: Draft,
  hold: Hold,
  { quantity, locationId }: Leaving,
): GranaryError<'lockConflict'> | undefined {
  const here = hold.lines.filter((line) => locationId === undefined || line.locationId === locationId);
  const frozen = here.filter((line) => isFrozenLine(draft, line));
  const movable = here.filter((line) => !frozen.includes(line));
  return quantity > unitsIn(hold, movable)
    ? firstFrozenConflict(frozen.map((line) => batchOf(draft, line.batchId)))
    : undefined;
}
