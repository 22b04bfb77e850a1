/** How locks end, by hand or at their deadline, and how they are told. */
import type { Lock, LockListInput } from '@granary/contracts/lock';
import type { Listed } from './lists.ts';
import { move } from './ledger.ts';
import type { OracleLock } from './lock-row.ts';
import { createRefusals, expectEqual, Mismatch, settle, type Outcome } from './verdict.ts';
import { batchOf, type World } from './world.ts';

export function isLockOverdue(world: World, lock: OracleLock): boolean {
  return lock.state === 'active' && lock.expiresAt !== null && lock.expiresAt <= world.now;
}

/** Quantities go back into sale; frozen batches are again what they were, unless their date was corrected meanwhile. */
export function endLock(world: World, lock: OracleLock, end: { state: 'released' | 'expired'; reason?: string }): void {
  for (const line of lock.lines) {
    const batch = batchOf(world, line.batchId);
    if (line.held !== null) {
      move(world, batch, { locked: -line.held });
      line.held = 0;
    } else if (batch.frozenBy === lock.id) {
      batch.frozenBy = null;
      batch.isMarked = line.wasMarked && batch.expiresAt !== null && batch.expiresAt <= world.now;
    }
  }
  lock.state = end.state;
  lock.endReason = end.reason ?? null;
  lock.version += 1;
}

export function expectLock(world: World, actual: Lock, expected: OracleLock): void {
  const { id, kind, type, businessId, operator, reason, state, createdAt, expiresAt } = expected;
  const { endedAt, endReason, version, ...told } = actual;
  const inOrder = <T extends { batchId: string }>(lines: readonly T[]) =>
    lines.toSorted((a, b) => (a.batchId < b.batchId ? -1 : 1));
  expectEqual(
    `lock ${id}`,
    { ...told, lines: inOrder(told.lines) },
    {
      ...{ id, kind, type, businessId, operator, reason, state, createdAt, expiresAt },
      lines: inOrder(expected.lines).map(({ batchId, quantity, held }) => {
        const { skuId, locationId } = batchOf(world, batchId);
        const batchNo = told.lines.find((line) => line.batchId === batchId)?.batchNo;
        return { skuId, locationId, batchId, batchNo, quantity, held };
      }),
    },
  );
  expectEqual(`whether lock ${id} has ended`, endedAt !== null, state !== 'active');
  // One call may count for several changes of the lock, but it never goes back.
  if (version < expected.version)
    throw new Mismatch(`the version of lock ${id} falls`, { expected: expected.version, actual: version });
  expected.version = version;
  if (expected.endReason !== null) expectEqual(`why lock ${id} ended`, endReason, expected.endReason);
}

export function judgeLockList(world: World, input: LockListInput, outcome: Outcome<Listed<Lock>>): void {
  if (!settle(outcome, createRefusals())) return;
  const fits = [...world.locks.values()].filter(
    (lock) =>
      (input.skuId === undefined || lock.lines.some((line) => batchOf(world, line.batchId).skuId === input.skuId)) &&
      (input.batchId === undefined || lock.lines.some((line) => line.batchId === input.batchId)) &&
      (input.state === undefined || lock.state === input.state) &&
      (input.kind === undefined || lock.kind === input.kind) &&
      (input.businessId === undefined || lock.businessId === input.businessId),
  );
  const { items } = outcome.answer;
  expectEqual('the locks listed', items.map((row) => row.id).toSorted(), fits.map((lock) => lock.id).toSorted());
  for (const row of items) {
    const lock = world.locks.get(row.id);
    if (lock !== undefined) expectLock(world, row, lock);
  }
}
