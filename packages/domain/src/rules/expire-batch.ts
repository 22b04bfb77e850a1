/** A batch past its date: no stock of it is allocated anyway, and once it is marked no reading goes through it either. */
import type { Instant } from '@granary/contracts/instant';
import type { BatchRow } from '../entities/batch.ts';
import { tellBatch } from './batch-event.ts';
import type { Draft } from './draft.ts';

/** Frozen ones wait for their thaw, empty ones for goods. */
export function isDue({ status, onHand, expiresAt }: BatchRow, now: Instant): boolean {
  return status === 'available' && onHand > 0 && expiresAt <= now;
}

/** Balances stay: what is held of it is held, and what is free can be thrown away, sent back or corrected. */
export function expireBatch(draft: Draft, before: BatchRow, commandId: string): void {
  draft.batches.set(before.batchId, { ...before, status: 'expired' });
  tellBatch(draft, { type: 'stock.batch.expired', before, commandId });
}
