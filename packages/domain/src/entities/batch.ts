/** The batch: a lot of one SKU at one location. Guarded by its level's lock and by a version of its own. */
import type { Attributes } from '@granary/contracts/attributes';
import type { Instant } from '@granary/contracts/instant';
import type { Money } from '@granary/contracts/money';
import { EntitySchema } from 'typeorm';
import {
  countColumn,
  dateColumn,
  generatedFlag,
  generatedInstant,
  instantColumn,
  jsonColumn,
  nameColumn,
  ulidColumn,
  unitCostColumn,
  versionColumn,
  wordColumn,
} from '../persistence/columns.ts';

/** `depleted` is not stored: it is a batch with nothing on hand. */
export type StoredBatchStatus = 'available' | 'frozen' | 'expired' | 'merged';

export interface BatchRow {
  readonly batchId: string;
  readonly skuId: string;
  readonly locationId: string;
  readonly batchNo: string;
  readonly qualityLevel: string;
  readonly status: StoredBatchStatus;
  readonly onHand: number;
  readonly reserved: number;
  readonly locked: number;
  /** Quantity-weighted mean of its receipts; for information, cost layers are exact. */
  readonly unitCost: Money;
  readonly producedOn: string | null;
  /** NEVER when undated: so that the index orders undated batches last. */
  readonly expiresAt: Instant;
  readonly receivedAt: Instant;
  readonly attributes: Attributes | null;
  /** The operation lock that froze it; null unless it is frozen. */
  readonly frozenBy: string | null;
  /** The batch that took it over; null unless it is merged. */
  readonly mergedInto: string | null;
  /** The batch that it was split from. */
  readonly splitFrom: string | null;
  /** Counts the events that told of it, so that they follow each other without a gap. */
  readonly revision: number;
  /** Counts every write, also those of movements, which the level tells. */
  readonly version: number;
}

/** The expiry of what does not expire. */
export const NEVER = '9999-12-31T00:00:00.000000Z' as Instant;

export function freeOf(row: { readonly onHand: number; readonly reserved: number; readonly locked: number }): number {
  return row.onHand - row.reserved - row.locked;
}

export const batchEntity = new EntitySchema<BatchRow & { open: boolean; dueAt: Instant }>({
  name: 'stock_batch',
  tableName: 'stock_batch',
  columns: {
    batchId: { ...ulidColumn, name: 'batch_id', primary: true },
    skuId: { ...nameColumn(64), name: 'sku_id' },
    locationId: { ...nameColumn(64), name: 'location_id' },
    batchNo: { ...nameColumn(110), name: 'batch_no' },
    qualityLevel: { ...nameColumn(32), name: 'quality_level' },
    status: wordColumn(16),
    onHand: { ...countColumn, name: 'on_hand' },
    reserved: countColumn,
    locked: countColumn,
    unitCost: { ...unitCostColumn, name: 'unit_cost' },
    producedOn: { ...dateColumn, name: 'produced_on', nullable: true },
    expiresAt: { ...instantColumn, name: 'expires_at' },
    receivedAt: { ...instantColumn, name: 'received_at' },
    attributes: { ...jsonColumn, nullable: true },
    frozenBy: { ...ulidColumn, name: 'frozen_by', nullable: true },
    mergedInto: { ...ulidColumn, name: 'merged_into', nullable: true },
    splitFrom: { ...ulidColumn, name: 'split_from', nullable: true },
    revision: { ...countColumn, default: 1 },
    version: versionColumn,
    open: generatedFlag(`if(status = 'available' and on_hand > reserved + locked, 1, 0)`),
    dueAt: {
      ...generatedInstant(`if(status = 'available' and on_hand > 0 and year(expires_at) < 9999, expires_at, null)`),
      name: 'due_at',
    },
  },
  uniques: [{ name: 'stock_batch_no', columns: ['skuId', 'batchNo', 'locationId'] }],
  indices: [
    { name: 'stock_batch_received', columns: ['skuId', 'locationId', 'open', 'receivedAt', 'batchId'] },
    { name: 'stock_batch_expiry', columns: ['skuId', 'locationId', 'open', 'expiresAt', 'receivedAt', 'batchId'] },
    { name: 'stock_batch_due', columns: ['dueAt', 'batchId'] },
  ],
});
