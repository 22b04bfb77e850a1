/**
 * Frozen batches: an operation lock (or a recall) holds the whole batch still. Every rule that would take from a named batch,
 * top it up, or change its identity asks here BEFORE it posts. Not asked: release and expiry, which only give back, and
 * confirm, extend and convert, which move nothing. Allocation passes frozen batches over by itself.
 */
import { GranaryError } from '@granary/contracts/error';
import type { BatchRow } from '../entities/batch.ts';
import { invariant, quote } from '../refusal.ts';

/** LOCK_CONFLICT naming the lock that holds the batch still; undefined when the batch may be changed. */
export function frozenConflict(
  batch: Pick<BatchRow, 'batchId' | 'batchNo' | 'status' | 'frozenBy'>,
): GranaryError<'lockConflict'> | undefined {
  if (batch.status !== 'frozen') return undefined;
  invariant(batch.frozenBy !== null, `frozen batch ${batch.batchId} names no lock`);
  return new GranaryError('lockConflict', {
    message: `Batch ${quote(batch.batchNo)} is frozen by lock ${batch.frozenBy}.`,
    hint: 'Wait until details.lockId is released (lock.get tells why and until when), or use another batch.',
    details: { lockId: batch.frozenBy },
  });
}

/** The first conflict among batches that one request would change together. */
export function firstFrozenConflict(
  batches: Iterable<Pick<BatchRow, 'batchId' | 'batchNo' | 'status' | 'frozenBy'>>,
): GranaryError<'lockConflict'> | undefined {
  for (const batch of batches) {
    const conflict = frozenConflict(batch);
    if (conflict !== undefined) return conflict;
  }
  return undefined;
}
