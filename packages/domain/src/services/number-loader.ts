/** Batches by number, as a receipt meets them: every one of the number, and what those that were merged were merged into. */
import { loadBatchesByNumber } from '../persistence/batch-store.ts';
import type { Tx } from '../persistence/transaction.ts';
import { addBatches, type Draft } from '../rules/draft.ts';
import { loadTaken } from './taken-batches.ts';

/** To be asked under the lock of the levels at which they are received. */
export async function loadNumbers(
  tx: Tx,
  draft: Draft,
  numbers: readonly { readonly skuId: string; readonly batchNo: string }[],
): Promise<void> {
  const found = await loadBatchesByNumber(tx, numbers);
  addBatches(draft, found);
  await loadTaken(
    tx,
    draft,
    found.flatMap((batch) => batch.mergedInto ?? []),
  );
}
