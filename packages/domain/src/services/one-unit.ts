/**
 * One unit of work for one call or for several: the kept answer of a repeat, or decide, then write the plan, the commands
 * and the outbox. A refusal is committed as well: what was expired on the way stays expired, and a key keeps it.
 */
import { setImmediate } from 'node:timers/promises';
import { GranaryError } from '@granary/contracts/error';
import type { Call } from '../call.ts';
import { appendCommand, appendCommands, appendOutbox, findByKeys } from '../persistence/command-store.ts';
import { writeAhead, writeDraft } from '../persistence/draft-store.ts';
import type { Tx } from '../persistence/transaction.ts';
import { invariant, notFound, type Outcome, present, refused } from '../refusal.ts';
import { canonicalJson } from '../rules/canonical-json.ts';
import { type Draft, markSent } from '../rules/draft.ts';
import { isKeptRefusal } from '../rules/kept-refusal.ts';
import { placeOutside } from '../rules/location-scope.ts';
import { tellSerials } from '../rules/serial-event.ts';
import { type Calling, type Decision, draftNow, type Engine } from './engine.ts';
import { keptOutcome, type Said } from './kept-answer.ts';
import { withNextSupply } from './next-supply.ts';
import { answerText, levelFacts, recordOf } from './recording.ts';
import { settleSerials } from './serials.ts';

/** A call with the id of its command, made once, however often its unit runs. */
export interface Seat<T> {
  readonly calling: Calling;
  readonly said: Said;
  readonly commandId: string;
  /** Never set: it keeps the type of the answer with the seat. */
  readonly answers?: T;
}

export function seatOf<T>(engine: Engine, calling: Calling): Seat<T> {
  const { idempotencyKey, ...request } = calling.input;
  const said = { procedure: calling.procedure, idempotencyKey, request: canonicalJson(request) };
  return { calling, said, commandId: engine.ports.ids() };
}

export interface Decided<T> {
  readonly seat: Seat<T>;
  readonly outcome: Outcome<T>;
  /** None of a call that repeats another one of this unit: nothing is written of it. */
  readonly decision?: Decision<T> & { readonly isKept: boolean; readonly isRecorded: boolean };
}

/** Calls that were decided, over a draft that has all that they did. */
interface Part<T> {
  readonly draft: Draft;
  readonly decided: readonly Decided<T>[];
}

export interface Deciding<T> {
  /** Those that have no kept answer. */
  readonly seats: readonly Seat<T>[];
  readonly grown: readonly string[];
  /**
   * Sends what some of them leave behind, for the server to write while the next ones are decided. Not where goods come or
   * leave: whoever hears of that locks what comes before commands.
   */
  readonly ahead: (part: Part<T>) => Promise<void>;
}

export interface Together<T> {
  readonly seats: readonly Seat<T>[];
  /** Whose deadline is that of the unit. */
  readonly call: Call;
  /** Answers those that were not sent ahead. */
  readonly decide: (tx: Tx, deciding: Deciding<T>) => Promise<Part<T>>;
}

/** Answers every seat in its order; what is thrown, is thrown for all of them, and nothing was changed. */
export async function runTogether<T>(engine: Engine, together: Together<T>): Promise<readonly Outcome<T>[]> {
  const { seats, call, decide } = together;
  let witness: string | undefined;
  const work = async (tx: Tx, grown: readonly string[]) => {
    witness = undefined;
    const outcomes = await answeredBefore(tx, seats);
    const open = seats.filter((seat) => !outcomes.has(seat));
    const note = ({ decided }: Part<T>, written: string | undefined) => {
      witness ??= written;
      for (const { seat, outcome } of decided) outcomes.set(seat, outcome);
    };
    const ahead = async (part: Part<T>) => note(part, await writePart(tx, part));
    if (open.length > 0) {
      const last = await decide(tx, { seats: open, grown, ahead });
      note(last, await write(tx, engine, last));
    }
    return seats.map((seat) => present(outcomes.get(seat), 'the answer of a call'));
  };
  const [first] = seats;
  invariant(first !== undefined, 'a unit of work for nobody');
  return await engine.units.write(call, work, { commandId: first.commandId, witness: () => witness });
}

/** What is refused or answered before anything else is looked at, so that no number or state tells whether a place is there. */
async function answeredBefore<T>(tx: Tx, seats: readonly Seat<T>[]): Promise<Map<Seat<T>, Outcome<T>>> {
  const answered = new Map<Seat<T>, Outcome<T>>();
  for (const seat of seats) {
    const outside = placeOutside(tx.scope, seat.calling.input);
    if (outside !== undefined) answered.set(seat, refused(notFound('location', outside)));
  }
  const keyed = seats.filter((seat) => keyOf(seat) !== undefined && !answered.has(seat));
  if (keyed.length === 0) return answered;
  const found = await findByKeys(
    tx,
    keyed.map(({ calling, said: { idempotencyKey = '' } }) => ({ actor: calling.call.caller.actor, idempotencyKey })),
  );
  const kept = new Map(
    found.map((row) => [`${row.actor}\0${present(row.idempotencyKey, 'the key that was looked for')}`, row]),
  );
  for (const seat of keyed) {
    const row = kept.get(present(keyOf(seat), 'the key of a call'));
    if (row !== undefined) answered.set(seat, keptOutcome<T>(row, seat.said));
  }
  return answered;
}

/** One key of two actors is two keys. */
export function keyOf({ calling, said }: Seat<unknown>): string | undefined {
  return said.idempotencyKey === undefined ? undefined : `${calling.call.caller.actor}\0${said.idempotencyKey}`;
}

/** What of a call its key keeps, as its command will say it. */
export function keptOf({ seat: { said }, outcome }: Decided<unknown>): Parameters<typeof keptOutcome>[0] {
  const { procedure, request } = said;
  return { procedure, request, outcome: outcome.ok ? 'done' : 'refused', answer: answerText(outcome, true) };
}

/** A decision with all that must follow it before another call may decide. */
export async function concluded<T>(tx: Tx, seat: Seat<T>, decision: Decision<T>): Promise<Decided<T>> {
  const { draft, isIdle = false } = decision;
  const isKept =
    seat.said.idempotencyKey !== undefined && (decision.outcome.ok || isKeptRefusal(decision.outcome.refusal));
  // A refusal that is kept must be told in the same bytes again, so what is on its way belongs into it now.
  const outcome: Outcome<T> =
    isKept && !decision.outcome.ok ? refused(await withNextSupply(tx, decision.outcome.refusal)) : decision.outcome;
  // Every change of onHand moves its pieces, also where nobody thought of them.
  await settleSerials(tx, draft);
  tellSerials(draft);
  const isRecorded = (outcome.ok && !isIdle) || isKept || draft.facts.length > 0;
  return { seat, outcome, decision: { ...decision, outcome, isKept, isRecorded } };
}

/** All that was not sent ahead. Answers a command whose row tells that all of it was committed; undefined where there is none. */
async function write<T>(tx: Tx, engine: Engine, { draft, decided }: Part<T>): Promise<string | undefined> {
  await writeDraft(tx, draft, engine.ports.onHandHandlers);
  const witness = await writeCommands(tx, decided);
  const facts = [...levelFacts(draft), ...draft.facts];
  await appendOutbox(tx, { outboxId: tx.commandId, facts, createdAt: draft.now });
  return witness;
}

async function writePart<T>(tx: Tx, { draft, decided }: Part<T>): Promise<string | undefined> {
  invariant(draft.onHandChanges.length === 0, 'goods moved in a part that goes ahead');
  await writeAhead(tx, draft);
  const witness = await writeCommands(tx, decided);
  markSent(draft);
  tx.hurry();
  // What was sent leaves, and what the server has answered arrives, only when the event loop has its turn.
  await setImmediate();
  return witness;
}

async function writeCommands<T>(tx: Tx, decided: readonly Decided<T>[]): Promise<string | undefined> {
  for (const { decision } of decided) await decision?.write?.();
  const records = decided.flatMap(({ seat, decision }) => {
    if (decision?.isRecorded !== true) return [];
    const { draft, outcome, isKept } = decision;
    const { commandId, said, calling } = seat;
    const { call, input } = calling;
    return [recordOf({ commandId, said, call, input, outcome, draft, told: decision, isKept })];
  });
  await appendCommands(tx, records);
  return records[0]?.row.commandId;
}

/** What is thrown while the plan is written (costing finds a period shut) takes back all that was written, so it is kept in a unit of its own. */
export async function keepRefusal<T>(engine: Engine, seat: Seat<T>, error: unknown): Promise<Outcome<T>> {
  const { calling, said, commandId } = seat;
  if (said.idempotencyKey === undefined || !(error instanceof GranaryError) || !isKeptRefusal(error)) throw error;
  const work = async (tx: Tx) => {
    // Somebody else may have used the key in between.
    const [kept] = (await answeredBefore(tx, [seat])).values();
    if (kept !== undefined) return kept;
    const outcome = refused(error);
    const draft = await draftNow(tx, engine);
    const { row, skuIds } = recordOf({ ...seat, ...calling, outcome, draft, told: {}, isKept: true });
    await appendCommand(tx, row, skuIds);
    return outcome;
  };
  return await engine.units.write(calling.call, work, { commandId });
}
