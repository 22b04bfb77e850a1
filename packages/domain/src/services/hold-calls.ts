/** Calls on holds that stand: confirm, release, deduct and extend differ only in what they do to a hold; convert renames it. */
import type { ConvertInput, Reservation, Reservations, ReservationType } from '@granary/contracts/reservation';
import type { GranaryError } from '@granary/contracts/error';
import type { Call } from '../call.ts';
import { heldOf, type Hold, isHeld } from '../entities/reservation.ts';
import type { Tx } from '../persistence/transaction.ts';
import { accepted, invalidInput, invariant, type Outcome, present, refused } from '../refusal.ts';
import { decideConverts } from '../rules/convert.ts';
import type { Draft } from '../rules/draft.ts';
import { isOverdue } from '../rules/hold.ts';
import { decideHoldCalls, type HoldCall } from '../rules/hold-calls.ts';
import { toReservation } from '../rules/reservation-answer.ts';
import { newestOf, type Target } from '../rules/target.ts';
import type { Combine } from './combining.ts';
import type { Decision, Engine } from './engine.ts';
import { convertCaps, limitsOf } from './hold-caps.ts';
import { checkOccurrence } from './occurrence.ts';
import { nameLeaving } from './serials-leaving.ts';
import type { Wanted } from './stock-loader.ts';

export interface HoldCalling {
  readonly input: {
    readonly id?: string | undefined;
    readonly type?: ReservationType | undefined;
    readonly businessId?: string | undefined;
    /** Pieces that a deduct names. */
    readonly serials?: readonly string[] | undefined;
    readonly idempotencyKey?: string | undefined;
  };
  readonly call: Call;
  readonly holdCall: HoldCall;
}

export async function moveHolds(combine: Combine, { input, call, holdCall }: HoldCalling): Promise<Reservations> {
  const target = targetOf(input);
  return await combine<Reservations>({
    procedure: `reservation.${holdCall.verb}`,
    input,
    call,
    lock: { scope: 'reservation', keys: [lockKey(target)] },
    wanted: wantedHolds([target]),
    isLeaving: holdCall.verb === 'deduct',
    decide: async (tx, draft) => {
      const refusal = await checkDeducted(tx, draft, { holdCall, target });
      if (refusal !== undefined) return { draft, outcome: refused(refusal) };
      const named = await namePieces(tx, draft, { target, holdCall, serials: input.serials });
      if (!named.ok) return { draft, outcome: named };
      return decided(draft, () => decideHoldCalls(draft, [{ commandId: tx.commandId, target, call: named.answer }]));
    },
  });
}

export async function convert(
  engine: Engine,
  combine: Combine,
  { input, call }: { input: ConvertInput; call: Call },
): Promise<Reservations> {
  const { from, to, ttlSeconds } = input;
  const maxTtlSeconds = engine.config.reservationMaxTtlSeconds;
  return await combine<Reservations>({
    procedure: 'reservation.convert',
    input,
    call,
    lock: { scope: 'reservation', keys: [lockKey(from), lockKey(to)] },
    wanted: wantedHolds([from, to]),
    capped: { holders: [to] },
    decide: async (tx, draft) => {
      const caps = await convertCaps(tx, limitsOf(engine.config), draft);
      return decided(draft, () =>
        decideConverts(draft, [{ commandId: tx.commandId, from, to, ttlSeconds, maxTtlSeconds, caps }]),
      );
    },
  });
}

/** Of a hold that ended nothing is asked: a repeat meets its pieces sold. */
async function namePieces(
  tx: Tx,
  draft: Draft,
  { target, holdCall, serials }: { target: Target; holdCall: HoldCall; serials: readonly string[] | undefined },
): Promise<Outcome<HoldCall>> {
  const hold = 'id' in target ? draft.holds.get(target.id) : undefined;
  if (holdCall.verb !== 'deduct' || serials === undefined || hold === undefined) return accepted(holdCall);
  if (!isHeld(hold.state) || isOverdue(hold, draft.now)) return accepted(holdCall);
  const quantity = holdCall.quantity ?? heldOf(hold);
  const named = await nameLeaving(tx, draft, [{ skuId: hold.skuId, quantity, serials, at: 0, path: '' }]);
  if (!named.ok) return named;
  return accepted({ ...holdCall, pieces: named.answer.get(0) });
}

/** Only a deduct moves stock, so only it happens at a moment of its own; a repeat of one that won moves none. */
async function checkDeducted(
  tx: Tx,
  draft: Draft,
  { holdCall, target }: { holdCall: HoldCall; target: Target },
): Promise<GranaryError | undefined> {
  if (holdCall.verb !== 'deduct' || holdCall.occurredAt === undefined) return undefined;
  const held = newestOf(draft, target).filter((hold) => isHeld(hold.state));
  const skuIds = held.flatMap((hold) => hold.lines.map((line) => line.skuId));
  return await checkOccurrence(tx, draft.now, { occurredAt: holdCall.occurredAt, skuIds });
}

/** The levels are those at which the reservations hold something; no SKU or place is looked at. */
function wantedHolds(targets: readonly Target[]): Wanted {
  return { levels: { skuIds: [], pairs: [] }, skuIds: [], targets };
}

/** Confirm, extend and convert move no stock, so the command carries before and after. */
function decided(draft: Draft, decide: () => readonly Outcome<readonly string[]>[]): Decision<Reservations> {
  const [outcome] = decide();
  invariant(outcome !== undefined, 'a decision answered nothing');
  const before = answerOf(draft.holdsBefore, draft.changedHolds);
  const after = answerOf(draft.holds, draft.changedHolds);
  if (!outcome.ok) return { draft, outcome, before, after };
  return { draft, outcome: accepted({ reservations: answerOf(draft.holds, outcome.answer) }), before, after };
}

function answerOf(holds: ReadonlyMap<string, Hold>, ids: Iterable<string>): Reservation[] {
  return [...ids].map((id) => toReservation(present(holds.get(id), 'a reservation')));
}

function targetOf({ id, type, businessId }: HoldCalling['input']): Target {
  if (id !== undefined) return { id };
  if (type !== undefined && businessId !== undefined) return { type, businessId };
  throw invalidInput([{ path: 'id', message: 'name either id, or type and businessId' }]);
}

function lockKey(target: Target): string {
  return 'id' in target ? `reservation:${target.id}` : `business:${target.type}:${target.businessId}`;
}
