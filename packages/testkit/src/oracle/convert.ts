/** convert: a cart's holds become the order's in one step. */
import { plusSeconds, type Instant } from '@granary/contracts/instant';
import type { ConvertInput, Reservation, Reservations } from '@granary/contracts/reservation';
import { checkCount, checkGathered } from './hold-caps.ts';
import { holdKey } from './hold-request.ts';
import { expire } from './ledger.ts';
import { expectReservation, learnDeadline } from './reserve-answer.ts';
import { met } from './sometimes.ts';
import { newestOf, underBusiness } from './target.ts';
import { createRefusals, expectEqual, settle, wasRefusedFreely, type Outcome, type Refusals } from './verdict.ts';
import { isHeld, isOverdue, keyOf, type OracleReservation, type World } from './world.ts';

export function judgeConvert(world: World, input: ConvertInput, outcome: Outcome<Reservations>): void {
  const refusals = createRefusals();
  // It is wrong where it would become a deadline; where nothing is active it may be passed over.
  if ((input.ttlSeconds ?? 0) > world.settings.reservationMaxTtlSeconds) refusals.may.add('INV_005');
  const [from, to] = [underBusiness(world, input.from), underBusiness(world, input.to)];
  if (refusals.must.size > 0 || wasRefusedFreely(outcome, refusals)) {
    for (const each of [...from, ...to]) if (isOverdue(world, each)) world.mayExpire.add(each.id);
    for (const code of ['INV_003', 'INV_007', 'INV_008', 'INV_010']) refusals.may.add(code);
    settle(outcome, refusals);
    return;
  }
  for (const each of from) if (isOverdue(world, each)) expire(world, each);
  const held = from.filter(isHeld);
  // As everywhere, of each line the newest reservation speaks for it.
  const moved = newestOf(to).filter((each) => each.origin === originOf(input.from));
  if (held.length === 0 && moved.length > 0) judgeRepeat(world, { from, moved, refusals }, outcome);
  else judgeFirst(world, { input, from, held, to, refusals }, outcome);
}

/** Nothing is held under `from` any more because it has moved: the answer is what moved. */
function judgeRepeat(
  world: World,
  found: { from: OracleReservation[]; moved: OracleReservation[]; refusals: Refusals },
  outcome: Outcome<Reservations>,
): void {
  const { from, moved, refusals } = found;
  // What ended under `from` since, or is overdue under `to`, may be told first.
  if (newestOf(from).some((each) => each.state === 'expired')) refusals.may.add('INV_003');
  for (const each of moved) if (isOverdue(world, each)) world.mayExpire.add(each.id);
  if (moved.some((each) => each.state === 'expired' || isOverdue(world, each))) refusals.may.add('INV_003');
  if (!settle(outcome, refusals)) return;
  met(world, 'a conversion repeated');
  const expected = moved.toSorted((a, b) => (a.id < b.id ? -1 : 1));
  for (const each of expected) {
    const actual = outcome.answer.reservations.find((answered) => answered.id === each.id);
    if (isOverdue(world, each) && actual?.state === 'expired') expire(world, each);
  }
  compareAll(world, outcome.answer.reservations, expected);
}

interface First {
  readonly input: ConvertInput;
  readonly from: readonly OracleReservation[];
  readonly held: readonly OracleReservation[];
  readonly to: readonly OracleReservation[];
  readonly refusals: Refusals;
}

function judgeFirst(world: World, found: First, outcome: Outcome<Reservations>): void {
  const { input, from, held, to, refusals } = found;
  if (from.length === 0) refusals.must.set('INV_007', 'nothing is known under from');
  else if (newestOf(from).some((each) => each.state === 'expired'))
    refusals.must.set('INV_003', 'one of its reservations is expired');
  else if (held.length === 0) refusals.must.set('INV_010', 'nothing is held under from');
  else {
    const moving = new Set(held.map((each) => keyOf(each.skuId, each.lineId)));
    const inTheWay = to.filter((each) => isHeld(each) && moving.has(keyOf(each.skuId, each.lineId)));
    if (inTheWay.some((each) => !isOverdue(world, each))) refusals.must.set('INV_008', 'to holds the same line');
    const key = keyOf(input.to.type, input.to.businessId);
    checkCount(world, { key, added: held.length }, refusals);
    checkGathered(world, { key, moving: held }, refusals);
    checkLife(world, input, { held, refusals });
    for (const each of inTheWay) if (isOverdue(world, each)) meet(world, each, refusals);
  }
  for (const each of to) if (isOverdue(world, each)) world.mayExpire.add(each.id);
  if (!settle(outcome, refusals)) return;
  for (const each of held) {
    const actual = outcome.answer.reservations.find((answered) => answered.id === each.id);
    if (actual !== undefined) apply(world, input, { reservation: each, actual });
  }
  compareAll(
    world,
    outcome.answer.reservations,
    held.toSorted((a, b) => (a.id < b.id ? -1 : 1)),
  );
}

/** An overdue hold in the way is expired, unless the call is refused for something else before it is met. */
function meet(world: World, overdue: OracleReservation, refusals: Refusals): void {
  met(world, 'an overdue hold in the way of a conversion');
  if (refusals.must.size > 0) world.mayExpire.add(overdue.id);
  else expire(world, overdue);
}

function checkLife(
  world: World,
  input: ConvertInput,
  found: { held: readonly OracleReservation[]; refusals: Refusals },
): void {
  if (input.ttlSeconds === undefined) return;
  const deadline = plusSeconds(world.now, input.ttlSeconds);
  const longest = world.settings.reservationMaxTtlSeconds;
  const tooLong = found.held.some((each) => each.state === 'active' && deadline > plusSeconds(each.createdAt, longest));
  if (tooLong) found.refusals.must.set('INV_005', 'a longer life than allowed');
}

function apply(
  world: World,
  input: ConvertInput,
  found: { reservation: OracleReservation; actual: Reservation },
): void {
  const { reservation, actual } = found;
  reservation.origin = originOf(input.from);
  reservation.type = input.to.type;
  reservation.businessId = input.to.businessId;
  reservation.version += 1;
  if (reservation.state === 'active' && input.ttlSeconds !== undefined) {
    reservation.expiresAt = learnDeadline(world, { ttlSeconds: input.ttlSeconds }, actual.expiresAt) as Instant;
  }
}

function compareAll(world: World, actual: readonly Reservation[], expected: readonly OracleReservation[]): void {
  expectEqual('the reservations answered', actual.map(holdKeyAndId), expected.map(holdKeyAndId));
  for (const [index, each] of expected.entries()) {
    const answered = actual[index];
    if (answered !== undefined) expectReservation(world, answered, each);
  }
}

function holdKeyAndId(of: { id: string; type: string; businessId: string; skuId: string; lineId: string }): string {
  return `${of.id} ${holdKey(of)}`;
}

function originOf(from: ConvertInput['from']): string {
  return keyOf(from.type, from.businessId);
}
