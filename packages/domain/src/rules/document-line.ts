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
  /** Of goods that come or go back. */
  readonly original?: Original | undefined;
}

/** A line of a document or of a reservation. */
export interface Original {
  readonly originalId: string;
  readonly originalLine: number;
}

const NO_ORIGINAL = { originalId: null, originalLine: null };

export function documentLine(batch: BatchRow, { at, original, ...facts }: LineFacts): DocumentLineRow {
  return {
    ...facts,
    ...(original ?? NO_ORIGINAL),
    requestLine: at + 1,
    skuId: batch.skuId,
    locationId: batch.locationId,
    batchId: batch.batchId,
    batchNo: batch.batchNo,
    unitCost: batch.unitCost,
    price: null,
  };
}
