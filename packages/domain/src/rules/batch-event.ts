/** Events of batches: told along their own count, since a batch's version also rises with movements, which the level tells. */
import type { EventType } from '@granary/contracts/event';
import { formatMoney } from '@granary/contracts/money';
import { type BatchRow } from '../entities/batch.ts';
import { visibleExpiry } from './batch-answer.ts';
import { visibleStatus } from './batch-status.ts';
import { batchOf, type Draft } from './draft.ts';

export interface BatchEvent {
  readonly type: Extract<EventType, `stock.batch.${'updated' | 'merged' | 'split' | 'expired'}`>;
  /** As it was before this call. */
  readonly before: BatchRow;
  readonly commandId: string;
  /** What `after` tells beside the usual. */
  readonly tell?: object;
}

/** Raises the count of the batch, as the decisions so far have left it, and notes the fact. */
export function tellBatch(draft: Draft, { type, before, commandId, tell }: BatchEvent): BatchRow {
  const row = batchOf(draft, before.batchId);
  const told = { ...row, revision: row.revision + 1 };
  draft.batches.set(told.batchId, told);
  draft.changedBatches.add(told.batchId);
  draft.facts.push({
    ...{ type, kind: 'batch', id: told.batchId, from: row.revision, to: told.revision, commandId },
    before: snapshot(before),
    after: { ...snapshot(told), ...tell },
  });
  return told;
}

/** What an event tells of a batch. */
function snapshot(row: BatchRow) {
  const { skuId, locationId, batchNo, qualityLevel, onHand, reserved, locked } = row;
  const { producedOn, receivedAt, attributes, mergedInto } = row;
  return {
    ...{ skuId, locationId, batchNo, qualityLevel, status: visibleStatus(row), onHand, reserved, locked },
    ...{ unitCost: formatMoney(row.unitCost), producedOn, expiresAt: visibleExpiry(row), receivedAt },
    ...{ attributes, mergedInto },
  };
}
