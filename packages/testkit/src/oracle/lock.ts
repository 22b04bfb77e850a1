/** Locks: quantities out of sale by a business decision, and whole batches held still for an operation. */
import type { ShortLine } from '@granary/contracts/error';
import { plusSeconds, type Instant } from '@granary/contracts/instant';
import type {
  Lock,
  LockBusinessInput,
  LockExpireDueAnswer,
  LockOperationInput,
  LockReleaseInput,
} from '@granary/contracts/lock';
import { MAX_QUANTITY } from '@granary/contracts/quantity';
import { endLock, expectLock, isLockOverdue } from './lock-end.ts';
import type { OracleLock } from './lock-row.ts';
import { move } from './ledger.ts';
import { expectShortLines } from './short-lines.ts';
import { met } from './sometimes.ts';
import { freeOf, openDraft } from './stock-draft.ts';
import {
  canonical,
  createRefusals,
  expectEqual,
  expectNow,
  Mismatch,
  settle,
  wasRefusedFreely,
  type Outcome,
  type Refusals,
} from './verdict.ts';
import { allowExpiry, untilTheWayIsClear } from './way.ts';
import { batchOf, keyOf, type World } from './world.ts';

export function judgeLockBusiness(world: World, input: LockBusinessInput, outcome: Outcome<Lock>): void {
  const refusals = createRefusals();
  const wanted = summed(input.batches);
  const isMisread = [...wanted.values()].some((sum) => sum > MAX_QUANTITY);
  if (isMisread) refusals.must.set('INV_005', 'too many of one batch');
  const content = canonical({ batches: [...wanted].toSorted(([a], [b]) => (a < b ? -1 : 1)), reason: input.reason });
  const standing = [...world.locks.values()].find(
    (lock) => lock.state === 'active' && lock.type === input.type && lock.businessId === input.businessId,
  );
  if (standing !== undefined && !isLockOverdue(world, standing) && !isMisread) {
    if (standing.content !== content) refusals.must.set('INV_008', 'it locks other stock already');
    if (!settle(outcome, refusals)) return;
    met(world, 'a lock is answered as it is');
    expectLock(world, outcome.answer, standing);
    return;
  }
  checkLockable(world, { batchIds: [...wanted.keys()], skuId: input.skuId }, refusals);
  if (input.expiresAt !== undefined && input.expiresAt <= world.now)
    refusals.must.set('INV_005', 'deadline in the past');
  // An overdue one that stood under the name ends by the meeting, unless the call was refused before anything was looked at.
  if (refusals.must.size > 0 || wasRefusedFreely(outcome, refusals)) {
    refusals.may.add('INV_002');
    if (settle(outcome, refusals)) return;
    if (standing !== undefined && !isMisread) endLock(world, standing, { state: 'expired' });
    return;
  }
  if (standing !== undefined) {
    met(world, 'an overdue lock of the same name');
    endLock(world, standing, { state: 'expired' });
  }
  const short = clearTheWay(world, wanted);
  if (short.length > 0) refusals.must.set('INV_002', 'short');
  if (!settle(outcome, refusals)) {
    expectShortLines(world, outcome, short);
    return;
  }
  const createdAt = expectNow('createdAt', outcome.answer.createdAt, world);
  const ttlSeconds = input.ttlSeconds ?? world.settings.lockTtlSeconds;
  const lines = [...wanted].map(([batchId, quantity]) => {
    move(world, batchOf(world, batchId), { locked: quantity });
    return { batchId, quantity, held: quantity, wasMarked: false };
  });
  learnLock(world, outcome.answer, {
    ...{ kind: 'business', type: input.type, businessId: input.businessId, operator: null },
    ...{ reason: input.reason, content, createdAt, lines },
    expiresAt: (input.expiresAt as Instant | undefined) ?? deadlineOf(createdAt, ttlSeconds),
  });
}

function summed(batches: LockBusinessInput['batches']): Map<string, number> {
  const sums = new Map<string, number>();
  for (const { batchId, quantity } of batches) sums.set(batchId, (sums.get(batchId) ?? 0) + quantity);
  return sums;
}

function deadlineOf(createdAt: Instant, ttlSeconds: number): Instant | null {
  return ttlSeconds === 0 ? null : plusSeconds(createdAt, ttlSeconds);
}

function checkLockable(
  world: World,
  named: { batchIds: readonly string[]; skuId?: string | undefined },
  refusals: Refusals,
): void {
  const { skuId } = named;
  if (skuId !== undefined && !world.skus.has(skuId)) refusals.must.set('INV_001', `no SKU ${skuId}`);
  for (const batchId of named.batchIds) {
    const batch = world.batches.get(batchId);
    if (batch === undefined) refusals.must.set('INV_007', `no batch ${batchId}`);
    else if (skuId !== undefined && batch.skuId !== skuId) refusals.must.set('INV_005', 'a batch of another SKU');
    if ((batch?.mergedInto ?? null) !== null) refusals.must.set('INV_010', `batch ${batchId} is merged`);
    if ((batch?.frozenBy ?? null) !== null) refusals.must.set('INV_016', `batch ${batchId} is frozen`);
  }
}

/** Every batch that has less free than is to be locked, once what is overdue at its level is expired. */
function clearTheWay(world: World, wanted: ReadonlyMap<string, number>): readonly ShortLine[] {
  const batches = [...wanted.keys()].map((batchId) => batchOf(world, batchId));
  const levels = new Set(batches.map((batch) => keyOf(batch.skuId, batch.locationId)));
  const skuIds = new Set(batches.map((batch) => batch.skuId));
  const result = untilTheWayIsClear<object>(world, skuIds, () => {
    const short = [...wanted].flatMap(([batchId, requested]): ShortLine[] => {
      const batch = batchOf(world, batchId);
      const available = freeOf(batch, openDraft());
      const { skuId, locationId } = batch;
      return available < requested ? [{ skuId, locationId, batchId, requested, available }] : [];
    });
    return short.length > 0 ? { short, levels } : {};
  });
  // What is in the way of a lock is where its batches lie, whatever else the SKU has.
  allowExpiry(world, skuIds);
  return result.short ?? [];
}

export function judgeLockOperation(world: World, input: LockOperationInput, outcome: Outcome<Lock>): void {
  const refusals = createRefusals();
  const batchIds = [...new Set(input.batchIds)];
  checkLockable(world, { batchIds }, refusals);
  if (!settle(outcome, refusals)) return;
  const createdAt = expectNow('createdAt', outcome.answer.createdAt, world);
  learnLock(world, outcome.answer, {
    ...{ kind: 'operation', type: input.operationType, businessId: null, operator: input.operator },
    ...{ reason: input.reason, content: '', createdAt, expiresAt: deadlineOf(createdAt, input.ttlSeconds ?? 0) },
    lines: freeze(world, outcome.answer.id, batchIds),
  });
}

/** Frozen batches keep their balances; what was marked as past its date is so again when they thaw. */
export function freeze(world: World, lockId: string, batchIds: readonly string[]): OracleLock['lines'] {
  return batchIds.map((batchId) => {
    const batch = batchOf(world, batchId);
    const wasMarked = batch.isMarked;
    if (batch.reserved > 0) met(world, 'held goods are frozen');
    batch.frozenBy = lockId;
    batch.isMarked = false;
    return { batchId, quantity: null, held: null, wasMarked };
  });
}

export function learnLock(
  world: World,
  actual: Lock,
  made: Omit<OracleLock, 'id' | 'state' | 'endReason' | 'version'>,
): OracleLock {
  if (world.locks.has(actual.id))
    throw new Mismatch('a new lock has the id of an earlier one', { expected: 'a new id', actual });
  const lock: OracleLock = { ...made, id: actual.id, state: 'active', endReason: null, version: 1 };
  world.locks.set(lock.id, lock);
  expectLock(world, actual, lock);
  return lock;
}

export function judgeLockRelease(world: World, input: LockReleaseInput, outcome: Outcome<Lock>): void {
  const refusals = createRefusals();
  const lock = world.locks.get(input.lockId);
  if (lock === undefined) refusals.must.set('INV_007', `no lock ${input.lockId}`);
  else if (isLockOverdue(world, lock)) {
    met(world, 'a release of an overdue lock');
    endLock(world, lock, { state: 'expired' });
  }
  if (lock?.state === 'expired') refusals.must.set('INV_010', 'it ended by itself');
  if (!settle(outcome, refusals) || lock === undefined) return;
  if (lock.state === 'active') endLock(world, lock, { state: 'released', reason: input.reason });
  expectLock(world, outcome.answer, lock);
}

export function judgeLockExpireDue(
  world: World,
  input: { readonly limit: number },
  outcome: Outcome<LockExpireDueAnswer>,
): void {
  if (!settle(outcome, createRefusals())) return;
  const { expired, lockIds } = outcome.answer;
  const due = [...world.locks.values()].filter((lock) => isLockOverdue(world, lock));
  const counted = { expired: Math.min(due.length, input.limit), ids: expired };
  expectEqual('the number of locks ended', { expired, ids: new Set(lockIds).size }, counted);
  for (const id of lockIds) {
    const lock = due.find((each) => each.id === id);
    if (lock === undefined) throw new Mismatch('ended a lock that was not due', { expected: due, actual: id });
    endLock(world, lock, { state: 'expired' });
  }
}
