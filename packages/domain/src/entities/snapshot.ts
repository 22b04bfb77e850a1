/** A snapshot and its rows: what levels and batches held at one instant. Rows are written once and never changed. */
import type { CalendarDate, Instant } from '@granary/contracts/instant';
import type { Money } from '@granary/contracts/money';
import type { SnapshotKind, SnapshotState } from '@granary/contracts/snapshot';
import { EntitySchema } from 'typeorm';
import {
  countColumn,
  dateColumn,
  instantColumn,
  nameColumn,
  textColumn,
  ulidColumn,
  unitCostColumn,
  versionColumn,
  wordColumn,
} from '../persistence/columns.ts';

export interface SnapshotHeadRow {
  readonly snapshotId: string;
  readonly kind: SnapshotKind;
  readonly state: SnapshotState;
  readonly name: string | null;
  /** Of a daily one; unique, so that of several workers one makes it. */
  readonly day: CalendarDate | null;
  readonly at: Instant;
  /** JSON of string[]; null is all SKUs. */
  readonly skuIds: string | null;
  readonly locationId: string | null;
  readonly levelCount: number;
  readonly batchCount: number;
  readonly requestedBy: string;
  readonly createdAt: Instant;
  readonly completedAt: Instant | null;
  readonly version: number;
  readonly commandId: string;
}

export interface SnapshotLevelRow {
  readonly snapshotId: string;
  readonly skuId: string;
  readonly locationId: string;
  readonly onHand: number;
  readonly reserved: number;
  readonly locked: number;
  readonly deficit: number;
  readonly version: number;
}

export interface SnapshotBatchRow {
  readonly snapshotId: string;
  readonly skuId: string;
  readonly locationId: string;
  readonly batchId: string;
  readonly batchNo: string;
  readonly qualityLevel: string;
  readonly onHand: number;
  readonly reserved: number;
  readonly locked: number;
  readonly unitCost: Money;
  readonly expiresAt: Instant;
}

export const snapshotEntity = new EntitySchema<SnapshotHeadRow>({
  name: 'stock_snapshot',
  tableName: 'stock_snapshot',
  columns: {
    snapshotId: { ...ulidColumn, name: 'snapshot_id', primary: true },
    kind: wordColumn(16),
    state: wordColumn(16),
    name: { ...nameColumn(100), nullable: true },
    day: { ...dateColumn, nullable: true },
    at: instantColumn,
    skuIds: { ...textColumn, name: 'sku_ids', nullable: true },
    locationId: { ...nameColumn(64), name: 'location_id', nullable: true },
    levelCount: { ...versionColumn, name: 'level_count' },
    batchCount: { ...versionColumn, name: 'batch_count' },
    requestedBy: { ...nameColumn(64), name: 'requested_by' },
    createdAt: { ...instantColumn, name: 'created_at' },
    completedAt: { ...instantColumn, name: 'completed_at', nullable: true },
    version: versionColumn,
    commandId: { ...ulidColumn, name: 'command_id' },
  },
  uniques: [{ name: 'stock_snapshot_day', columns: ['kind', 'day'] }],
  indices: [{ name: 'stock_snapshot_state', columns: ['state', 'snapshotId'] }],
});

const place = {
  snapshotId: { ...ulidColumn, name: 'snapshot_id', primary: true },
  skuId: { ...nameColumn(64), name: 'sku_id', primary: true },
  locationId: { ...nameColumn(64), name: 'location_id', primary: true },
} as const;
const balances = { onHand: { ...countColumn, name: 'on_hand' }, reserved: countColumn, locked: countColumn } as const;

export const snapshotLevelEntity = new EntitySchema<SnapshotLevelRow>({
  name: 'stock_snapshot_level',
  tableName: 'stock_snapshot_level',
  columns: { ...place, ...balances, deficit: countColumn, version: versionColumn },
});

export const snapshotBatchEntity = new EntitySchema<SnapshotBatchRow>({
  name: 'stock_snapshot_batch',
  tableName: 'stock_snapshot_batch',
  columns: {
    ...place,
    batchId: { ...ulidColumn, name: 'batch_id', primary: true },
    batchNo: { ...nameColumn(110), name: 'batch_no' },
    qualityLevel: { ...nameColumn(32), name: 'quality_level' },
    ...balances,
    unitCost: { ...unitCostColumn, name: 'unit_cost' },
    expiresAt: { ...instantColumn, name: 'expires_at' },
  },
});
