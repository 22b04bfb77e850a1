/** A merged batch is a name that is left: it has nothing, and another batch stands for it. */
import type { GranaryError } from '@granary/contracts/error';
import type { BatchRow } from '../entities/batch.ts';
import { invalidState, quote } from '../refusal.ts';

/** INV_010 naming the batch that took it over; undefined for a batch that stands for itself. */
export function mergedAway({
  batchId,
  batchNo,
  status,
  mergedInto,
}: Pick<BatchRow, 'batchId' | 'batchNo' | 'status' | 'mergedInto'>): GranaryError | undefined {
  if (status !== 'merged') return undefined;
  return invalidState({
    noun: 'batch',
    id: batchId,
    state: 'merged',
    message: `Batch ${quote(batchNo)} was merged and has nothing left.`,
    hint: `Name batch ${mergedInto ?? ''}, which took it over.`,
  });
}

/** What stands for each batch of the draft now: itself, or what it was merged into in the end. */
export function standingFor<T extends Pick<BatchRow, 'mergedInto'>>(
  batches: ReadonlyMap<string, T>,
  batchId: string,
): T | undefined {
  let batch = batches.get(batchId);
  while (batch !== undefined && batch.mergedInto !== null) batch = batches.get(batch.mergedInto);
  return batch;
}
