/** Compares the lines of an outbound document with what was planned and takes the goods out of the oracle's stock. */
import type { Document } from '@granary/contracts/document';
import { costText } from './receipt.ts';
import { move, owe, ship } from './ledger.ts';
import { isFrozen } from './hold-units.ts';
import { toldOrigin } from './originals.ts';
import type { Owed } from './owing.ts';
import type { Take } from './stock-draft.ts';
import { met } from './sometimes.ts';
import type { LinePlan, TakingLine } from './taking-line.ts';
import { expectEqual, Mismatch } from './verdict.ts';
import { batchOf, heldOf, type OracleReservation, type World } from './world.ts';

interface Taken {
  readonly lines: readonly TakingLine[];
  readonly plans: readonly LinePlan[];
  readonly owed: readonly Owed[];
  readonly answer: Document;
}

export function applyTaking(world: World, taken: Taken): void {
  const touched = new Set<OracleReservation>();
  for (const [index, plan] of taken.plans.entries()) {
    const line = taken.lines[index];
    const answered = taken.answer.lines.filter((each) => each.line === index + 1);
    if (line !== undefined) for (const each of applyLine(world, { line, plan, answered })) touched.add(each);
  }
  expectEqual('what is owed', owedRows(taken.answer.deficits ?? []), owedRows(taken.owed));
  for (const each of taken.owed) owe(world, each);
  // However many batches a sale takes of it, that is one change of the hold.
  for (const each of touched) each.version += 1;
}

function owedRows(owed: readonly Owed[]): Owed[] {
  return owed.toSorted((a, b) =>
    JSON.stringify([a.skuId, a.locationId]) < JSON.stringify([b.skuId, b.locationId]) ? -1 : 1,
  );
}

interface Sold {
  readonly line: TakingLine;
  readonly plan: LinePlan;
  readonly answered: Document['lines'];
}

/** The reservations that it took from. */
function applyLine(world: World, { line, plan, answered }: Sold): OracleReservation[] {
  for (const each of answered) expectLine(world, { line, plan, each });
  const free = answered.filter((each) => each.reservationId === null);
  expectEqual('what is taken of free stock', quantities(free), quantities(plan.free));
  // The order in which parts of a bundle and their batches follow each other is Granary's; each of them is one movement.
  for (const each of free) move(world, batchOf(world, each.batchId), { onHand: -each.quantity });
  const before = new Map([...plan.fromHolds.keys()].map((id) => [id, heldUnits(world, id)]));
  const held = answered.filter((each) => each.reservationId !== null);
  const touched = held.map((each) => shipLine(world, each));
  const left = [...before].map(([id, units]) => [id, units - heldUnits(world, id)]);
  expectEqual('what is taken of holds', left, [...plan.fromHolds]);
  expectEqual(
    'the holds taken from',
    [...new Set(held.map((each) => String(each.reservationId)))].toSorted(),
    [...plan.fromHolds.keys()].map(String).toSorted(),
  );
  return touched;
}

function heldUnits(world: World, id: string): number {
  const reservation = world.reservations.get(id);
  return reservation === undefined ? 0 : heldOf(reservation);
}

function expectLine(
  world: World,
  { line, plan, each }: { line: TakingLine; plan: LinePlan; each: Document['lines'][number] },
): void {
  const batch = batchOf(world, each.batchId);
  const { batchNo, locationId, skuId } = batch;
  const { origin } = plan;
  expectEqual(
    'a line of the document',
    { ...each, line: 0, quantity: 0, reservationId: null, serials: undefined },
    {
      ...{ line: 0, skuId, locationId, batchId: batch.id, batchNo, quantity: 0, unitCost: costText(batch) },
      reservationId: null,
      original: origin === undefined ? undefined : toldOrigin(origin),
    },
  );
  expectEqual('the place of a line', line.locationId ?? locationId, locationId);
}

function shipLine(world: World, each: Document['lines'][number]): OracleReservation {
  const reservation = world.reservations.get(each.reservationId ?? '');
  if (reservation === undefined)
    throw new Mismatch('a sale names an unknown reservation', { expected: 'one of the order', actual: each });
  const { batchId, quantity } = each;
  if (reservation.lines.some((line) => line.batchId === batchId && isFrozen(world, line)))
    throw new Mismatch('frozen goods leave', { expected: 'others first', actual: each });
  if (reservation.lines.some((line) => line.held > 0 && isFrozen(world, line)))
    met(world, 'goods leave a hold of which others are frozen');
  // When it ended is learned when it is next seen.
  ship(world, reservation, { batchId, quantity, at: null, isDocumented: true });
  return reservation;
}

function quantities(takes: readonly Take[]): [string, number][] {
  const sums = new Map<string, number>();
  for (const take of takes) sums.set(take.batchId, (sums.get(take.batchId) ?? 0) + take.quantity);
  return [...sums].toSorted(([a], [b]) => (a < b ? -1 : 1));
}
