/** One change of one level and one batch: the only place where the oracle's balances move. */
import type { Instant } from '@granary/contracts/instant';
import { Mismatch } from './verdict.ts';
import { met } from './sometimes.ts';
import {
  batchOf,
  heldOf,
  isHeld,
  isOverdue,
  levelAt,
  type OracleBatch,
  type OracleReservation,
  type World,
} from './world.ts';

export interface Delta {
  readonly onHand?: number;
  readonly reserved?: number;
  readonly locked?: number;
  readonly deficit?: number;
}

export function move(world: World, batch: OracleBatch, delta: Delta): void {
  const { onHand = 0, reserved = 0, locked = 0, deficit = 0 } = delta;
  if (onHand === 0 && reserved === 0 && locked === 0) return;
  const level = levelAt(world, batch.skuId, batch.locationId);
  for (const row of [level, batch]) {
    row.onHand += onHand;
    row.reserved += reserved;
    row.locked += locked;
    if (Math.min(row.onHand, row.reserved, row.locked, row.onHand - row.reserved - row.locked) < 0)
      throw new Error(`the oracle broke I1 at ${JSON.stringify({ ...row, unitCost: '' })}`);
  }
  level.deficit += deficit;
  level.version += 1;
  if (onHand === 0) return;
  level.onHandVersion = level.version;
  world.touched.add(batch.skuId);
}

/** What was sold although it is not there (or, with a minus, was not sold after all) moves no batch. */
export function owe(world: World, of: { skuId: string; locationId: string; quantity: number }): void {
  const level = levelAt(world, of.skuId, of.locationId);
  level.deficit += of.quantity;
  level.version += 1;
  world.touched.add(of.skuId);
}

/** Goods that have just come into a batch pay first what its level owes; answers how many. */
export function settleDeficit(world: World, batch: OracleBatch, quantity: number): number {
  const { deficit } = levelAt(world, batch.skuId, batch.locationId);
  const settled = Math.min(deficit, quantity, batch.onHand - batch.reserved - batch.locked);
  if (settled === 0) return 0;
  move(world, batch, { onHand: -settled, deficit: -settled });
  met(world, 'a receipt pays a deficit');
  return settled;
}

/** Gives back what a reservation still holds and ends it. */
export function endHold(
  world: World,
  reservation: OracleReservation,
  end: { state: 'released' | 'expired'; reason?: string | undefined },
): void {
  for (const line of reservation.lines) {
    move(world, batchOf(world, line.batchId), { reserved: -line.held });
    line.held = 0;
  }
  reservation.state = end.state;
  reservation.endedOrder = nextEnding(world);
  reservation.reason = end.reason ?? null;
  reservation.version += 1;
}

function nextEnding(world: World): number {
  world.endings += 1;
  return world.endings;
}

export function expire(world: World, reservation: OracleReservation): void {
  endHold(world, reservation, { state: 'expired' });
}

/** Takes goods of a hold out of stock; fulfilled when nothing is left. */
export function ship(
  world: World,
  reservation: OracleReservation,
  taken: { batchId: string; quantity: number; at: Instant | null; isDocumented: boolean },
): void {
  let missing = taken.quantity;
  // After a merge several lines of a hold may name one batch; each of them is a movement of its own.
  for (const line of reservation.lines) {
    const quantity = line.batchId === taken.batchId ? Math.min(line.held, missing) : 0;
    if (quantity === 0) continue;
    move(world, batchOf(world, taken.batchId), { onHand: -quantity, reserved: -quantity });
    line.held -= quantity;
    if (!taken.isDocumented) line.deducted += quantity;
    missing -= quantity;
  }
  if (missing > 0) throw new Mismatch('more leaves than is held', { expected: reservation.lines, actual: taken });
  // Counted in units of the reservation: of a bundle, whole ones.
  reservation.fulfilled = reservation.quantity - heldOf(reservation);
  if (reservation.lines.every((each) => each.held === 0)) {
    reservation.state = 'fulfilled';
    reservation.endedOrder = nextEnding(world);
    reservation.endedAt = taken.at;
  }
}

/** Overdue holds that hold stock at one of these levels, oldest deadline first. */
export function overdueAt(
  world: World,
  levels: ReadonlySet<string>,
  keyOfLevel: (batch: OracleBatch) => string,
): OracleReservation[] {
  return [...world.reservations.values()]
    .filter((each) => isOverdue(world, each))
    .filter((each) => each.lines.some((line) => line.held > 0 && levels.has(keyOfLevel(batchOf(world, line.batchId)))))
    .toSorted((a, b) => ((a.expiresAt ?? '') < (b.expiresAt ?? '') ? -1 : 1));
}

/** After the call: holds that it was free to expire and did expire (they are no longer among the held ones). */
export function learnExpired(world: World, heldIds: ReadonlySet<string>): void {
  for (const id of world.mayExpire) {
    const reservation = world.reservations.get(id);
    if (reservation !== undefined && isHeld(reservation) && !heldIds.has(id)) expire(world, reservation);
  }
  world.mayExpire.clear();
}
