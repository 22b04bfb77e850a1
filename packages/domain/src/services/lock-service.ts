/** Locks: stock out of sale by a business decision, and batches held still for an operation. */
import type {
  Lock as LockAnswer,
  LockBusinessInput,
  LockExpireDueAnswer,
  LockExpireDueInput,
  LockListInput,
  LockOperationInput,
  LockReleaseInput,
} from '@granary/contracts/lock';
import { parseInstant } from '@granary/contracts/instant';
import type { Page } from '@granary/contracts/page';
import { MAX_QUANTITY } from '@granary/contracts/quantity';
import type { Call } from '../call.ts';
import type { Lock } from '../entities/lock.ts';
import { findLocks, findStandingLock, listLocks, writeLocks } from '../persistence/lock-store.ts';
import { pageOf } from '../persistence/page.ts';
import type { Tx } from '../persistence/transaction.ts';
import { invalidInput, notFound, type Outcome, refused } from '../refusal.ts';
import { type BusinessLockRequest, decideBusinessLock } from '../rules/business-lock.ts';
import { canonicalJson } from '../rules/canonical-json.ts';
import { batchOf, type Draft } from '../rules/draft.ts';
import { decideRelease } from '../rules/end-lock.ts';
import { toLock } from '../rules/lock-answer.ts';
import type { LockBook } from '../rules/lock-book.ts';
import { isWhole } from '../rules/location-scope.ts';
import { decideOperationLock } from '../rules/operation-lock.ts';
import { type Decision, type Engine, execute, sha256 } from './execution.ts';
import { createLockExpiry } from './lock-expiry.ts';
import { loadLocks } from './lock-loader.ts';
import { expireInTheWay, knownStrategy } from './stock-loader.ts';

export function createLockService(engine: Engine) {
  const expiry = createLockExpiry(engine);
  return {
    business: (input: LockBusinessInput, call: Call) => lockBusiness(engine, input, call),
    operation: (input: LockOperationInput, call: Call) => lockOperation(engine, input, call),
    release: (input: LockReleaseInput, call: Call) => release(engine, input, call),
    expireDue: (input: LockExpireDueInput, call: Call): Promise<LockExpireDueAnswer> => expiry.expireDue(input, call),

    get: async ({ lockId }: { lockId: string }): Promise<LockAnswer> =>
      await engine.units.read(async (tx) => {
        const [lock] = await findLocks(tx, [lockId]);
        if (lock === undefined || !isWhole(tx.scope, lock)) throw notFound('lock', lockId);
        return toLock(lock);
      }),

    list: async (input: LockListInput): Promise<Page<LockAnswer>> =>
      await engine.units.read(async (tx) => {
        const page = await pageOf({
          list: 'locks',
          input,
          load: (after, limit) => listLocks(tx, { input, before: after?.[0], limit }),
          keyOf: (lock) => [lock.lockId],
        });
        return { items: page.items.map(toLock), nextCursor: page.nextCursor };
      }),
  };
}

/** What a lock call decided, with the lock rows to be written. */
function decided(
  tx: Tx,
  { draft, book }: { draft: Draft; book: LockBook },
  outcome: Outcome<Lock>,
): Decision<LockAnswer> {
  return {
    draft,
    outcome: outcome.ok ? { ok: true, answer: toLock(outcome.answer) } : outcome,
    write: () => writeLocks(tx, book),
  };
}

async function lockBusiness(engine: Engine, input: LockBusinessInput, call: Call): Promise<LockAnswer> {
  const { type, businessId } = input;
  const lines = summed(input.batches);
  return await execute(engine, {
    procedure: 'lock.business',
    input,
    call,
    lock: { scope: 'reservation', keys: [`lock:${type}:${businessId}`] },
    decide: async (tx, grown) => {
      const batchIds = lines.map((line) => line.batchId);
      const loaded = await loadLocks(tx, engine, {
        batchIds,
        skuIds: input.skuId === undefined ? [] : [input.skuId],
        locks: (tx) => findStandingLock(tx, input),
        grown,
      });
      const request = businessRequest(engine, tx, { input, lines });
      const first = decideBusinessLock(loaded.draft, loaded.book, request);
      if (first.ok || first.refusal.kind !== 'insufficientStock') return decided(tx, loaded, first);
      if (!(await freeOverdue(tx, engine, { draft: loaded.draft, lines }))) return decided(tx, loaded, first);
      return decided(tx, loaded, decideBusinessLock(loaded.draft, loaded.book, request));
    },
  });
}

/** A lock that is short first expires the overdue holds in its way, as a sale does. */
async function freeOverdue(
  tx: Tx,
  engine: Engine,
  { draft, lines }: { draft: Draft; lines: BusinessLockRequest['lines'] },
): Promise<boolean> {
  const strategy = knownStrategy(engine, engine.config.defaultStrategy, 'batches');
  const demands = lines.map(({ batchId, quantity }) => {
    const { skuId, locationId } = batchOf(draft, batchId);
    return { skuId, quantity, criteria: { locationId }, strategy };
  });
  return await expireInTheWay(tx, draft, demands);
}

/** A batch named twice is one line. */
function summed(named: LockBusinessInput['batches']): BusinessLockRequest['lines'] {
  const sums = new Map<string, number>();
  for (const [index, { batchId, quantity }] of named.entries()) {
    const sum = (sums.get(batchId) ?? 0) + quantity;
    if (sum > MAX_QUANTITY)
      throw invalidInput([
        { path: `batches.${index}.quantity`, message: `makes the sum of equal lines pass ${MAX_QUANTITY}` },
      ]);
    sums.set(batchId, sum);
  }
  return [...sums].map(([batchId, quantity]) => ({ batchId, quantity }));
}

function businessRequest(
  engine: Engine,
  tx: Tx,
  { input, lines }: { input: LockBusinessInput; lines: BusinessLockRequest['lines'] },
): BusinessLockRequest {
  const { skuId, type, businessId, reason, ttlSeconds = engine.config.lockTtlSeconds } = input;
  const at = input.expiresAt === undefined ? undefined : parseInstant(input.expiresAt);
  const asked = lines.toSorted((a, b) => (a.batchId < b.batchId ? -1 : 1));
  return {
    ...{ skuId, type, businessId, reason, lines },
    commandId: tx.commandId,
    deadline: at === undefined ? { ttlSeconds } : { at },
    contentHash: sha256(canonicalJson({ batches: asked, reason })),
  };
}

async function lockOperation(engine: Engine, input: LockOperationInput, call: Call): Promise<LockAnswer> {
  const { operationType, operator, reason, ttlSeconds } = input;
  const batchIds = [...new Set(input.batchIds)];
  return await execute(engine, {
    procedure: 'lock.operation',
    input,
    call,
    lock: { scope: 'reservation', keys: batchIds.map((batchId) => `batch:${batchId}`) },
    decide: async (tx, grown) => {
      const loaded = await loadLocks(tx, engine, { batchIds, locks: () => Promise.resolve([]), grown });
      const outcome = decideOperationLock(loaded.draft, loaded.book, {
        ...{ batchIds, operator, reason, ttlSeconds, commandId: tx.commandId },
        type: operationType,
        contentHash: sha256(canonicalJson({ batchIds: batchIds.toSorted(), operationType, operator, reason })),
      });
      return decided(tx, loaded, outcome);
    },
  });
}

async function release(engine: Engine, input: LockReleaseInput, call: Call): Promise<LockAnswer> {
  const { lockId, reason } = input;
  return await execute(engine, {
    procedure: 'lock.release',
    input,
    call,
    lock: { scope: 'reservation', keys: [`lock:${lockId}`] },
    decide: async (tx, grown) => {
      const loaded = await loadLocks(tx, engine, { batchIds: [], locks: () => Promise.resolve([lockId]), grown });
      const lock = loaded.book.locks.get(lockId);
      if (lock === undefined || !isWhole(tx.scope, lock))
        return { draft: loaded.draft, outcome: refused(notFound('lock', lockId)) };
      return decided(tx, loaded, decideRelease(loaded.draft, loaded.book, { lock, reason, commandId: tx.commandId }));
    },
  });
}
