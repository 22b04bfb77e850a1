/** What a sale takes of its order's own holds: confirmed before active, then the oldest; a line that names a place only what is held there. */
import { isFrozen, unitsIn } from './hold-units.ts';
import { met } from './sometimes.ts';
import type { FromHolds, TakingLine } from './taking-line.ts';
import { underBusiness } from './target.ts';
import type { Refusals } from './verdict.ts';
import { batchOf, isHeld, keyOf, type OracleLine, type OracleReservation, type World } from './world.ts';

export function holdsOf(world: World, orderNo: string, skuId: string): OracleReservation[] {
  return underBusiness(world, { type: 'order', businessId: orderNo })
    .filter((each) => isHeld(each) && each.skuId === skuId)
    .toSorted((a, b) => Number(a.state === 'active') - Number(b.state === 'active') || (a.id < b.id ? -1 : 1));
}

function linesHere(world: World, reservation: OracleReservation, line: TakingLine): OracleLine[] {
  return reservation.lines.filter(
    (each) =>
      (line.locationId === undefined || batchOf(world, each.batchId).locationId === line.locationId) &&
      (line.batchId === undefined || each.batchId === line.batchId),
  );
}

function heldHere(world: World, reservation: OracleReservation, line: TakingLine): number {
  return unitsIn(world, reservation, linesHere(world, reservation, line));
}

/**
 * Lines of one SKU are about the same places, so what earlier ones have used is one number for each reservation; wishes for
 * pieces of one batch come before all others.
 */
export function takeHolds(world: World, orderNo: string, lines: readonly TakingLine[]): FromHolds[] {
  const used = new Map<string, number>();
  return lines.map((line) => {
    const taken = new Map<string, number>();
    let missing = line.quantity;
    for (const reservation of holdsOf(world, orderNo, line.skuId)) {
      const key = line.batchId === undefined ? reservation.id : keyOf(reservation.id, line.batchId);
      const quantity = Math.min(missing, heldHere(world, reservation, line) - (used.get(key) ?? 0));
      if (quantity <= 0) continue;
      taken.set(reservation.id, quantity);
      for (const each of new Set([key, reservation.id])) used.set(each, (used.get(each) ?? 0) + quantity);
      missing -= quantity;
    }
    countSituations(world, { orderNo, line, missing, taken });
    return taken;
  });
}

/**
 * What is not frozen of a hold leaves first; more than that may not leave, and no other stock takes its place. Batches that were
 * chosen by their pieces are none of them frozen, else the call is refused already; what they give counts for those that come after.
 */
export function refuseFrozen(
  world: World,
  sale: { lines: readonly TakingLine[]; fromHolds: readonly FromHolds[] },
  refusals: Refusals,
): void {
  const wanted = new Map<string, number>();
  for (const [at, line] of sale.lines.entries()) {
    for (const [id, quantity] of sale.fromHolds[at] ?? []) {
      const reservation = world.reservations.get(id);
      if (reservation === undefined) continue;
      wanted.set(id, (wanted.get(id) ?? 0) + quantity);
      if (line.batchId !== undefined) continue;
      const movable = linesHere(world, reservation, line).filter((each) => !isFrozen(world, each));
      if ((wanted.get(id) ?? 0) <= unitsIn(world, reservation, movable)) continue;
      refusals.must.set('INV_016', `goods held by ${id} are frozen`);
    }
  }
}

function countSituations(
  world: World,
  sale: { orderNo: string; line: TakingLine; missing: number; taken: FromHolds },
): void {
  const { orderNo, line, missing, taken } = sale;
  if (missing > 0 && taken.size > 0) met(world, 'a sale from holds and free stock');
  const holds = holdsOf(world, orderNo, line.skuId);
  const states = new Set(holds.map((each) => each.state));
  const left = holds.reduce((sum, each) => sum + heldHere(world, each, line), 0) - line.quantity;
  if (states.size > 1 && left > 0) met(world, 'a sale that leaves some of its confirmed and active holds');
}
