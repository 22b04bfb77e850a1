/**
 * How every mutating call runs: the kept answer of a repeat, or decide, write the plan, the command and the outbox, all
 * in one unit of work. A refusal is committed as well: what was expired on the way stays expired, and a key keeps it.
 */
import { type ErrorAnswer, errorFromAnswer, GranaryError } from '@granary/contracts/error';
import type { Instant } from '@granary/contracts/instant';
import type { Call } from '../call.ts';
import type { DomainConfig } from '../config.ts';
import type { CommandRow } from '../entities/command.ts';
import type { Fact } from '../entities/outbox.ts';
import { appendCommand, appendOutbox, findByKey } from '../persistence/command-store.ts';
import { writeDraft } from '../persistence/draft-store.ts';
import type { Tx } from '../persistence/transaction.ts';
import type { UnitOfWork } from '../persistence/unit-of-work.ts';
import type { DomainPorts } from '../ports/domain-ports.ts';
import type { LockScope } from '../ports/lock-manager.ts';
import { invalidInput, notFound, type Outcome, refused } from '../refusal.ts';
import { canonicalJson, firstDifference } from '../rules/canonical-json.ts';
import { changeOf, skusOf } from '../rules/command-change.ts';
import { type Draft, openDraft } from '../rules/draft.ts';
import { isKeptRefusal } from '../rules/kept-refusal.ts';
import { placeOutside } from '../rules/location-scope.ts';
import type { StrategyRegistry } from '../strategies/registry.ts';
import { tellSerials } from '../rules/serial-event.ts';
import { sha256 } from './hashing.ts';
import { settleSerials } from './serials.ts';
import { isShort, withNextSupply } from './next-supply.ts';
import type { RecordRefusal } from './refusal-record.ts';

export { sha256 } from './hashing.ts';

/** What the services share. */
export interface Engine {
  readonly units: UnitOfWork;
  readonly ports: DomainPorts;
  readonly config: DomainConfig;
  readonly strategies: StrategyRegistry;
  readonly recordRefusal: RecordRefusal;
}

export interface Decision<T> {
  readonly outcome: Outcome<T>;
  readonly draft: Draft;
  /** What a call without a movement changed; with movements the ledger tells. */
  readonly before?: unknown;
  readonly after?: unknown;
  /** Rows of this capability's own tables, written after the draft and before the command. */
  readonly write?: () => Promise<void>;
  /** A round of a job that found nothing to do leaves no command. */
  readonly isIdle?: boolean;
}

export interface Execution<T> {
  readonly procedure: string;
  readonly input: object & { readonly idempotencyKey?: string | undefined };
  readonly call: Call;
  readonly lock: { readonly scope: LockScope; readonly keys: readonly string[] };
  /** `grown` are level keys that an earlier start met unlocked. */
  readonly decide: (tx: Tx, grown: readonly string[]) => Promise<Decision<T>>;
}

export async function execute<T>(engine: Engine, execution: Execution<T>): Promise<T> {
  const { scope, keys } = execution.lock;
  const outcome = await engine.ports.locks.using(scope, keys, () => run(engine, execution));
  if (outcome.ok) return outcome.answer;
  const { refusal } = outcome;
  if (refusal.kind === 'idempotencyKeyReused') {
    const { idempotencyKey: _key, ...input } = execution.input;
    // In a unit of its own: the one that found the key has nothing to commit, and a record that fails must not undo a refusal.
    await engine.recordRefusal({ ...execution, input, isChecked: true, refusal });
  }
  throw execution.input.idempotencyKey === undefined ? await toldAfterwards(engine, refusal) : refusal;
}

async function tellNextSupply<T>(tx: Tx, outcome: Outcome<T>): Promise<Outcome<T>> {
  return outcome.ok ? outcome : refused(await withNextSupply(tx, outcome.refusal));
}

/** Once the locks are given back: whoever is sold out must not wait for those who ask in vain. */
async function toldAfterwards(engine: Engine, refusal: GranaryError): Promise<GranaryError> {
  if (!isShort(refusal)) return refusal;
  return await engine.units.read((tx) => withNextSupply(tx, refusal)).catch(() => refusal);
}

async function run<T>(engine: Engine, execution: Execution<T>): Promise<Outcome<T>> {
  const { idempotencyKey, ...request } = execution.input;
  const said = { idempotencyKey, request: canonicalJson(request) };
  try {
    return await decideAndWrite(engine, execution, said);
  } catch (error) {
    if (idempotencyKey === undefined || !(error instanceof GranaryError) || !isKeptRefusal(error)) throw error;
    return await keepRefusal(engine, { execution, said, refusal: error });
  }
}

async function decideAndWrite<T>(engine: Engine, execution: Execution<T>, said: Said): Promise<Outcome<T>> {
  const { idempotencyKey } = said;
  return await engine.units.write(execution.call, async (tx, grown) => {
    // Before anything else is looked at, so that no number or state tells whether the place is there.
    const outside = placeOutside(tx.scope, execution.input);
    if (outside !== undefined) return refused(notFound('location', outside));
    const kept = await keptOutcome<T>(tx, execution, said);
    if (kept !== undefined) return kept;
    const decided = await execution.decide(tx, grown);
    const isKept = idempotencyKey !== undefined && (decided.outcome.ok || isKeptRefusal(decided.outcome.refusal));
    // A refusal that is kept must be told in the same bytes again, so what is on its way belongs into it now.
    const decision = isKept ? { ...decided, outcome: await tellNextSupply(tx, decided.outcome) } : decided;
    const { outcome, draft } = decision;
    // Every change of onHand moves its pieces, also where nobody thought of them.
    await settleSerials(tx, draft);
    tellSerials(draft);
    const hasEffect = draft.facts.length > 0;
    await writeDraft(tx, draft, engine.ports.onHandHandlers);
    await decision.write?.();
    if ((outcome.ok && decision.isIdle !== true) || isKept || hasEffect) {
      const skuIds = skusOf(draft, execution.input);
      await appendCommand(tx, commandRow(tx, { execution, said, decision, isKept }), skuIds);
    }
    const facts = [...levelFacts(draft, tx.commandId), ...draft.facts];
    await appendOutbox(tx, { outboxId: tx.commandId, facts, createdAt: draft.now });
    return outcome;
  });
}

interface Refused<T> {
  readonly execution: Execution<T>;
  readonly said: Said;
  readonly refusal: GranaryError;
}

/** What is thrown while the plan is written (costing finds a period shut) takes back all that was written, so it is kept in a unit of its own. */
async function keepRefusal<T>(engine: Engine, { execution, said, refusal }: Refused<T>): Promise<Outcome<T>> {
  return await engine.units.write(execution.call, async (tx) => {
    // Somebody else may have used the key in between.
    const kept = await keptOutcome<T>(tx, execution, said);
    if (kept !== undefined) return kept;
    const decision = { outcome: refused(refusal), draft: await draftNow(tx, engine) };
    const skuIds = skusOf(decision.draft, execution.input);
    await appendCommand(tx, commandRow(tx, { execution, said, decision, isKept: true }), skuIds);
    return decision.outcome;
  });
}

interface Said {
  readonly idempotencyKey: string | undefined;
  readonly request: string;
}

/** The answer or refusal that the first call with this key got; another request under the key is refused. */
async function keptOutcome<T>(tx: Tx, { call, procedure }: Execution<T>, said: Said): Promise<Outcome<T> | undefined> {
  if (said.idempotencyKey === undefined) return undefined;
  const kept = await findByKey(tx, call.caller.actor, said.idempotencyKey);
  if (kept === undefined) return undefined;
  const difference =
    kept.procedure === procedure ? firstDifference(JSON.parse(kept.request), JSON.parse(said.request)) : 'procedure';
  if (difference !== undefined) return { ok: false, refusal: keyReused(said.idempotencyKey, difference) };
  const answer: unknown = JSON.parse(kept.answer ?? 'null');
  if (kept.outcome === 'refused') return { ok: false, refusal: errorFromAnswer(answer as ErrorAnswer) };
  return { ok: true, answer: answer as T };
}

function keyReused(idempotencyKey: string, difference: string): GranaryError {
  return new GranaryError('idempotencyKeyReused', {
    message: `This idempotency key was used for another request: ${difference} differs.`,
    hint: 'Make a new key for every new call; repeat a key only with the very same request.',
    details: { idempotencyKey, firstDifference: difference },
  });
}

interface Recording<T> {
  readonly execution: Execution<T>;
  readonly said: Said;
  readonly decision: Decision<T>;
  readonly isKept: boolean;
}

function commandRow<T>(tx: Tx, { execution, said, decision, isKept }: Recording<T>): CommandRow {
  const { caller } = execution.call;
  const { outcome, draft } = decision;
  const { before, after } = changeOf(draft, decision);
  return {
    commandId: tx.commandId,
    procedure: execution.procedure,
    actor: caller.actor,
    address: caller.address,
    agent: caller.agent === null ? null : caller.agent.slice(0, 255),
    requestId: caller.requestId,
    idempotencyKey: isKept ? (said.idempotencyKey ?? null) : null,
    requestHash: sha256(said.request),
    request: said.request,
    outcome: outcome.ok ? 'done' : 'refused',
    answer: answerText(outcome, isKept),
    before: before === undefined ? null : JSON.stringify(before),
    after: after === undefined ? null : JSON.stringify(after),
    recordedAt: draft.now,
  };
}

/** An answer is kept for a repeat; why something was refused is kept for whoever asks later. */
function answerText(outcome: Outcome<unknown>, isKept: boolean): string | null {
  if (!outcome.ok) return JSON.stringify(outcome.refusal.toAnswer());
  return isKept ? JSON.stringify(outcome.answer) : null;
}

/** One pointer for every level that moved: the relay reads the movements between the two versions. */
function levelFacts(draft: Draft, commandId: string): readonly Fact[] {
  return [...draft.levels].flatMap(([key, level]): Fact[] => {
    const from = draft.loaded.levels.get(key) ?? 0;
    if (from === level.version) return [];
    return [
      {
        type: 'stock.level.changed',
        kind: 'level',
        id: [level.skuId, level.locationId],
        from,
        to: level.version,
        commandId,
      },
    ];
  });
}

/** A draft for this unit: its time is read now, after the locking statement. */
export async function draftNow(tx: Tx, engine: Engine): Promise<Draft> {
  const { ids, validators = [] } = engine.ports;
  return openDraft({ now: await tx.now(), scope: tx.scope, validators, ids, sha256 });
}

export function isFuture(occurredAt: string | undefined, now: Instant): boolean {
  return occurredAt !== undefined && occurredAt > now;
}

export function inTheFuture(path = 'occurredAt'): GranaryError {
  return invalidInput([{ path, message: 'must not be in the future' }]);
}
