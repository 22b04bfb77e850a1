/** What else names a batch and must follow its goods into the one that took it over. Reservations follow in the decision itself. */
import { moveLocks } from '../persistence/lock-store.ts';
import { type MergeFacts, moveSerials } from '../persistence/serial-store.ts';
import type { Tx } from '../persistence/transaction.ts';

export interface Following {
  readonly sourceIds: readonly string[];
  readonly target: { readonly batchId: string; readonly batchNo: string };
  readonly facts: MergeFacts;
}

/** Called under the lock of the level of all of them, after the batches have been written. */
export type BatchFollower = (tx: Tx, following: Following) => Promise<void>;

/** In the global order of locks. */
export const mergeFollowers: readonly BatchFollower[] = [
  (tx, { sourceIds, ...into }) => moveSerials(tx, sourceIds, into),
  (tx, { sourceIds, target }) => moveLocks(tx, sourceIds, target),
];
