/** A batch as callers see it. */
import type { Batch } from '@granary/contracts/batch';
import { formatMoney } from '@granary/contracts/money';
import { type BatchRow, NEVER } from '../entities/batch.ts';
import { visibleStatus } from './batch-status.ts';

export function toBatch({ revision: _revision, ...row }: BatchRow): Batch {
  return {
    ...row,
    status: visibleStatus(row),
    unitCost: formatMoney(row.unitCost),
    expiresAt: visibleExpiry(row),
  };
}

export function visibleExpiry({ expiresAt }: Pick<BatchRow, 'expiresAt'>): string | null {
  return expiresAt === NEVER ? null : expiresAt;
}
