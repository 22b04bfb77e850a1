/** Calls on holds that stand: confirm, release, deduct and extend differ only in what they do to a hold; convert renames it. */
import type { ConvertInput, Reservation, Reservations, ReservationType } from '@granary/contracts/reservation';
import type { Call } from '../call.ts';
import { findTargets } from '../persistence/reservation-store.ts';
import type { Tx } from '../persistence/transaction.ts';
import { invalidInput, invariant, type Outcome, refused } from '../refusal.ts';
import { decideConverts } from '../rules/convert.ts';
import type { Draft } from '../rules/draft.ts';
import { decideHoldCalls, type HoldCall } from '../rules/hold-calls.ts';
import { toReservation } from '../rules/reservation-answer.ts';
import type { Target } from '../rules/target.ts';
import { type Decision, type Engine, execute, inTheFuture, isFuture } from './execution.ts';
import { loadDraft } from './stock-loader.ts';

export interface HoldCalling {
  readonly input: {
    readonly id?: string | undefined;
    readonly type?: ReservationType | undefined;
    readonly businessId?: string | undefined;
    readonly idempotencyKey?: string | undefined;
  };
  readonly call: Call;
  readonly holdCall: HoldCall;
}

export async function moveHolds(engine: Engine, { input, call, holdCall }: HoldCalling): Promise<Reservations> {
  const target = targetOf(input);
  return await execute(engine, {
    procedure: `reservation.${holdCall.verb}`,
    input,
    call,
    lock: { scope: 'reservation', keys: [lockKey(target)] },
    decide: async (tx, grown) => {
      const holdIds = await findTargets(tx, target);
      const draft = await loadHeld(tx, engine, { holdIds, grown });
      if (holdCall.verb === 'deduct' && isFuture(holdCall.occurredAt, draft.now)) {
        return { draft, outcome: refused(inTheFuture()) };
      }
      return decided(draft, holdIds, () =>
        decideHoldCalls(draft, [{ commandId: tx.commandId, target, call: holdCall }]),
      );
    },
  });
}

export async function convert(engine: Engine, input: ConvertInput, call: Call): Promise<Reservations> {
  const { from, to, ttlSeconds } = input;
  const maxTtlSeconds = engine.config.reservationMaxTtlSeconds;
  return await execute(engine, {
    procedure: 'reservation.convert',
    input,
    call,
    lock: { scope: 'reservation', keys: [lockKey(from), lockKey(to)] },
    decide: async (tx, grown) => {
      const holdIds = [...(await findTargets(tx, from)), ...(await findTargets(tx, to))];
      const draft = await loadHeld(tx, engine, { holdIds, grown });
      return decided(draft, holdIds, () =>
        decideConverts(draft, [{ commandId: tx.commandId, from, to, ttlSeconds, maxTtlSeconds }]),
      );
    },
  });
}

/** The levels are those at which the reservations hold something; no SKU or place is looked at. */
async function loadHeld(
  tx: Tx,
  engine: Engine,
  at: { holdIds: readonly string[]; grown: readonly string[] },
): Promise<Draft> {
  return await loadDraft(tx, engine, { levels: { skuIds: [], pairs: [] }, skuIds: [], ...at });
}

/** Confirm, extend and convert move no stock, so the command carries before and after. */
function decided(
  draft: Draft,
  holdIds: readonly string[],
  decide: () => readonly Outcome<readonly string[]>[],
): Decision<Reservations> {
  const before = answerOf(draft, holdIds);
  const [outcome] = decide();
  invariant(outcome !== undefined, 'a decision answered nothing');
  const answer = outcome.ok
    ? { ok: true as const, answer: { reservations: answerOf(draft, outcome.answer) } }
    : outcome;
  return { draft, outcome: answer, before, after: answerOf(draft, holdIds) };
}

function answerOf(draft: Draft, ids: readonly string[]): Reservation[] {
  return ids.flatMap((id) => draft.holds.get(id) ?? []).map(toReservation);
}

function targetOf({ id, type, businessId }: HoldCalling['input']): Target {
  if (id !== undefined) return { id };
  if (type !== undefined && businessId !== undefined) return { type, businessId };
  throw invalidInput([{ path: 'id', message: 'name either id, or type and businessId' }]);
}

function lockKey(target: Target): string {
  return 'id' in target ? `reservation:${target.id}` : `business:${target.type}:${target.businessId}`;
}
