/**
 * Holds in their own units: pieces of a SKU, or whole bundles, of which the lines hold the parts. A hold keeps the
 * composition that it was made with, and its lines tell which that is.
 */
import { type Hold, isHeld, type ReservationLineRow } from '../entities/reservation.ts';
import { invariant } from '../refusal.ts';

/** Units of each SKU in one unit of the hold. */
export function compositionOf({ skuId, quantity, lines }: Hold): ReadonlyMap<string, number> {
  const sums = new Map<string, number>();
  for (const line of lines) sums.set(line.skuId, (sums.get(line.skuId) ?? 0) + line.quantity);
  return new Map([...sums].map(([part, sum]) => [part, part === skuId ? 1 : sum / quantity]));
}

/** Whether its units are put together of several SKUs, so that each one lies and leaves at one place. */
export function isPutTogether(hold: Hold): boolean {
  return new Set(hold.lines.map((line) => line.skuId)).size > 1;
}

/** What of a hold a location, or all of them, still holds. */
export function heldAt(hold: Hold, locationId: string | undefined): number {
  if (!isHeld(hold.state)) return 0;
  return unitsIn(
    hold,
    hold.lines.filter((line) => locationId === undefined || line.locationId === locationId),
  );
}

/** Whole units that these lines of the hold still hold. */
export function unitsIn(hold: Hold, lines: readonly ReservationLineRow[]): number {
  const composition = compositionOf(hold);
  return groupsOf(hold, lines).reduce((sum, group) => sum + unitsOfGroup(composition, group), 0);
}

function unitsOfGroup(composition: ReadonlyMap<string, number>, group: readonly ReservationLineRow[]): number {
  if (composition.size === 0) return 0;
  const held = ([part, perUnit]: [string, number]) =>
    group.reduce((sum, line) => sum + (line.skuId === part ? line.held : 0), 0) / perUnit;
  return Math.floor(Math.min(...[...composition].map(held)));
}

/** Lines that can make up a unit with each other: those of one place where it is put together, else all. */
function groupsOf(hold: Hold, lines: readonly ReservationLineRow[]): readonly (readonly ReservationLineRow[])[] {
  if (!isPutTogether(hold)) return [lines];
  const places = [...new Set(lines.map((line) => line.locationId))];
  return places.map((locationId) => lines.filter((line) => line.locationId === locationId));
}

/** How much of each line leaves when so many units do, in the order of the lines; by line number. */
export function spread(
  hold: Hold,
  { lines, units }: { lines: readonly ReservationLineRow[]; units: number },
): ReadonlyMap<number, number> {
  const composition = compositionOf(hold);
  const leaving = new Map<number, number>();
  let missing = units;
  for (const group of groupsOf(hold, lines)) {
    const here = Math.min(missing, unitsOfGroup(composition, group));
    missing -= here;
    for (const [part, perUnit] of composition) {
      let open = here * perUnit;
      for (const line of group) {
        if (line.skuId !== part || open === 0) continue;
        const quantity = Math.min(line.held, open);
        leaving.set(line.lineNo, quantity);
        open -= quantity;
      }
    }
  }
  invariant(missing === 0, `hold ${hold.reservationId} holds fewer than were taken from it`);
  return leaving;
}
