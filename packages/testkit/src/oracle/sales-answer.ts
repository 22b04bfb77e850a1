/** Compares the lines of a sale with what was planned and takes the goods out of the oracle's stock. */
import type { Document, SalesLine } from '@granary/contracts/document';
import { costText } from './inbound.ts';
import { move, ship } from './ledger.ts';
import type { Take } from './allocation.ts';
import { expectEqual, Mismatch } from './verdict.ts';
import { batchOf, type OracleReservation, type World } from './world.ts';

interface Sold {
  readonly line: SalesLine;
  readonly plan: { readonly fromHolds: ReadonlyMap<string, number>; readonly free: readonly Take[] };
  readonly answered: Document['lines'];
}

/** The reservations that it took from. */
export function applyLine(world: World, sold: Sold): OracleReservation[] {
  const { line, plan, answered } = sold;
  for (const each of answered) {
    const batch = batchOf(world, each.batchId);
    const { batchNo, locationId, skuId } = batch;
    expectEqual(
      'a line of the sale',
      { ...each, line: 0, quantity: 0, reservationId: null },
      {
        line: 0,
        skuId,
        locationId,
        batchId: batch.id,
        batchNo,
        quantity: 0,
        unitCost: costText(batch),
        reservationId: null,
      },
    );
    expectEqual('the SKU and place of a line', [skuId, line.locationId ?? locationId], [line.skuId, locationId]);
  }
  const free = answered.filter((each) => each.reservationId === null);
  expectEqual('what is taken of free stock', quantities(free), quantities(plan.free));
  const held = answered.filter((each) => each.reservationId !== null);
  const perReservation = new Map<string, number>();
  for (const each of held)
    perReservation.set(each.reservationId ?? '', (perReservation.get(each.reservationId ?? '') ?? 0) + each.quantity);
  expectEqual('what is taken of holds', Object.fromEntries(perReservation), Object.fromEntries(plan.fromHolds));
  for (const each of free) move(world, batchOf(world, each.batchId), { onHand: -each.quantity });
  return held.map((each) => {
    const reservation = world.reservations.get(each.reservationId ?? '');
    if (reservation === undefined)
      throw new Mismatch('a sale names an unknown reservation', { expected: 'one of the order', actual: each });
    // When it ended is learned when it is next seen.
    ship(world, reservation, { batchId: each.batchId, quantity: each.quantity, at: null });
    return reservation;
  });
}

function quantities(takes: readonly Take[]): [string, number][] {
  const sums = new Map<string, number>();
  for (const take of takes) sums.set(take.batchId, (sums.get(take.batchId) ?? 0) + take.quantity);
  return [...sums].toSorted(([a], [b]) => (a < b ? -1 : 1));
}
