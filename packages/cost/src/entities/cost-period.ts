/** Accounting periods, and what each SKU was when one was closed. */
import type { CalendarDate, Instant } from '@granary/contracts/instant';
import type { PeriodState } from '@granary/contracts/period';
import {
  dateColumn,
  instantColumn,
  nameColumn,
  textColumn,
  ulidColumn,
  versionColumn,
  wordColumn,
} from '@granary/domain/persistence/columns';
import { EntitySchema } from 'typeorm';
import { strategyColumn, unitsColumn, valueColumn } from './columns.ts';

export interface CostPeriodRow {
  readonly periodId: string;
  readonly name: string;
  readonly startsOn: CalendarDate;
  /** The last day of it. */
  readonly endsOn: CalendarDate;
  readonly state: PeriodState;
  readonly frozenAt: Instant | null;
  readonly frozenBy: string | null;
  /** Why it was unfrozen, the last time. */
  readonly unfreezeReason: string | null;
  readonly closedAt: Instant | null;
  readonly closedBy: string | null;
  readonly createdAt: Instant;
  readonly version: number;
}

export interface CostSnapshotRow {
  readonly periodId: string;
  readonly skuId: string;
  readonly strategy: string;
  readonly openingQuantity: number;
  readonly openingValue: bigint;
  readonly inboundQuantity: number;
  readonly inboundValue: bigint;
  readonly outboundQuantity: number;
  readonly outboundValue: bigint;
  readonly allocatedValue: bigint;
  readonly closingQuantity: number;
  readonly closingValue: bigint;
  /** Per unit, half up at 6 decimals: for reading; null when nothing is held. */
  readonly averageCost: bigint | null;
  /** The whole state with which the next period opens, as JSON; only of periodic strategies, which cost from it again. */
  readonly state: string | null;
}

export const costPeriodEntity = new EntitySchema<CostPeriodRow>({
  name: 'cost_period',
  tableName: 'cost_period',
  columns: {
    periodId: { ...ulidColumn, name: 'period_id', primary: true },
    name: nameColumn(100),
    startsOn: { ...dateColumn, name: 'starts_on' },
    endsOn: { ...dateColumn, name: 'ends_on' },
    state: wordColumn(16),
    frozenAt: { ...instantColumn, name: 'frozen_at', nullable: true },
    frozenBy: { ...nameColumn(100), name: 'frozen_by', nullable: true },
    unfreezeReason: { ...nameColumn(500), name: 'unfreeze_reason', nullable: true },
    closedAt: { ...instantColumn, name: 'closed_at', nullable: true },
    closedBy: { ...nameColumn(100), name: 'closed_by', nullable: true },
    createdAt: { ...instantColumn, name: 'created_at' },
    version: versionColumn,
  },
  uniques: [
    { name: 'cost_period_name', columns: ['name'] },
    { name: 'cost_period_start', columns: ['startsOn'] },
  ],
});

export const costSnapshotEntity = new EntitySchema<CostSnapshotRow>({
  name: 'cost_snapshot',
  tableName: 'cost_snapshot',
  columns: {
    periodId: { ...ulidColumn, name: 'period_id', primary: true },
    skuId: { ...nameColumn(64), name: 'sku_id', primary: true },
    strategy: strategyColumn,
    openingQuantity: { ...unitsColumn, name: 'opening_quantity' },
    openingValue: { ...valueColumn, name: 'opening_value' },
    inboundQuantity: { ...unitsColumn, name: 'inbound_quantity' },
    inboundValue: { ...valueColumn, name: 'inbound_value' },
    outboundQuantity: { ...unitsColumn, name: 'outbound_quantity' },
    outboundValue: { ...valueColumn, name: 'outbound_value' },
    allocatedValue: { ...valueColumn, name: 'allocated_value' },
    closingQuantity: { ...unitsColumn, name: 'closing_quantity' },
    closingValue: { ...valueColumn, name: 'closing_value' },
    averageCost: { ...valueColumn, name: 'average_cost', nullable: true },
    state: { ...textColumn, nullable: true },
  },
  indices: [{ name: 'cost_snapshot_sku', columns: ['skuId', 'periodId'] }],
});

/** Whoever makes a period waits here for whoever else does, since no key can tell that two of them overlap. */
export interface CostGuardRow {
  readonly slot: number;
}

export const costGuardEntity = new EntitySchema<CostGuardRow>({
  name: 'cost_guard',
  tableName: 'cost_guard',
  columns: { slot: { type: 'int', primary: true } },
});
