/** A recalled number takes nothing in anywhere: goods of the lot that arrive elsewhere must not be sold as if nothing were. */
import { RECALL } from '@granary/contracts/lock';
import type { GranaryError } from '@granary/contracts/error';
import type { BatchRow } from '../entities/batch.ts';
import { findLocks } from '../persistence/lock-store.ts';
import type { Tx } from '../persistence/transaction.ts';
import { present } from '../refusal.ts';
import type { Draft } from '../rules/draft.ts';
import { firstFrozenConflict } from '../rules/frozen.ts';
import { standingFor } from '../rules/merged-away.ts';

/** Asks once every batch of the numbers has been loaded; costs a read only where one of them is frozen. */
export async function recallConflict(
  tx: Tx,
  draft: Draft,
  lines: readonly { readonly skuId: string; readonly batchNo: string }[],
): Promise<GranaryError | undefined> {
  const numbers = new Set(lines.map(({ skuId, batchNo }) => `${skuId}\0${batchNo}`));
  const named = [...draft.batches.values()].filter((batch) => numbers.has(`${batch.skuId}\0${batch.batchNo}`));
  // A number that was merged away is recalled with what took it over.
  const frozen = named
    .map(({ batchId }) => present(standingFor(draft.batches, batchId), 'what a batch was merged into'))
    .filter((batch) => batch.status === 'frozen');
  if (frozen.length === 0) return undefined;
  const lockOf = (batch: BatchRow) => present(batch.frozenBy, 'the lock of a frozen batch');
  const locks = await findLocks(tx, [...new Set(frozen.map(lockOf))]);
  const recalls = new Set(locks.filter((lock) => lock.type === RECALL).map((lock) => lock.lockId));
  return firstFrozenConflict(frozen.filter((batch) => recalls.has(lockOf(batch))));
}
