/** The lock of a recall: an operation lock that grows with what it finds, and tells of every round that did something. */
import { RECALL } from '@granary/contracts/lock';
import type { BatchRow } from '../entities/batch.ts';
import type { Lock } from '../entities/lock.ts';
import { batchOf, type Draft } from './draft.ts';
import { changeLock, type LockBook, type LockEvent, lockOf } from './lock-book.ts';
import { freeze, unbornLock } from './operation-lock.ts';
import type { Reallocated } from './recall.ts';

export interface RecallLocking {
  readonly skuId: string;
  readonly batchNo: string;
  readonly reason: string;
  readonly operator: string;
  readonly commandId: string;
  readonly lot: readonly BatchRow[];
  /** Of the recall under way. */
  readonly lockId: string | undefined;
}

export interface RoundResult extends Reallocated {
  readonly progress: string | null;
  readonly remaining: number;
}

export interface BegunRecall {
  readonly lockId: string;
  /** Puts into the lock what the round did; one that did nothing leaves it as it is. */
  tell(result: RoundResult): Lock;
}

/** Freezes what of the lot is not frozen yet. */
export function recallLot(draft: Draft, book: LockBook, how: RecallLocking): BegunRecall {
  const { skuId, batchNo, commandId, lot } = how;
  const isNew = how.lockId === undefined;
  const lock = isNew ? unbornRecall(draft, how) : lockOf(book, how.lockId);
  const held = () => lot.reduce((sum, { batchId }) => sum + batchOf(draft, batchId).reserved, 0);
  const heldBefore = held();
  const fresh = lot.filter((batch) => batch.frozenBy === null).map((batch) => batch.batchId);
  const { lines, frozen } = freeze(draft, lock, fresh);
  return {
    lockId: lock.lockId,
    tell: ({ progress, moved, notMoved, remaining }) => {
      const didNothing = !isNew && fresh.length === 0 && moved.length === 0 && progress === lock.progress;
      if (didNothing && held() === heldBefore) return lock;
      const facts = { lockId: lock.lockId, skuId, batchNo };
      const idsOf = (recalled: Reallocated['moved']) => recalled.map(({ hold }) => hold.reservationId);
      const recalled: LockEvent = {
        type: 'stock.batch.recalled',
        before: { ...facts, held: heldBefore },
        after: { ...facts, held: held(), moved: idsOf(moved), notMoved: idsOf(notMoved), remaining },
      };
      const events = [
        ...(isNew ? [{ type: 'stock.locked' } as const] : []),
        ...(fresh.length > 0 ? [frozen] : []),
        recalled,
      ];
      return changeLock(draft, book, { lock, fields: { lines, progress }, events, commandId });
    },
  };
}

function unbornRecall(draft: Draft, { reason, operator, commandId }: RecallLocking): Lock {
  // Nobody looks a recall up by what it was asked for: it is found by the batches that it froze.
  const contentHash = '0'.repeat(64);
  return unbornLock(draft, { type: RECALL, operator, reason, ttlSeconds: undefined, contentHash, commandId });
}
