/** What the services share, and what every mutating call is to whoever runs it. */
import type { Instant } from '@granary/contracts/instant';
import type { Call } from '../call.ts';
import type { DomainConfig } from '../config.ts';
import type { Tx } from '../persistence/transaction.ts';
import type { UnitOfWork } from '../persistence/unit-of-work.ts';
import type { DomainPorts } from '../ports/domain-ports.ts';
import type { LockScope } from '../ports/lock-manager.ts';
import type { Outcome } from '../refusal.ts';
import { type Draft, openDraft } from '../rules/draft.ts';
import type { LocationScope } from '../rules/location-scope.ts';
import type { StrategyRegistry } from '../strategies/registry.ts';
import { sha256 } from './hashing.ts';
import type { RecordRefusal } from './refusal-record.ts';
import type { Trails } from './trails.ts';

export interface Engine {
  readonly units: UnitOfWork;
  readonly ports: DomainPorts;
  readonly config: DomainConfig;
  readonly strategies: StrategyRegistry;
  readonly recordRefusal: RecordRefusal;
  /** Where this process looked for stock the last time. */
  readonly trails: Trails;
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

/** A call, whatever is done for it. */
export interface Calling {
  readonly procedure: string;
  readonly input: object & { readonly idempotencyKey?: string | undefined };
  readonly call: Call;
  readonly lock: { readonly scope: LockScope; readonly keys: readonly string[] };
}

/** A draft for this unit: its time is read now, after the locking statement. */
export async function draftNow(tx: Tx, engine: Engine): Promise<Draft> {
  return draftAt(engine, { now: await tx.now(), scope: tx.scope });
}

/** The same where the time was read with something else. */
export function draftAt(engine: Engine, at: { now: Instant; scope: LocationScope }): Draft {
  const { ids, validators = [] } = engine.ports;
  return openDraft({ ...at, validators, ids, sha256 });
}
