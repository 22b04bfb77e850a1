/** What trace tells of a batch, and which documents tell of which kin. */
import { type DocumentType, inboundType } from '@granary/contracts/document';
import type { TraceBatch, TraceStep } from '@granary/contracts/trace';
import type { BatchRow } from '../entities/batch.ts';
import { visibleExpiry } from './batch-answer.ts';
import { visibleStatus } from './batch-status.ts';
import type { Standing } from './family.ts';

export function toTraceBatch(batch: BatchRow): Omit<TraceBatch, 'kinship'> {
  const { batchId, batchNo, skuId, locationId, onHand, reserved, locked } = batch;
  const { receivedAt, splitFrom, mergedInto, frozenBy } = batch;
  return {
    ...{ batchId, batchNo, skuId, locationId, onHand, reserved, locked, receivedAt, splitFrom, mergedInto, frozenBy },
    status: visibleStatus(batch),
    expiresAt: visibleExpiry(batch),
  };
}

const RECEIPTS: ReadonlySet<DocumentType> = new Set(inboundType.options);
const KIN_MAKERS: ReadonlySet<DocumentType> = new Set(['merge', 'split']);

export function isReceipt(type: DocumentType): boolean {
  return RECEIPTS.has(type);
}

/**
 * What an ancestor was sold as has nothing to do with the batch, nor what else a descendant was filled up with: of an
 * ancestor its receipts count, of a descendant all but those; merges and splits of both. Of what is an ancestor and a
 * descendant everything counts.
 */
export function typesOf(standing: Standing, all: readonly DocumentType[]): readonly DocumentType[] | undefined {
  switch (standing) {
    case 'self':
    case 'both':
      return undefined;
    case 'ancestor':
      return all.filter((type) => isReceipt(type) || KIN_MAKERS.has(type));
    case 'descendant':
      return all.filter((type) => !isReceipt(type));
  }
}

/** In the order in which things were made: ids are ordered by time. */
export function byMaking(
  a: { readonly id: string; readonly lineNo: number },
  b: { readonly id: string; readonly lineNo: number },
): number {
  if (a.id !== b.id) return a.id < b.id ? -1 : 1;
  return a.lineNo - b.lineNo;
}

/** The step as callers see it. */
export function toStep({ lineNo: _lineNo, ...step }: TraceStep & { readonly lineNo: number }): TraceStep {
  return step;
}
