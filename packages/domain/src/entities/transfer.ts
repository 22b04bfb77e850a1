/** The transfer: its header, the lines that were planned, and the parts that were shipped: one for each batch of each line. */
import type { TransferState } from '@granary/contracts/transfer';
import type { Instant } from '@granary/contracts/instant';
import type { Money } from '@granary/contracts/money';
import { EntitySchema } from 'typeorm';
import {
  countColumn,
  hashColumn,
  instantColumn,
  nameColumn,
  ulidColumn,
  unitCostColumn,
  versionColumn,
  wordColumn,
} from '../persistence/columns.ts';

export interface TransferRow {
  readonly transferId: string;
  readonly transferNo: string;
  readonly fromLocationId: string;
  readonly toLocationId: string;
  readonly state: TransferState;
  readonly lineCount: number;
  readonly expectedAt: Instant | null;
  readonly operator: string | null;
  readonly reason: string | null;
  /** Of what was planned, without the key. */
  readonly contentHash: string;
  /** The document by which it left; null for a draft. */
  readonly documentId: string | null;
  readonly createdAt: Instant;
  readonly shippedAt: Instant | null;
  readonly endedAt: Instant | null;
  readonly endReason: string | null;
  readonly version: number;
  /** The command that changed it last. */
  readonly commandId: string;
}

export interface TransferLineRow {
  readonly transferId: string;
  readonly lineNo: number;
  readonly skuId: string;
  readonly quantity: number;
  /** The batch that was named. */
  readonly batchId: string | null;
  readonly strategy: string | null;
  readonly qualityLevel: string | null;
}

/** `partNo` is also the line of the transferOut document by which it left. */
export interface TransferPartRow {
  readonly transferId: string;
  readonly partNo: number;
  readonly lineNo: number;
  readonly skuId: string;
  /** The batch at the source; quality and dates of the goods are read from it, as batches are never deleted. */
  readonly batchId: string;
  readonly batchNo: string;
  readonly unitCost: Money;
  readonly shipped: number;
  readonly received: number;
  readonly inTransit: number;
  readonly writtenOff: number;
  /** Came back to the source. */
  readonly returned: number;
}

/** A transfer with its lines and parts: the unit in which rules think. */
export interface Transfer extends TransferRow {
  readonly lines: readonly TransferLineRow[];
  readonly parts: readonly TransferPartRow[];
}

export const transferEntity = new EntitySchema<TransferRow>({
  name: 'stock_transfer',
  tableName: 'stock_transfer',
  columns: {
    transferId: { ...ulidColumn, name: 'transfer_id', primary: true },
    transferNo: { ...nameColumn(90), name: 'transfer_no' },
    fromLocationId: { ...nameColumn(64), name: 'from_location_id' },
    toLocationId: { ...nameColumn(64), name: 'to_location_id' },
    state: wordColumn(16),
    lineCount: { ...countColumn, name: 'line_count' },
    expectedAt: { ...instantColumn, name: 'expected_at', nullable: true },
    operator: { ...nameColumn(100), nullable: true },
    reason: { ...nameColumn(500), nullable: true },
    contentHash: { ...hashColumn, name: 'content_hash' },
    documentId: { ...ulidColumn, name: 'document_id', nullable: true },
    createdAt: { ...instantColumn, name: 'created_at' },
    shippedAt: { ...instantColumn, name: 'shipped_at', nullable: true },
    endedAt: { ...instantColumn, name: 'ended_at', nullable: true },
    endReason: { ...nameColumn(500), name: 'end_reason', nullable: true },
    version: versionColumn,
    commandId: { ...ulidColumn, name: 'command_id' },
  },
  uniques: [{ name: 'stock_transfer_no', columns: ['transferNo'] }],
  indices: [{ name: 'stock_transfer_state', columns: ['state', 'transferId'] }],
});

export const transferLineEntity = new EntitySchema<TransferLineRow>({
  name: 'stock_transfer_line',
  tableName: 'stock_transfer_line',
  columns: {
    transferId: { ...ulidColumn, name: 'transfer_id', primary: true },
    lineNo: { ...countColumn, name: 'line_no', primary: true },
    skuId: { ...nameColumn(64), name: 'sku_id' },
    quantity: countColumn,
    batchId: { ...ulidColumn, name: 'batch_id', nullable: true },
    strategy: { ...nameColumn(64), nullable: true },
    qualityLevel: { ...nameColumn(32), name: 'quality_level', nullable: true },
  },
  indices: [{ name: 'stock_transfer_line_sku', columns: ['skuId', 'transferId'] }],
});

export const transferPartEntity = new EntitySchema<TransferPartRow>({
  name: 'stock_transfer_part',
  tableName: 'stock_transfer_part',
  columns: {
    transferId: { ...ulidColumn, name: 'transfer_id', primary: true },
    partNo: { ...countColumn, name: 'part_no', primary: true },
    lineNo: { ...countColumn, name: 'line_no' },
    skuId: { ...nameColumn(64), name: 'sku_id' },
    batchId: { ...ulidColumn, name: 'batch_id' },
    batchNo: { ...nameColumn(110), name: 'batch_no' },
    unitCost: { ...unitCostColumn, name: 'unit_cost' },
    shipped: countColumn,
    received: countColumn,
    inTransit: { ...countColumn, name: 'in_transit' },
    writtenOff: { ...countColumn, name: 'written_off' },
    returned: countColumn,
  },
  indices: [
    { name: 'stock_transfer_part_sku', columns: ['skuId', 'transferId'] },
    { name: 'stock_transfer_part_batch', columns: ['batchId', 'transferId'] },
  ],
});
