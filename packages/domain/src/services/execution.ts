/**
 * How every mutating call runs: the kept answer of a repeat, or decide, write the plan, the command and the outbox, all
 * in one unit of work. A refusal is committed as well: what was expired on the way stays expired, and a key keeps it.
 */
import { createHash } from 'node:crypto';
import { type ErrorAnswer, type ErrorKind, errorFromAnswer, GranaryError } from '@granary/contracts/error';
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
import { invalidInput, type Outcome } from '../refusal.ts';
import { canonicalJson, firstDifference } from '../rules/canonical-json.ts';
import { type Draft, openDraft } from '../rules/draft.ts';
import type { StrategyRegistry } from '../strategies/registry.ts';

/** What the services share. */
export interface Engine {
  readonly units: UnitOfWork;
  readonly ports: DomainPorts;
  readonly config: DomainConfig;
  readonly strategies: StrategyRegistry;
}

export interface Decision<T> {
  readonly outcome: Outcome<T>;
  readonly draft: Draft;
  /** What a call without a movement changed; with movements the ledger tells. */
  readonly before?: unknown;
  readonly after?: unknown;
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

/** Refusals that were decided inside the unit of work are kept with the key; others never. */
const KEPT: ReadonlySet<ErrorKind> = new Set([
  'stockNotFound',
  'insufficientStock',
  'reservationExpired',
  'notFound',
  'duplicate',
  'incompatibleBatch',
  'invalidState',
  'lockConflict',
]);

export async function execute<T>(engine: Engine, execution: Execution<T>): Promise<T> {
  const { scope, keys } = execution.lock;
  const outcome = await engine.ports.locks.using(scope, keys, () => run(engine, execution));
  if (!outcome.ok) throw outcome.refusal;
  return outcome.answer;
}

async function run<T>(engine: Engine, execution: Execution<T>): Promise<Outcome<T>> {
  const { idempotencyKey, ...request } = execution.input;
  const said = { idempotencyKey, request: canonicalJson(request) };
  return await engine.units.write(execution.call, async (tx, grown) => {
    const kept = await keptOutcome<T>(tx, execution, said);
    if (kept !== undefined) return kept;
    const decision = await execution.decide(tx, grown);
    const { outcome, draft } = decision;
    const hasEffect = draft.facts.length > 0;
    const isKept = idempotencyKey !== undefined && (outcome.ok || KEPT.has(outcome.refusal.kind));
    await writeDraft(tx, draft, engine.ports.onHandHandlers);
    if ((outcome.ok && decision.isIdle !== true) || isKept || hasEffect) {
      await appendCommand(tx, commandRow(tx, { execution, said, decision, isKept }));
    }
    const facts = [...levelFacts(draft, tx.commandId), ...draft.facts];
    await appendOutbox(tx, { outboxId: tx.commandId, facts, createdAt: draft.now });
    return outcome;
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
  const { outcome, draft, before, after } = decision;
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
    answer: isKept ? JSON.stringify(outcome.ok ? outcome.answer : outcome.refusal.toAnswer()) : null,
    before: before === undefined ? null : JSON.stringify(before),
    after: after === undefined ? null : JSON.stringify(after),
    recordedAt: draft.now,
  };
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
  return openDraft({ now: await tx.now(), ids: engine.ports.ids, sha256 });
}

export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

export function isFuture(occurredAt: string | undefined, now: Instant): boolean {
  return occurredAt !== undefined && occurredAt > now;
}

export function inTheFuture(): GranaryError {
  return invalidInput([{ path: 'occurredAt', message: 'must not be in the future' }]);
}
