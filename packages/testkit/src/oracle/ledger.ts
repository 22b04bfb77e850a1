/** One change of one level and one batch: the only place where the oracle's balances move. */
import type { Instant } from '@granary/contracts/instant';
import { batchOf, isHeld, isOverdue, levelAt, type OracleBatch, type OracleReservation, type World } from './world.ts';

export function move(world: World, batch: OracleBatch, delta: { onHand?: number; reserved?: number }): void {
  const { onHand = 0, reserved = 0 } = delta;
  if (onHand === 0 && reserved === 0) return;
  const level = levelAt(world, batch.skuId, batch.locationId);
  for (const row of [level, batch]) {
    row.onHand += onHand;
    row.reserved += reserved;
    if (row.onHand < 0 || row.reserved < 0 || row.reserved > row.onHand)
      throw new Error(`the oracle broke I1 at ${JSON.stringify({ ...row, unitCost: '' })}`);
  }
  level.version += 1;
  if (onHand !== 0) level.onHandVersion = level.version;
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
  taken: { batchId: string; quantity: number; at: Instant | null },
): void {
  const line = reservation.lines.find((each) => each.batchId === taken.batchId && each.held >= taken.quantity);
  if (line === undefined)
    throw new Error(`the oracle holds no ${taken.quantity} of batch ${taken.batchId} for ${reservation.id}`);
  move(world, batchOf(world, taken.batchId), { onHand: -taken.quantity, reserved: -taken.quantity });
  line.held -= taken.quantity;
  reservation.fulfilled += taken.quantity;
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
