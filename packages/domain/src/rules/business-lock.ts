/** Business locks: free quantity of named batches is taken out of sale; all of it or none. */
import type { ShortLine } from '@granary/contracts/error';
import { type Instant, plusSeconds } from '@granary/contracts/instant';
import { freeOf } from '../entities/batch.ts';
import type { Lock, LockLineRow } from '../entities/lock.ts';
import { accepted, duplicate, insufficientStock, invalidInput, type Outcome, quote, refused } from '../refusal.ts';
import { batchOf, type Draft } from './draft.ts';
import { expireLock } from './end-lock.ts';
import { isWhole } from './location-scope.ts';
import { changeLock, isLockOverdue, type LockBook } from './lock-book.ts';
import { nameBatches } from './lockable.ts';
import { post } from './post.ts';

export interface BusinessLockRequest {
  readonly commandId: string;
  readonly skuId: string | undefined;
  /** One line a batch, in the order in which they were named. */
  readonly lines: readonly { readonly batchId: string; readonly quantity: number }[];
  readonly type: string;
  readonly businessId: string;
  readonly reason: string;
  /** Undefined is no deadline. */
  readonly deadline: { readonly at?: Instant; readonly ttlSeconds?: number };
  readonly contentHash: string;
}

/** Answers the lock: a new one, or the one that stands with the same content. */
export function decideBusinessLock(draft: Draft, book: LockBook, request: BusinessLockRequest): Outcome<Lock> {
  const standing = [...book.locks.values()].find(
    (lock) => lock.state === 'active' && lock.businessId === request.businessId && lock.type === request.type,
  );
  if (standing !== undefined && isLockOverdue(standing, draft.now)) {
    expireLock(draft, book, { lock: standing, commandId: request.commandId });
  } else if (standing !== undefined) {
    const isSame = standing.contentHash === request.contentHash && isWhole(draft.scope, standing);
    return isSame ? accepted(standing) : refused(standsAlready(draft, standing));
  }
  const refusal = nameBatches(draft, { batchIds: request.lines.map((line) => line.batchId), skuId: request.skuId });
  if (refusal !== undefined) return refused(refusal);
  const expiresAt = deadlineOf(draft.now, request.deadline);
  if (expiresAt !== null && expiresAt <= draft.now)
    return refused(invalidInput([{ path: 'expiresAt', message: 'must be in the future' }]));
  const short = shortBatches(draft, request.lines);
  if (short.length > 0) return refused(insufficientStock(short));
  // Below this line it must succeed.
  return accepted(lockStock(draft, book, { request, expiresAt }));
}

function deadlineOf(now: Instant, { at, ttlSeconds }: BusinessLockRequest['deadline']): Instant | null {
  if (at !== undefined) return at;
  return ttlSeconds === undefined || ttlSeconds === 0 ? null : plusSeconds(now, ttlSeconds);
}

/** The key can be held once, wherever; of a lock that lies elsewhere nothing is told. */
function standsAlready(draft: Draft, standing: Lock) {
  const { lockId, type, businessId } = standing;
  const id = businessId ?? '';
  return isWhole(draft.scope, standing)
    ? duplicate('lock', lockId, `${type} ${quote(id)} already locks stock with other content.`)
    : duplicate('lock', id, `${type} ${quote(id)} cannot lock these batches.`);
}

/** Every batch that has less free than is to be locked. */
function shortBatches(draft: Draft, lines: BusinessLockRequest['lines']): readonly ShortLine[] {
  return lines.flatMap(({ batchId, quantity }): ShortLine[] => {
    const batch = batchOf(draft, batchId);
    const available = freeOf(batch);
    const { skuId, locationId } = batch;
    return available < quantity ? [{ skuId, locationId, batchId, requested: quantity, available }] : [];
  });
}

function lockStock(
  draft: Draft,
  book: LockBook,
  { request, expiresAt }: { request: BusinessLockRequest; expiresAt: Instant | null },
): Lock {
  const { commandId, type, businessId, reason, contentHash } = request;
  const lockId = draft.ids();
  const lines = request.lines.map(({ batchId, quantity }, at): LockLineRow => {
    post(draft, { kind: 'lock', batchId, onHandDelta: 0, reservedDelta: 0, lockedDelta: quantity, commandId, reason });
    const { skuId, locationId, batchNo, status } = batchOf(draft, batchId);
    const facts = { skuId, locationId, batchId, batchNo, was: status };
    return { lockId, lineNo: at + 1, ...facts, quantity, held: quantity };
  });
  const lock: Lock = {
    ...{ lockId, type, businessId, reason, contentHash, expiresAt, lines, commandId },
    kind: 'business',
    state: 'active',
    createdAt: draft.now,
    ...{ operator: null, progress: null, endedAt: null, endReason: null, version: 0 },
  };
  return changeLock(draft, book, { lock, fields: {}, events: [{ type: 'stock.locked' }], commandId });
}
