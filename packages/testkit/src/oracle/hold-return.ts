/** Goods that were deducted of a reservation without a document, and come back by its id. */
import type { ReturnLine } from '@granary/contracts/document';
import { isOfWish, stillOut, wishesOf, type Origin } from './originals.ts';
import type { Refusals } from './verdict.ts';
import { batchOf, type World } from './world.ts';

/** What each line takes back of its reservation, batch by batch; nothing of a line that names none. */
export function partsOfHold(world: World, lines: readonly ReturnLine[], refusals: Refusals): Origin[][] {
  const taken = new Map<string, number>();
  return lines.map((line) => {
    const { reservationId, skuId } = line;
    if (reservationId === undefined) return [];
    const reservation = world.reservations.get(reservationId);
    if (reservation === undefined) {
      refusals.must.set('INV_007', `no reservation ${reservationId}`);
      return [];
    }
    const own = reservation.lines.filter((line) => batchOf(world, line.batchId).skuId === skuId);
    if (own.length === 0) refusals.must.set('INV_005', 'the reservation is of another SKU');
    return wishesOf(world, { line, leftBy: { reservationId } }, refusals).flatMap((wish) => {
      let missing = wish.quantity;
      const parts = own.flatMap(({ lineNo, batchId, deducted }): Origin[] => {
        if (!isOfWish(world, wish, batchId)) return [];
        const of = { by: 'return' as const, id: reservationId, line: lineNo };
        const found = stillOut(world, { ...of, moved: deducted, missing, taken });
        missing -= found;
        const { id } = of;
        const { serials } = wish;
        return found === 0
          ? []
          : [{ kind: 'reservation', id, line: lineNo, batchId, quantity: found, unitCost: undefined, serials }];
      });
      if (missing > 0) refusals.must.set('INV_010', 'more comes back than was deducted');
      return parts;
    });
  });
}
