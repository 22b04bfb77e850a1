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
import { checkOccurred, isBackdated } from './occurrence.ts';
import { checkLeaving } from './piece-names.ts';
import { isTracked, movePieces, piecesIn } from './piece.ts';
import { met } from './sometimes.ts';
import type { Take } from './stock-draft.ts';
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
import { isFrozen, unitsIn } from './hold-units.ts';
import { batchOf, heldOf, isHeld, isOverdue, type OracleReservation, type World } from './world.ts';

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
  const { occurredAt } = input;
  checkOccurred(world, { occurredAt, skuIds: [] }, refusals);
  // Whether a hold that is overdue is told of as such or as told too late is not said.
  const own = input.id === undefined ? underBusiness(world, input) : [world.reservations.get(input.id)];
  const mayBeLate = isBackdated(world, {
    occurredAt,
    skuIds: skusOf(
      world,
      own.flatMap((each) => each ?? []),
    ),
  });
  if (mayBeLate && !world.caller.mayBackdate) refusals.may.add('INV_015');
  world.happenedAt = (occurredAt as Instant | undefined) ?? world.now;
  const apply = (reservation: OracleReservation, actual: Reservation): void => {
    const before = heldOf(reservation);
    const wanted = input.quantity ?? before;
    const takes = takesOf(world, reservation, actual);
    if (wanted < before) met(world, 'a deduct of a part');
    const ended = { at: actual.endedAt as Instant | null, isDocumented: false };
    for (const take of takes) {
      ship(world, reservation, { ...take, ...ended });
      shipPieces(world, { reservation, take, serials: input.serials });
    }
    if (before - heldOf(reservation) !== wanted)
      throw new Mismatch(`deducted another quantity of ${reservation.id}`, { expected: wanted, actual });
    reservation.version += 1;
  };
  // What is not frozen of a hold leaves first; more than that may not leave. Of pieces all is said by their names.
  const check = ({ act }: Chosen): void => {
    checkOccurred(world, { occurredAt, skuIds: skusOf(world, act) }, refusals);
    for (const each of act) {
      if (input.serials !== undefined) {
        checkPieces(world, { hold: each, input }, refusals);
        continue;
      }
      const movable = each.lines.filter((line) => !isFrozen(world, line));
      if ((input.quantity ?? heldOf(each)) > unitsIn(world, each, movable))
        refusals.must.set('INV_016', `goods held by ${each.id} are frozen`);
    }
  };
  judge(world, { act: 'deduct', target: input, quantity: input.quantity, refusals, check, apply }, outcome);
}

/** Named pieces must lie in batches of which the hold holds so many. */
function checkPieces(
  world: World,
  { hold, input }: { hold: OracleReservation; input: DeductInput },
  refusals: Refusals,
): void {
  const line = { skuId: hold.skuId, quantity: input.quantity ?? heldOf(hold), serials: input.serials };
  const [groups = []] = checkLeaving(world, { lines: [line], evenExpired: true }, refusals);
  for (const { batchId, quantity } of groups) {
    const held = hold.lines.reduce((sum, each) => sum + (each.batchId === batchId ? each.held : 0), 0);
    if (held < quantity) refusals.must.set('INV_010', 'it holds fewer of the batch');
  }
}

function shipPieces(
  world: World,
  shipping: { reservation: OracleReservation; take: Take; serials: readonly string[] | undefined },
): void {
  const { reservation, take, serials } = shipping;
  const batch = batchOf(world, take.batchId);
  if (!isTracked(world, batch.skuId)) return;
  const pool = piecesIn(world, batch.id);
  const leaving = serials === undefined ? pool.slice(0, take.quantity) : pool.filter((name) => serials.includes(name));
  if (leaving.length !== take.quantity)
    throw new Mismatch('other batches than those of the named pieces', { expected: serials, actual: take });
  movePieces(world, leaving, { state: 'sold', batch, documentId: null, reservationId: reservation.id });
}

/** What of holds can still leave. */
function skusOf(world: World, holds: readonly OracleReservation[]): string[] {
  return holds.filter(isHeld).flatMap((hold) => hold.lines.map((line) => batchOf(world, line.batchId).skuId));
}

/** Which of its batches a partial deduct takes first is Granary's choice, but for frozen ones; that it takes exactly so many is not. */
function takesOf(
  world: World,
  reservation: OracleReservation,
  actual: Reservation,
): { batchId: string; quantity: number }[] {
  const batchIds = [...new Set(reservation.lines.map((line) => line.batchId))];
  const takes = batchIds.map((batchId) => {
    const sum = (lines: readonly { batchId: string; held: number }[]) =>
      lines.filter((line) => line.batchId === batchId).reduce((total, line) => total + line.held, 0);
    return { batchId, quantity: sum(reservation.lines) - sum(actual.lines) };
  });
  const isWrong = takes.some(({ quantity }) => quantity < 0);
  const frozen = reservation.lines.filter((line) => isFrozen(world, line) && line.held > 0);
  const leaving = takes.filter(({ quantity }) => quantity > 0);
  if (isWrong || leaving.some((take) => frozen.some((line) => line.batchId === take.batchId)))
    throw new Mismatch(`deducted other goods of ${reservation.id}`, { expected: reservation.lines, actual });
  if (frozen.length > 0) met(world, 'goods leave a hold of which others are frozen');
  return leaving;
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
    for (const code of ['INV_003', 'INV_007', 'INV_010', 'INV_016']) refusals.may.add(code);
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
