/** confirm, release, deduct, extend and the sweep. */
import { plusSeconds, type Instant } from '@granary/contracts/instant';
import type {
  ConfirmInput,
  DeductInput,
  ExpireDueAnswer,
  ExpireDueInput,
  ExtendInput,
  ReleaseInput,
  Reservation,
  Reservations,
} from '@granary/contracts/reservation';
import { endHold, expire, ship } from './ledger.ts';
import { expectReservation, learnDeadline } from './reserve-answer.ts';
import { met } from './sometimes.ts';
import { choose, underBusiness, type Act, type Chosen, type Target } from './target.ts';
import {
  createRefusals,
  expectEqual,
  Mismatch,
  settle,
  wasRefusedFreely,
  type Outcome,
  type Refusals,
} from './verdict.ts';
import { heldOf, isHeld, isOverdue, type OracleReservation, type World } from './world.ts';

interface Call {
  readonly act: Act;
  readonly target: Target;
  readonly quantity?: number | undefined;
  /** What is wrong with the call whatever the state of its reservations. */
  readonly refusals: Refusals;
  /** Refusals that depend on what was found. */
  readonly check?: (chosen: Chosen) => void;
  readonly apply: (reservation: OracleReservation, actual: Reservation) => void;
}

export function judgeConfirm(world: World, input: ConfirmInput, outcome: Outcome<Reservations>): void {
  const apply = (reservation: OracleReservation): void => {
    reservation.state = 'confirmed';
    reservation.expiresAt = null;
    reservation.version += 1;
  };
  judge(world, { act: 'confirm', target: input, refusals: createRefusals(), apply }, outcome);
}

export function judgeRelease(world: World, input: ReleaseInput, outcome: Outcome<Reservations>): void {
  const apply = (reservation: OracleReservation): void =>
    endHold(world, reservation, { state: 'released', reason: input.reason });
  judge(world, { act: 'release', target: input, refusals: createRefusals(), apply }, outcome);
}

export function judgeDeduct(world: World, input: DeductInput, outcome: Outcome<Reservations>): void {
  const refusals = createRefusals();
  if (input.occurredAt !== undefined && input.occurredAt > world.now)
    refusals.must.set('INV_005', 'occurredAt in the future');
  const apply = (reservation: OracleReservation, actual: Reservation): void => {
    const wanted = input.quantity ?? heldOf(reservation);
    const takes = takesOf(reservation, actual, wanted);
    if (wanted < heldOf(reservation)) met(world, 'a deduct of a part');
    for (const take of takes) ship(world, reservation, { ...take, at: actual.endedAt as Instant | null });
    reservation.version += 1;
  };
  judge(world, { act: 'deduct', target: input, quantity: input.quantity, refusals, apply }, outcome);
}

/** Which of its batches a partial deduct takes first is Granary's choice; that it takes exactly so many is not. */
export function takesOf(
  reservation: OracleReservation,
  actual: Reservation,
  wanted: number,
): { batchId: string; quantity: number }[] {
  const takes = reservation.lines.map((line) => {
    const left = actual.lines.find((each) => each.batchId === line.batchId)?.held ?? -1;
    return { batchId: line.batchId, quantity: line.held - left };
  });
  const total = takes.reduce((sum, take) => sum + take.quantity, 0);
  if (total !== wanted || takes.some((take) => take.quantity < 0))
    throw new Mismatch(`deducted another quantity of ${reservation.id}`, { expected: wanted, actual });
  return takes.filter((take) => take.quantity > 0);
}

export function judgeExtend(world: World, input: ExtendInput, outcome: Outcome<Reservations>): void {
  const refusals = createRefusals();
  const longest = world.settings.reservationMaxTtlSeconds;
  if ((input.ttlSeconds ?? 0) > longest) refusals.must.set('INV_005', 'ttl beyond the longest');
  const deadline = input.expiresAt ?? plusSeconds(world.now, input.ttlSeconds ?? 0);
  if (deadline <= world.now) refusals.may.add('INV_005');
  if (deadline > plusSeconds(world.now, longest)) refusals.must.set('INV_005', 'deadline beyond the longest');
  const check = ({ act }: Chosen): void => {
    for (const each of act) {
      if (deadline < (each.expiresAt ?? '')) refusals.must.set('INV_010', 'an earlier deadline');
      if (deadline > plusSeconds(each.createdAt, longest)) refusals.must.set('INV_005', 'a longer life than allowed');
    }
  };
  const apply = (reservation: OracleReservation, actual: Reservation): void => {
    const before = reservation.expiresAt;
    reservation.expiresAt = learnDeadline(world, input, actual.expiresAt);
    // The same deadline once more may count as a change or not.
    reservation.version = reservation.expiresAt === before ? actual.version : reservation.version + 1;
  };
  judge(world, { act: 'extend', target: input, refusals, check, apply }, outcome);
}

function judge(world: World, call: Call, outcome: Outcome<Reservations>): void {
  const { refusals } = call;
  if (refusals.must.size > 0 || wasRefusedFreely(outcome, refusals)) {
    allowMeeting(world, call.target);
    for (const code of ['INV_003', 'INV_007', 'INV_010']) refusals.may.add(code);
    settle(outcome, refusals);
    return;
  }
  const chosen = choose(world, call.act, call);
  call.check?.(chosen);
  if (!settle(outcome, refusals)) return;
  const expected = [...chosen.act, ...chosen.same].toSorted((a, b) => (a.id < b.id ? -1 : 1));
  const actual = outcome.answer.reservations;
  expectEqual(
    'the reservations answered',
    actual.map((each) => each.id),
    expected.map((each) => each.id),
  );
  for (const [index, reservation] of expected.entries()) {
    const answered = actual[index];
    if (answered === undefined) continue;
    if (chosen.act.includes(reservation)) call.apply(reservation, answered);
    else if (call.act === 'confirm' && reservation.state === 'fulfilled')
      met(world, 'a confirmation of what has left already');
    expectReservation(world, answered, reservation);
  }
}

/** A call refused before it looked may have met its overdue reservations or not. */
function allowMeeting(world: World, target: Target): void {
  const met = target.id === undefined ? underBusiness(world, target) : [world.reservations.get(target.id)];
  for (const each of met) if (each !== undefined && isOverdue(world, each)) world.mayExpire.add(each.id);
}

export function judgeExpireDue(world: World, input: ExpireDueInput, outcome: Outcome<ExpireDueAnswer>): void {
  if (!settle(outcome, createRefusals())) return;
  const { expired, reservationIds } = outcome.answer;
  const due = [...world.reservations.values()].filter((each) => isOverdue(world, each));
  if (due.length > input.limit) met(world, 'more due than the sweep may take');
  expectEqual(
    'the number expired',
    { expired, ids: new Set(reservationIds).size },
    { expired: Math.min(due.length, input.limit), ids: expired },
  );
  for (const id of reservationIds) {
    const reservation = world.reservations.get(id);
    if (reservation === undefined || !isHeld(reservation) || !isOverdue(world, reservation))
      throw new Mismatch('expired what was not due', { expected: due, actual: id });
    expire(world, reservation);
  }
}
