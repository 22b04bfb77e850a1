/** Operation locks: whole batches are held still. They hold no quantity and post no movement: what is frozen keeps its balances. */
import { type Instant, plusSeconds } from '@granary/contracts/instant';
import type { BatchRow } from '../entities/batch.ts';
import type { Lock, LockLineRow } from '../entities/lock.ts';
import { accepted, type Outcome, refused } from '../refusal.ts';
import { batchOf, type Draft } from './draft.ts';
import { changeLock, type LockBook, type LockEvent } from './lock-book.ts';
import { nameBatches } from './lockable.ts';

export interface OperationLockRequest {
  readonly commandId: string;
  readonly batchIds: readonly string[];
  readonly type: string;
  readonly operator: string;
  readonly reason: string;
  /** Undefined and 0 are no deadline. */
  readonly ttlSeconds: number | undefined;
  readonly contentHash: string;
}

export function decideOperationLock(draft: Draft, book: LockBook, request: OperationLockRequest): Outcome<Lock> {
  const refusal = nameBatches(draft, { batchIds: request.batchIds });
  if (refusal !== undefined) return refused(refusal);
  // Below this line it must succeed.
  const { batchIds, commandId } = request;
  const lock = unbornLock(draft, request);
  const { lines, frozen } = freeze(draft, lock, batchIds);
  const events: LockEvent[] = [{ type: 'stock.locked' }, frozen];
  return accepted(changeLock(draft, book, { lock, fields: { lines }, events, commandId }));
}

/** An operation lock before its first version. */
export function unbornLock(draft: Draft, request: Omit<OperationLockRequest, 'batchIds'>): Lock {
  const { commandId, type, operator, reason, ttlSeconds, contentHash } = request;
  const expiresAt: Instant | null =
    ttlSeconds === undefined || ttlSeconds === 0 ? null : plusSeconds(draft.now, ttlSeconds);
  return {
    ...{ lockId: draft.ids(), type, operator, reason, expiresAt, contentHash, commandId, lines: [] },
    kind: 'operation',
    state: 'active',
    createdAt: draft.now,
    ...{ businessId: null, progress: null, endedAt: null, endReason: null, version: 0 },
  };
}

/** Freezes batches that nobody else holds still; answers the lines of the lock, those before included, and what tells of it. */
export function freeze(
  draft: Draft,
  lock: Lock,
  batchIds: readonly string[],
): { readonly lines: readonly LockLineRow[]; readonly frozen: LockEvent } {
  const batches = batchIds.map((batchId) => batchOf(draft, batchId));
  for (const batch of batches) {
    draft.batches.set(batch.batchId, { ...batch, status: 'frozen', frozenBy: lock.lockId });
    draft.changedBatches.add(batch.batchId);
  }
  const fresh = batches.map(({ batchId, skuId, locationId, batchNo, status }, at): LockLineRow => {
    const facts = { skuId, locationId, batchId, batchNo, was: status };
    return { lockId: lock.lockId, lineNo: lock.lines.length + at + 1, ...facts, quantity: 0, held: 0 };
  });
  const { lockId, type, reason } = lock;
  const told = (status: (batch: BatchRow) => string) => ({
    ...{ lockId, type, reason },
    batches: batches.map((batch) => {
      const { batchId, skuId, locationId, batchNo } = batch;
      return { batchId, skuId, locationId, batchNo, status: status(batch) };
    }),
  });
  return {
    lines: [...lock.lines, ...fresh],
    frozen: { type: 'stock.batch.frozen', before: told(({ status }) => status), after: told(() => 'frozen') },
  };
}
