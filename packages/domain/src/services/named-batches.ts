/** Batches that a caller names must be what the caller thinks they are. */
import type { GranaryError } from '@granary/contracts/error';
import { invalidInput, invalidState, notFound, quote } from '../refusal.ts';
import type { Draft } from '../rules/draft.ts';
import { visibleStatus } from '../rules/batch-status.ts';

interface Naming {
  readonly skuId: string;
  readonly locationId?: string | undefined;
  readonly batchIds?: readonly string[] | undefined;
}

/** `path` is where they stand in the input. */
export function checkNamedBatches(
  draft: Draft,
  { skuId, locationId, batchIds }: Naming,
  path: string,
): GranaryError | undefined {
  for (const batchId of batchIds ?? []) {
    const batch = draft.batches.get(batchId);
    if (batch === undefined || !draft.scope.holds(batch.locationId)) return notFound('batch', batchId);
    if (batch.skuId !== skuId) return invalidInput([{ path, message: `batch ${batchId} is of another SKU` }]);
    if (locationId !== undefined && batch.locationId !== locationId) {
      return invalidInput([{ path, message: `batch ${batchId} lies at another location` }]);
    }
    const state = batch.expiresAt <= draft.now ? 'expired' : visibleStatus(batch);
    if (state !== 'available' && state !== 'depleted') {
      return invalidState({
        noun: 'batch',
        id: batchId,
        state,
        message: `Batch ${quote(batch.batchNo)} is ${state} and cannot be allocated.`,
        hint: 'Name another batch, or leave batchIds out.',
      });
    }
  }
  return undefined;
}
