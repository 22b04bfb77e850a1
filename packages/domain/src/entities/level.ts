/** The stock level: one row per SKU and location, the row that every writer of this stock locks first. */
import type { Instant } from '@granary/contracts/instant';
import { EntitySchema } from 'typeorm';
import {
  countColumn,
  flagColumn,
  hashColumn,
  instantColumn,
  nameColumn,
  versionColumn,
} from '../persistence/columns.ts';

export interface LevelRow {
  readonly skuId: string;
  readonly locationId: string;
  readonly onHand: number;
  readonly reserved: number;
  readonly locked: number;
  /** What was sold short, settled first by the next receipt; 0 unless negative stock is allowed. */
  readonly deficit: number;
  /** The number of its movements: the fence. */
  readonly version: number;
  /** The version of the newest movement that changed onHand: what a count is measured against. */
  readonly onHandVersion: number;
  /** Hash of the newest movement, the head of the chain. */
  readonly headHash: string;
  readonly recordedAt: Instant | null;
  /** The latest moment in the world at which onHand changed; what happened earlier and is told now is back-dated. */
  readonly occurredAt: Instant | null;
  /** Null: the configured default. */
  readonly warningThreshold: number | null;
  readonly criticalThreshold: number | null;
  readonly highThreshold: number | null;
  readonly isActive: boolean;
  /** Rises with the settings above, which move no stock. */
  readonly settingsVersion: number;
}

/** What a level is found by, in code. No identifier contains NUL. */
export type LevelKey = string & { readonly __brand: 'LevelKey' };

export function levelKey(row: { readonly skuId: string; readonly locationId: string }): LevelKey {
  return `${row.skuId}\0${row.locationId}` as LevelKey;
}

/** The hash before the first movement. */
export const GENESIS_HASH = '0'.repeat(64);

export function emptyLevel(skuId: string, locationId: string): LevelRow {
  return {
    skuId,
    locationId,
    onHand: 0,
    reserved: 0,
    locked: 0,
    deficit: 0,
    version: 0,
    onHandVersion: 0,
    headHash: GENESIS_HASH,
    recordedAt: null,
    occurredAt: null,
    warningThreshold: null,
    criticalThreshold: null,
    highThreshold: null,
    isActive: true,
    settingsVersion: 0,
  };
}

export const levelEntity = new EntitySchema<LevelRow>({
  name: 'stock_level',
  tableName: 'stock_level',
  columns: {
    skuId: { ...nameColumn(64), name: 'sku_id', primary: true },
    locationId: { ...nameColumn(64), name: 'location_id', primary: true },
    onHand: { ...countColumn, name: 'on_hand' },
    reserved: countColumn,
    locked: countColumn,
    deficit: countColumn,
    version: versionColumn,
    onHandVersion: { ...versionColumn, name: 'on_hand_version' },
    headHash: { ...hashColumn, name: 'head_hash' },
    recordedAt: { ...instantColumn, name: 'recorded_at', nullable: true },
    occurredAt: { ...instantColumn, name: 'occurred_at', nullable: true },
    warningThreshold: { ...countColumn, name: 'warning_threshold', nullable: true },
    criticalThreshold: { ...countColumn, name: 'critical_threshold', nullable: true },
    highThreshold: { ...countColumn, name: 'high_threshold', nullable: true },
    isActive: { ...flagColumn, name: 'is_active' },
    settingsVersion: { ...countColumn, name: 'settings_version' },
  },
});
