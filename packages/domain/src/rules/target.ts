/** Which reservations a call by id or by business id is about, and what it says when none of them can be moved. */
import type { GranaryError } from '@granary/contracts/error';
import type { ReservationState, ReservationType } from '@granary/contracts/reservation';
import { type Hold, isHeld } from '../entities/reservation.ts';
import { accepted, invalidState, notFound, type Outcome, refused, reservationExpired } from '../refusal.ts';
import type { Draft } from './draft.ts';
import { expireHold, isOverdue } from './hold.ts';
import { isWhole } from './location-scope.ts';

export type Target = { readonly id: string } | { readonly type: ReservationType; readonly businessId: string };

/** What a call does to each state; `act` is its work, `same` answers it unchanged, the others refuse or look away. */
export type Verdict = 'act' | 'same' | 'ignore' | 'refuse';
export type Verdicts = Readonly<Record<Exclude<ReservationState, 'expired'>, Verdict>>;

export interface TargetRules {
  /** Of one reservation named by its id. */
  readonly byId: Verdicts;
  /** Of every line of a business document. */
  readonly byBusiness: Verdicts;
  /** Whether one expired line refuses the whole business document. */
  readonly expiredRefuses: boolean;
  /** What the caller wanted, for the sentence of a refusal. */
  readonly verb: string;
}

export interface Aim {
  readonly act: readonly Hold[];
  readonly same: readonly Hold[];
}

/** Expires what is overdue, then decides: all the lines of a business document or none. */
export function aim(draft: Draft, at: { target: Target; commandId: string }, rules: TargetRules): Outcome<Aim> {
  const found = newestOf(draft, at.target);
  const isAbsent = found.length === 0 || found.some((hold) => !isWhole(draft.scope, hold));
  if (isAbsent) return refused(unknownTarget(at.target));
  const holds = found.map((hold) => (isOverdue(hold, draft.now) ? expireHold(draft, hold, at.commandId) : hold));
  const expired = holds.filter((hold) => hold.state === 'expired');
  const isById = 'id' in at.target;
  const held = holds.filter((hold) => isHeld(hold.state));
  if (expired.length > 0 && (isById || rules.expiredRefuses || held.length === 0)) {
    return refused(reservationExpired(expired));
  }
  const verdicts = isById ? rules.byId : rules.byBusiness;
  const verdictOf = (hold: Hold): Verdict => (hold.state === 'expired' ? 'ignore' : verdicts[hold.state]);
  const offender = holds.find((hold) => verdictOf(hold) === 'refuse');
  if (offender !== undefined) return refused(wrongState(offender, rules.verb));
  const act = holds.filter((hold) => verdictOf(hold) === 'act');
  const same = holds.filter((hold) => verdictOf(hold) === 'same');
  // When there is nothing to do, one that could not be done by itself either says why.
  const reason = holds.find((hold) => hold.state !== 'expired' && rules.byId[hold.state] === 'refuse') ?? holds[0];
  if (act.length + same.length === 0 && reason !== undefined) return refused(wrongState(reason, rules.verb));
  return accepted({ act, same });
}

/** By id that one; by business id the newest of every (SKU, line): older ones of the same line are history. */
export function newestOf(draft: Draft, target: Target): readonly Hold[] {
  if ('id' in target) {
    const hold = draft.holds.get(target.id);
    return hold === undefined ? [] : [hold];
  }
  const newest = new Map<string, Hold>();
  for (const hold of draft.holds.values()) {
    if (hold.type !== target.type || hold.businessId !== target.businessId) continue;
    const key = `${hold.skuId}\0${hold.lineId}`;
    const other = newest.get(key);
    if (other === undefined || isNewer(hold, other)) newest.set(key, hold);
  }
  return [...newest.values()].toSorted((a, b) => (a.reservationId < b.reservationId ? -1 : 1));
}

/** The held one, of which there is at most one a line, else the one that ended last: a converted one is older than its line. */
function isNewer(hold: Hold, other: Hold): boolean {
  if (isHeld(hold.state) !== isHeld(other.state)) return isHeld(hold.state);
  const [ended, otherEnded] = [hold.endedAt ?? '', other.endedAt ?? ''];
  return ended === otherEnded ? hold.reservationId > other.reservationId : ended > otherEnded;
}

export function wrongState(hold: Hold, verb: string): GranaryError {
  return invalidState({
    noun: 'reservation',
    id: hold.reservationId,
    state: hold.state,
    message: `Reservation ${hold.reservationId} is ${hold.state} and cannot be ${verb}.`,
    hint: 'Read the reservation: details.cause is the command that brought it into this state.',
    cause: hold.commandId,
  });
}

export function unknownTarget(target: Target): GranaryError {
  return 'id' in target
    ? notFound('reservation', target.id)
    : notFound(`${target.type} reservation`, target.businessId);
}
