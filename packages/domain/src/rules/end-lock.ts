/** Ending a lock, by hand or at its deadline: quantities go back into sale, frozen batches thaw. */
import type { EventType } from '@granary/contracts/event';
import type { Lock, LockLineRow } from '../entities/lock.ts';
import { accepted, invalidState, type Outcome, refused } from '../refusal.ts';
import { batchOf, type Draft } from './draft.ts';
import { changeLock, isLockOverdue, type LockBook, type LockEvent } from './lock-book.ts';
import { post } from './post.ts';

/** A repeat of a release that won is answered unchanged; one that lost to the deadline is told so. */
export function decideRelease(
  draft: Draft,
  book: LockBook,
  request: { readonly lock: Lock; readonly reason: string; readonly commandId: string },
): Outcome<Lock> {
  const { lock, reason, commandId } = request;
  if (lock.state === 'released') return accepted(lock);
  if (isLockOverdue(lock, draft.now)) return refused(hasExpired(expireLock(draft, book, { lock, commandId })));
  if (lock.state === 'expired') return refused(hasExpired(lock));
  return accepted(endLock(draft, book, { lock, state: 'released', reason, commandId }));
}

function hasExpired({ lockId, expiresAt, commandId }: Lock) {
  return invalidState({
    noun: 'lock',
    id: lockId,
    state: 'expired',
    message: `Lock ${lockId} ended by itself at ${expiresAt ?? 'its deadline'}.`,
    hint: 'There is nothing left to release; details.cause is the command that ended it.',
    cause: commandId,
  });
}

export function expireLock(
  draft: Draft,
  book: LockBook,
  { lock, commandId }: { readonly lock: Lock; readonly commandId: string },
): Lock {
  return endLock(draft, book, { lock, state: 'expired', reason: 'deadline passed', commandId });
}

interface Ending {
  readonly lock: Lock;
  readonly state: 'released' | 'expired';
  readonly reason: string;
  readonly commandId: string;
}

function endLock(draft: Draft, book: LockBook, { lock, state, reason, commandId }: Ending): Lock {
  const ended: EventType = state === 'released' ? 'stock.lock.released' : 'stock.lock.expired';
  const thawed = lock.kind === 'operation' ? thaw(draft, lock) : [];
  for (const line of lock.lines) unlock(draft, line, { reason, commandId });
  return changeLock(draft, book, {
    lock,
    fields: {
      state,
      endedAt: draft.now,
      endReason: reason,
      progress: null,
      lines: lock.lines.map((line) => ({ ...line, held: 0 })),
    },
    events: [...thawed, { type: ended }],
    commandId,
  });
}

function unlock(draft: Draft, { batchId, held }: LockLineRow, why: { reason: string; commandId: string }): void {
  if (held === 0) return;
  post(draft, { kind: 'unlock', batchId, onHandDelta: 0, reservedDelta: 0, lockedDelta: -held, ...why });
}

/** Every batch that this lock holds still goes back to what it was; a deadline that passed meanwhile is the expiry sweep's to find. */
function thaw(draft: Draft, { lockId, lines }: Lock): readonly LockEvent[] {
  const after = lines.flatMap(({ batchId, was }) => {
    const batch = batchOf(draft, batchId);
    if (batch.frozenBy !== lockId) return [];
    const status = was === 'expired' && batch.expiresAt <= draft.now ? 'expired' : 'available';
    draft.batches.set(batchId, { ...batch, status, frozenBy: null });
    draft.changedBatches.add(batchId);
    const { skuId, locationId, batchNo } = batch;
    return [{ batchId, skuId, locationId, batchNo, status }];
  });
  const before = after.map((batch) => ({ ...batch, status: 'frozen' }));
  return [{ type: 'stock.batch.unfrozen', before: { lockId, batches: before }, after: { lockId, batches: after } }];
}
