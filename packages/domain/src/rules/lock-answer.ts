/** A lock as callers see it. */
import type { Lock as LockAnswer } from '@granary/contracts/lock';
import type { Lock } from '../entities/lock.ts';

export function toLock(lock: Lock): LockAnswer {
  const { lockId, kind, type, businessId, operator, reason, state, expiresAt } = lock;
  const { createdAt, endedAt, endReason, version } = lock;
  const isWhole = kind === 'operation';
  return {
    id: lockId,
    ...{ kind, type, businessId, operator, reason, state, expiresAt, createdAt, endedAt, endReason, version },
    lines: lock.lines.map(({ skuId, locationId, batchId, batchNo, quantity, held }) => ({
      ...{ skuId, locationId, batchId, batchNo },
      quantity: isWhole ? null : quantity,
      held: isWhole ? null : held,
    })),
  };
}
