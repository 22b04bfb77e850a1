/** What accompanies every mutating call: who acts, and how long the caller will wait. */
import type { Caller } from '@granary/contracts/command';

export interface Call {
  readonly caller: Caller;
  /** From the start of the call; the configured deadline when left out. */
  readonly deadlineMs?: number;
  /** Whether it may tell what happened before what is written already; whoever calls within the process may. */
  readonly mayBackdate?: boolean;
}
