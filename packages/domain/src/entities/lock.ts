/** The lock header, and its lines: which batches it takes out of sale or holds still. */
import type { Instant } from '@granary/contracts/instant';
import type { LockKind, LockState } from '@granary/contracts/lock';
import { EntitySchema } from 'typeorm';
import {
  countColumn,
  generatedFlag,
  hashColumn,
  instantColumn,
  nameColumn,
  ulidColumn,
  versionColumn,
  wordColumn,
} from '../persistence/columns.ts';
import type { StoredBatchStatus } from './batch.ts';

export interface LockRow {
  readonly lockId: string;
  readonly kind: LockKind;
  readonly type: string;
  /** Of a business lock: at most one is held per type and business id. */
  readonly businessId: string | null;
  /** Of an operation lock. */
  readonly operator: string | null;
  readonly reason: string;
  readonly state: LockState;
  /** Kept when it ends: it tells what the deadline was. */
  readonly expiresAt: Instant | null;
  /** What a business lock was asked for, without key and deadline: equal hashes are the same request. */
  readonly contentHash: string;
  /** Of a recall: the last reservation that a round looked at; null before the first round and after the last. */
  readonly progress: string | null;
  readonly createdAt: Instant;
  readonly endedAt: Instant | null;
  readonly endReason: string | null;
  /** Counts its events, so that they follow each other without a gap. */
  readonly version: number;
  /** The command that wrote it last. */
  readonly commandId: string;
}

export interface LockLineRow {
  readonly lockId: string;
  readonly lineNo: number;
  readonly skuId: string;
  readonly locationId: string;
  readonly batchId: string;
  readonly batchNo: string;
  /** 0 for an operation lock, which holds no quantity. */
  readonly quantity: number;
  readonly held: number;
  /** The status of the batch before it was frozen, to which it goes back. */
  readonly was: StoredBatchStatus;
}

/** A lock with its lines: the unit in which rules think. */
export interface Lock extends LockRow {
  readonly lines: readonly LockLineRow[];
}

export const lockEntity = new EntitySchema<LockRow & { held: boolean }>({
  name: 'stock_lock',
  tableName: 'stock_lock',
  columns: {
    lockId: { ...ulidColumn, name: 'lock_id', primary: true },
    kind: wordColumn(16),
    type: nameColumn(64),
    businessId: { ...nameColumn(100), name: 'business_id', nullable: true },
    operator: { ...nameColumn(100), nullable: true },
    reason: nameColumn(500),
    state: wordColumn(16),
    expiresAt: { ...instantColumn, name: 'expires_at', nullable: true },
    contentHash: { ...hashColumn, name: 'content_hash' },
    progress: { ...ulidColumn, nullable: true },
    createdAt: { ...instantColumn, name: 'created_at' },
    endedAt: { ...instantColumn, name: 'ended_at', nullable: true },
    endReason: { ...nameColumn(500), name: 'end_reason', nullable: true },
    version: versionColumn,
    commandId: { ...ulidColumn, name: 'command_id' },
    held: generatedFlag(`if(state = 'active', 1, null)`),
  },
  uniques: [{ name: 'stock_lock_held', columns: ['businessId', 'type', 'held'] }],
  indices: [{ name: 'stock_lock_due', columns: ['state', 'expiresAt', 'lockId'] }],
});

export const lockLineEntity = new EntitySchema<LockLineRow>({
  name: 'stock_lock_line',
  tableName: 'stock_lock_line',
  columns: {
    lockId: { ...ulidColumn, name: 'lock_id', primary: true },
    lineNo: { ...countColumn, name: 'line_no', primary: true },
    skuId: { ...nameColumn(64), name: 'sku_id' },
    locationId: { ...nameColumn(64), name: 'location_id' },
    batchId: { ...ulidColumn, name: 'batch_id' },
    batchNo: { ...nameColumn(110), name: 'batch_no' },
    quantity: countColumn,
    held: countColumn,
    was: wordColumn(16),
  },
  indices: [
    { name: 'stock_lock_line_batch', columns: ['batchId', 'lockId'] },
    { name: 'stock_lock_line_sku', columns: ['skuId', 'lockId'] },
  ],
});
