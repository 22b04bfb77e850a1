/** What the harness and its processes say to each other. */
import type { RetrySchedule } from '@granary/domain/rules/retry-schedule';

/** How a receiver of webhooks behaves. */
export type Manner =
  | { readonly kind: 'good' }
  /** Answers after a while. */
  | { readonly kind: 'slow'; readonly ms: number }
  /** Answers 500 for a while, from its first request on. */
  | { readonly kind: 'failing'; readonly ms: number }
  /** Breaks its first answer to each event off in the middle of the body. */
  | { readonly kind: 'closing' }
  /** Sends everybody to another address. */
  | { readonly kind: 'redirecting'; readonly to: string }
  /** Refuses one event until the file is there. */
  | { readonly kind: 'poisoned'; readonly by: Poison };

export interface Poison {
  readonly eventId: string;
  readonly mendedBy: string;
}

export interface Hook {
  readonly name: string;
  readonly secret: string;
  readonly manner: Manner;
}

export interface WorkerOrders {
  readonly settings: Readonly<Record<string, string>>;
  /** Where its listener notes what it hears. */
  readonly journal: string;
  readonly log: string;
  readonly leaseMs: number;
  readonly webhookSchedule: RetrySchedule;
  readonly nearSchedule: RetrySchedule;
  /** What its listener refuses. */
  readonly poison?: Poison | undefined;
}

export interface StreamOrders {
  readonly redisUrl: string;
  readonly key: string;
  readonly journal: string;
}

export type Order =
  | { readonly kind: 'work'; readonly orders: WorkerOrders }
  | { readonly kind: 'read'; readonly orders: StreamOrders }
  /** Journals are files of this folder, named as the webhooks are. */
  | { readonly kind: 'receive'; readonly folder: string }
  | { readonly kind: 'hook'; readonly hook: Hook }
  /** Reads to the end of the stream, and ends. */
  | { readonly kind: 'finish' };

export type Report =
  | { readonly kind: 'ready'; readonly port?: number }
  | { readonly kind: 'hooked' }
  | { readonly kind: 'heard' }
  | { readonly kind: 'failed'; readonly message: string };
