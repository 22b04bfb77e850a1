/** A document that brought stock in or took it out, and its lines: one per batch that it touched. */
import type { AdjustmentReasonCode } from '@granary/contracts/adjustment';
import type { ForeignPrice } from '@granary/contracts/currency';
import type { DocumentType } from '@granary/contracts/document';
import type { Instant } from '@granary/contracts/instant';
import type { Money } from '@granary/contracts/money';
import { EntitySchema } from 'typeorm';
import {
  countColumn,
  hashColumn,
  instantColumn,
  jsonColumn,
  nameColumn,
  ulidColumn,
  unitCostColumn,
  wordColumn,
} from '../persistence/columns.ts';

export interface DocumentRow {
  readonly documentId: string;
  readonly type: DocumentType;
  readonly documentNo: string;
  readonly orderNo: string | null;
  readonly supplier: string | null;
  readonly operator: string | null;
  readonly reason: string | null;
  readonly workOrderNo: string | null;
  /** Of an adjustment or a count. */
  readonly reasonCode: AdjustmentReasonCode | null;
  /** The document that this reversal takes back. */
  readonly reversesId: string | null;
  readonly lineCount: number;
  /** Everything that the caller said, without the key: equal hashes are the same document. */
  readonly contentHash: string;
  readonly occurredAt: Instant;
  readonly recordedAt: Instant;
  readonly commandId: string;
}

export interface DocumentLineRow {
  readonly documentId: string;
  readonly lineNo: number;
  /** The line of the input that it serves, from 1. */
  readonly requestLine: number;
  readonly skuId: string;
  readonly locationId: string;
  readonly batchId: string;
  readonly batchNo: string;
  readonly quantity: number;
  readonly unitCost: Money;
  /** What was paid, of goods bought in another currency. */
  readonly price: ForeignPrice | null;
  readonly reservationId: string | null;
  /** What these goods come back from, or go back to: a document, or the reservation (as in `reservationId`) whose goods were deducted. */
  readonly originalId: string | null;
  /** The `lineNo` there. */
  readonly originalLine: number | null;
}

export const documentEntity = new EntitySchema<DocumentRow>({
  name: 'stock_document',
  tableName: 'stock_document',
  columns: {
    documentId: { ...ulidColumn, name: 'document_id', primary: true },
    type: wordColumn(24),
    documentNo: { ...nameColumn(100), name: 'document_no' },
    orderNo: { ...nameColumn(100), name: 'order_no', nullable: true },
    supplier: { ...nameColumn(100), nullable: true },
    operator: { ...nameColumn(100), nullable: true },
    reason: { ...nameColumn(500), nullable: true },
    workOrderNo: { ...nameColumn(100), name: 'work_order_no', nullable: true },
    reasonCode: { ...wordColumn(24), name: 'reason_code', nullable: true },
    reversesId: { ...ulidColumn, name: 'reverses_id', nullable: true },
    lineCount: { ...countColumn, name: 'line_count' },
    contentHash: { ...hashColumn, name: 'content_hash' },
    occurredAt: { ...instantColumn, name: 'occurred_at' },
    recordedAt: { ...instantColumn, name: 'recorded_at' },
    commandId: { ...ulidColumn, name: 'command_id' },
  },
  uniques: [
    { name: 'stock_document_no', columns: ['type', 'documentNo'] },
    { name: 'stock_document_reverses', columns: ['reversesId'] },
  ],
  indices: [
    { name: 'stock_document_occurred', columns: ['type', 'occurredAt'] },
    { name: 'stock_document_order', columns: ['orderNo', 'documentId'] },
    { name: 'stock_document_supplier', columns: ['supplier', 'documentId'] },
  ],
});

export const documentLineEntity = new EntitySchema<DocumentLineRow>({
  name: 'stock_document_line',
  tableName: 'stock_document_line',
  columns: {
    documentId: { ...ulidColumn, name: 'document_id', primary: true },
    lineNo: { ...countColumn, name: 'line_no', primary: true },
    requestLine: { ...countColumn, name: 'request_line' },
    skuId: { ...nameColumn(64), name: 'sku_id' },
    locationId: { ...nameColumn(64), name: 'location_id' },
    batchId: { ...ulidColumn, name: 'batch_id' },
    batchNo: { ...nameColumn(110), name: 'batch_no' },
    quantity: countColumn,
    unitCost: { ...unitCostColumn, name: 'unit_cost' },
    price: { ...jsonColumn, nullable: true },
    reservationId: { ...ulidColumn, name: 'reservation_id', nullable: true },
    originalId: { ...ulidColumn, name: 'original_id', nullable: true },
    originalLine: { ...countColumn, name: 'original_line', nullable: true },
  },
  indices: [
    { name: 'stock_document_line_original', columns: ['originalId', 'originalLine'] },
    { name: 'stock_document_line_reservation', columns: ['reservationId'] },
    { name: 'stock_document_line_batch', columns: ['batchId', 'documentId'] },
  ],
});
