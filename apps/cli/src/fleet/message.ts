/** What a fleet and its processes say to each other. */
import type { ErrorAnswer } from '@granary/contracts/error';

/** The calls that a process also takes directly, past its HTTP door. */
export type ServicePath = 'reservation.reserve' | 'reservation.reserveMany' | 'outbound.sales';

export type Order =
  | { readonly kind: 'open'; readonly settings: Readonly<Record<string, string>>; readonly grantEverybody: boolean }
  | { readonly kind: 'call'; readonly id: number; readonly path: ServicePath; readonly input: unknown }
  | { readonly kind: 'facts'; readonly id: number }
  /** From now on the process kills itself when its next COMMIT has returned, before it answers anybody. */
  | { readonly kind: 'die after commit'; readonly id: number };

export type Report =
  | { readonly kind: 'open'; readonly url: string }
  | { readonly kind: 'failed'; readonly message: string }
  | { readonly kind: 'done'; readonly id: number; readonly value: unknown }
  | { readonly kind: 'refused'; readonly id: number; readonly answer: ErrorAnswer };

export interface ProcessFacts {
  /** The most units of work that were open at once. */
  readonly peak: number;
  readonly locks: {
    readonly acquired: number;
    readonly skipped: number;
    readonly contended: number;
    readonly lost: number;
  };
}
