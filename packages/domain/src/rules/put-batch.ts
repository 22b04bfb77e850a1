/** A new batch enters the plan, and an event tells of it; its quantity follows with movements. */
import type { BatchRow } from '../entities/batch.ts';
import { visibleExpiry } from './batch-answer.ts';
import { addBatches, type Draft } from './draft.ts';

/** What a new batch has whatever made it: nothing on hand, and no history. */
export const UNBORN = {
  ...{ status: 'available', onHand: 0, reserved: 0, locked: 0 },
  ...{ frozenBy: null, mergedInto: null, splitFrom: null },
  ...{ revision: 1, version: 0 },
} as const satisfies Partial<BatchRow>;

export function putBatch(draft: Draft, batch: BatchRow, commandId: string): void {
  addBatches(draft, [batch]);
  draft.loaded.batches.delete(batch.batchId);
  draft.changedBatches.add(batch.batchId);
  const { batchId, skuId, locationId, batchNo, qualityLevel, producedOn, splitFrom } = batch;
  const facts = { skuId, locationId, batchNo, qualityLevel, producedOn, expiresAt: visibleExpiry(batch) };
  draft.facts.push({
    ...{ type: 'stock.batch.created', kind: 'batch', id: batchId, from: 0, to: 1, commandId, before: null },
    after: splitFrom === null ? facts : { ...facts, splitFrom },
  });
}
