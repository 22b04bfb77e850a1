/** One line of a document: a batch that it touched. */
import type { BatchRow } from '../entities/batch.ts';
import type { DocumentLineRow } from '../entities/document.ts';

export interface LineFacts {
  readonly quantity: number;
  readonly documentId: string;
  /** Index of the line of the request. */
  readonly at: number;
  readonly lineNo: number;
  readonly reservationId: string | null;
}

export function documentLine(batch: BatchRow, { at, ...facts }: LineFacts): DocumentLineRow {
  return {
    ...facts,
    requestLine: at + 1,
    skuId: batch.skuId,
    locationId: batch.locationId,
    batchId: batch.batchId,
    batchNo: batch.batchNo,
    unitCost: batch.unitCost,
  };
}
