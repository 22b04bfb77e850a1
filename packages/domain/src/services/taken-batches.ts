/** Batches that a line names, itself or through its original: what stands for them now, and whether it may be taken. */
import type { GranaryError } from '@granary/contracts/error';
import type { BatchRow } from '../entities/batch.ts';
import { loadBatches } from '../persistence/batch-store.ts';
import type { Tx } from '../persistence/transaction.ts';
import { invalidInput, invalidState, notFound, quote } from '../refusal.ts';
import { addBatches, type Draft } from '../rules/draft.ts';
import { frozenConflict } from '../rules/frozen.ts';

export type Standing = (batchId: string) => BatchRow | undefined;

/**
 * Loads the batches under the lock of their levels, and those that they were merged into, which lie at the same level.
 * Answers what stands for each now.
 */
export async function loadTaken(tx: Tx, draft: Draft, batchIds: readonly (string | undefined)[]): Promise<Standing> {
  let ids = [...new Set(batchIds.flatMap((id) => id ?? []))];
  while (ids.length > 0) {
    const missing = ids.filter((id) => !draft.batches.has(id));
    // A batch of an unlocked level is one that the caller misnamed: it is looked at, never taken from.
    addBatches(draft, await loadBatches(tx, missing));
    ids = [...new Set(ids.flatMap((id) => draft.batches.get(id)?.mergedInto ?? []))];
  }
  return (batchId) => {
    let batch = draft.batches.get(batchId);
    while (batch !== undefined && batch.mergedInto !== null) batch = draft.batches.get(batch.mergedInto);
    return batch;
  };
}

export interface TakenBatch {
  readonly line: { readonly skuId: string; readonly locationId?: string | undefined };
  readonly batch: BatchRow | undefined;
  readonly batchId: string;
  /** Index of the line. */
  readonly at: number;
  readonly evenExpired: boolean;
  /** Whether the batch follows from an original, so that the input names none. */
  readonly isOriginal: boolean;
}

export function checkTaken(draft: Draft, taken: TakenBatch): GranaryError | undefined {
  const { line, batch, batchId, at, evenExpired, isOriginal } = taken;
  if (batch === undefined || !draft.scope.holds(batch.locationId)) return notFound('batch', batchId);
  if (batch.skuId !== line.skuId)
    return invalidInput([{ path: `lines.${at}.batchId`, message: `batch ${batchId} is of another SKU` }]);
  if (line.locationId !== undefined && batch.locationId !== line.locationId) {
    const path = `lines.${at}.${isOriginal ? 'locationId' : 'batchId'}`;
    return invalidInput([{ path, message: `batch ${batch.batchId} lies at another location` }]);
  }
  const conflict = frozenConflict(batch);
  if (conflict !== undefined) return conflict;
  const isExpired = batch.status === 'expired' || batch.expiresAt <= draft.now;
  return isExpired && !evenExpired ? expired(batch) : undefined;
}

function expired({ batchId, batchNo }: BatchRow): GranaryError {
  return invalidState({
    noun: 'batch',
    id: batchId,
    state: 'expired',
    message: `Batch ${quote(batchNo)} is expired and can only be written off as damaged or returned to its supplier.`,
    hint: 'Name another batch, or leave batchId out.',
  });
}
