/** Batches that a lock names must be there, be of one mind with the caller, and be held still by nobody. */
import type { GranaryError } from '@granary/contracts/error';
import type { BatchRow } from '../entities/batch.ts';
import { invalidInput, invalidState, notFound, quote, unknownSku } from '../refusal.ts';
import type { Draft } from './draft.ts';
import { frozenConflict } from './frozen.ts';

interface Naming {
  readonly batchIds: readonly string[];
  readonly skuId?: string | undefined;
}

/** The first thing wrong with the batches of a lock; undefined when all of them can be locked. */
export function nameBatches(draft: Draft, { batchIds, skuId }: Naming): GranaryError | undefined {
  if (skuId !== undefined && !draft.skus.has(skuId)) return unknownSku(skuId);
  for (const batchId of batchIds) {
    const batch = draft.batches.get(batchId);
    if (batch === undefined || !draft.scope.holds(batch.locationId)) return notFound('batch', batchId);
    if (skuId !== undefined && batch.skuId !== skuId)
      return invalidInput([{ path: 'batches', message: `batch ${batchId} is of another SKU` }]);
    const refusal = batch.status === 'merged' ? mergedAway(batch) : frozenConflict(batch);
    if (refusal !== undefined) return refusal;
  }
  return undefined;
}

function mergedAway({ batchId, batchNo, mergedInto }: BatchRow): GranaryError {
  return invalidState({
    noun: 'batch',
    id: batchId,
    state: 'merged',
    message: `Batch ${quote(batchNo)} was merged and has nothing to lock.`,
    hint: `Lock batch ${mergedInto ?? ''}, which took it over.`,
  });
}
