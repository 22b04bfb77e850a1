/** A recalled number takes nothing in anywhere: goods of the lot that arrive elsewhere must not be sold as if nothing were. */
import { RECALL } from '@granary/contracts/lock';
import type { GranaryError } from '@granary/contracts/error';
import { findLocks } from '../persistence/lock-store.ts';
import type { Tx } from '../persistence/transaction.ts';
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
    .flatMap(({ batchId }) => standingFor(draft.batches, batchId) ?? [])
    .filter((batch) => batch.status === 'frozen');
  if (frozen.length === 0) return undefined;
  const locks = await findLocks(tx, [...new Set(frozen.flatMap((batch) => batch.frozenBy ?? []))]);
  const recalls = new Set(locks.filter((lock) => lock.type === RECALL).map((lock) => lock.lockId));
  return firstFrozenConflict(frozen.filter((batch) => recalls.has(batch.frozenBy ?? '')));
}
