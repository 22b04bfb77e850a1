/** Compares the answers of reserve calls with what was planned, and learns ids and deadlines from them. */
import { plusSeconds, type Instant } from '@granary/contracts/instant';
import type { Reservation, ReserveLine } from '@granary/contracts/reservation';
import type { Take } from './stock-draft.ts';
import { deadlineOf, type HoldPlan } from './hold-request.ts';
import { move } from './ledger.ts';
import { assemblyOf } from './making.ts';
import { met } from './sometimes.ts';
import { expectEqual, expectNow, Mismatch } from './verdict.ts';
import { batchOf, heldOf, isHeld, type OracleLine, type OracleReservation, type World } from './world.ts';

export function applyRequest(
  world: World,
  facts: { plan: HoldPlan; takes: readonly Take[]; actual: Reservation },
): void {
  const { plan, takes, actual } = facts;
  if (plan.kind === 'keep' && plan.held !== undefined) {
    met(world, 'a hold is answered as it is');
    expectReservation(world, actual, plan.held);
    return;
  }
  if (plan.kind === 'replace') met(world, 'a hold is replaced');
  const places = new Set(takes.map((take) => batchOf(world, take.batchId).locationId));
  if (places.size > 1) met(world, 'a hold over two places');
  const kind = assemblyOf(world, plan.request.line.skuId)?.kind;
  if (kind !== undefined) met(world, kind === 'bundle' ? 'a bundle is held' : 'virtual units are held');
  const hold =
    plan.held === undefined ? openHold(world, plan, actual) : replaceHold(world, { plan, actual, held: plan.held });
  hold.lines = takes.map(lineOf);
  for (const take of takes) move(world, batchOf(world, take.batchId), { reserved: take.quantity });
  expectReservation(world, actual, hold);
}

/** A line of a hold as it is made. */
export function lineOf({ batchId, quantity }: Take, at: number): OracleLine {
  return { lineNo: at + 1, batchId, quantity, held: quantity, deducted: 0 };
}

function openHold(world: World, plan: HoldPlan, actual: Reservation): OracleReservation {
  if (world.reservations.has(actual.id))
    throw new Mismatch('a new reservation has the id of an earlier one', { expected: 'a new id', actual });
  const { line, quantity, content } = plan.request;
  const createdAt = expectNow('createdAt', actual.createdAt, world);
  const hold: OracleReservation = {
    ...{ id: actual.id, skuId: line.skuId, type: line.type, businessId: line.businessId, lineId: line.lineId },
    ...{ state: 'active', quantity, fulfilled: 0, content, createdAt, expiresAt: deadlineOf(world, line, createdAt) },
    ...{ endedAt: null, endedOrder: 0, reason: null, version: 1, origin: null, lines: [] },
    madeBy: world.caller.actor,
  };
  world.reservations.set(hold.id, hold);
  return hold;
}

function replaceHold(
  world: World,
  facts: { plan: HoldPlan; actual: Reservation; held: OracleReservation },
): OracleReservation {
  const { plan, actual, held } = facts;
  held.quantity = plan.request.quantity;
  held.content = plan.request.content;
  held.version += 1;
  held.expiresAt = learnDeadline(world, plan.request.line, actual.expiresAt);
  return held;
}

/** A deadline counted from the moment of this call, of which only the answer tells the microseconds. */
export function learnDeadline(
  world: World,
  line: Pick<ReserveLine, 'ttlSeconds' | 'expiresAt'>,
  actual: string | null,
): Instant {
  if (line.expiresAt !== undefined) return line.expiresAt as Instant;
  if (actual === null) throw new Mismatch('there is no deadline', { expected: 'one', actual });
  const ttl = line.ttlSeconds ?? world.settings.reservationTtlSeconds;
  expectNow('deadline minus ttl', plusSeconds(actual as Instant, -ttl), world);
  return actual as Instant;
}

/** Every field that SPEC determines. Learns when it ended. */
export function expectReservation(world: World, actual: Reservation, expected: OracleReservation): void {
  const { id, skuId, type, businessId, lineId, state, quantity, fulfilled, createdAt, version } = expected;
  const expiresAt = isHeld(expected) ? expected.expiresAt : undefined;
  const lines = expected.lines.map(({ batchId, quantity: units, held }) => {
    const { skuId: part, locationId } = batchOf(world, batchId);
    return { skuId: part, locationId, batchId, quantity: units, held };
  });
  expectEqual(
    `reservation ${id}`,
    {
      ...{
        id: actual.id,
        skuId: actual.skuId,
        type: actual.type,
        businessId: actual.businessId,
        lineId: actual.lineId,
      },
      ...{
        state: actual.state,
        quantity: actual.quantity,
        fulfilled: actual.fulfilled,
        held: actual.held,
        createdAt: actual.createdAt,
      },
      ...{
        expiresAt: isHeld(expected) ? actual.expiresAt : undefined,
        version: actual.version,
        lines: sorted(actual.lines),
      },
      ...{ reason: expected.reason === null ? undefined : actual.reason, ended: actual.endedAt !== null },
    },
    {
      ...{
        id,
        skuId,
        type,
        businessId,
        lineId,
        state,
        quantity,
        fulfilled,
        held: heldOf(expected),
        createdAt,
        expiresAt,
        version,
      },
      ...{ lines: sorted(lines), reason: expected.reason ?? undefined, ended: !isHeld(expected) },
    },
  );
  if (actual.endedAt === null) return;
  expected.endedAt ??= actual.endedAt as Instant;
  expectEqual(`endedAt of ${id}`, actual.endedAt, expected.endedAt);
}

/** After a merge several lines may name one batch. */
function sorted<T extends { batchId: string; quantity: number; held: number }>(lines: readonly T[]): T[] {
  const textOf = ({ batchId, quantity, held }: T) => `${batchId} ${quantity} ${held}`;
  return lines.toSorted((a, b) => (textOf(a) < textOf(b) ? -1 : 1));
}
