/** Everything the engine needs from outside, and nothing else. */
import type { Instant } from '@granary/contracts/instant';
import type { AllocationStrategy } from '../strategies/strategy.ts';
import type { Books } from './books.ts';
import type { Examination } from './examination.ts';
import type { CheckpointArchive, CheckpointKeys } from './checkpoint-keys.ts';
import type { Exchange } from './exchange.ts';
import type { LockManager } from './lock-manager.ts';
import type { OnHandHandler } from './on-hand-handler.ts';
import type { ReadCache, Sources } from './read-cache.ts';
import type { Replicas } from './replicas.ts';
import type { SecretBox } from './secret-box.ts';
import type { StockValidator } from './stock-validator.ts';
import type { Tracer } from './tracer.ts';
import type { UnitMeter } from './unit-meter.ts';
import type { WebhookUrlProblem } from './webhook-sender.ts';

export type Log = (level: 'info' | 'warn' | 'error', message: string, facts?: Record<string, unknown>) => void;

export interface DomainPorts {
  readonly locks: LockManager;
  /** Time-ordered identifiers, made in the process. */
  readonly ids: () => string;
  /** Receives the database's time and answers the engine's: identity in production, shifted in tests. */
  readonly clock: (databaseNow: Instant) => Instant;
  readonly onHandHandlers: readonly OnHandHandler[];
  /** Verified along with the stock: those of costing. */
  readonly books?: Books | undefined;
  /** What the doctor looks at around the engine: the server, the schema, Redis. */
  readonly surroundings?: readonly Examination[] | undefined;
  /** Without it goods are bought in the base currency only. */
  readonly exchange?: Exchange | undefined;
  /** A user's own strategies, beside the built-in ones. */
  readonly strategies: readonly AllocationStrategy[];
  /** A user's own rules, asked before a batch, an allocation or a reservation is accepted. */
  readonly validators?: readonly StockValidator[];
  readonly log: Log;
  /** Called when COMMIT has returned and before the caller is answered. */
  readonly onCommitted?: () => void;
  /** Called before the caller is answered with the SKUs of what was or may have been committed. */
  readonly onChanged?: ((sources: Sources) => void) | undefined;
  /** Makes spans; without it nothing is traced. */
  readonly tracer?: Tracer | undefined;
  /** Counts how units of work end. */
  readonly unitMeter?: UnitMeter | undefined;
  /** For reading calls; without it each of them reads the database. */
  readonly cache?: ReadCache | undefined;
  /** For reading calls; without them the primary answers all. */
  readonly replicas?: Replicas | undefined;
  /** Signs checkpoints of commands and ledger, and knows signatures; without it there are none. */
  readonly checkpointKeys?: CheckpointKeys | undefined;
  /** Where checkpoints stand besides; without it they are in the database alone. */
  readonly checkpointArchive?: CheckpointArchive | undefined;
  /** Seals the secrets of webhooks; without it there are none. */
  readonly secretBox?: SecretBox;
  /** Asked before the address of a webhook is kept; without it every http or https address is. */
  readonly webhookUrlProblem?: WebhookUrlProblem;
}
