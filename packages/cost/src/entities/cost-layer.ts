/** Open layers, units owed, and the flows that can still come back: what the state of a SKU is made of. Guarded by its cost state. */
import type { Instant } from '@granary/contracts/instant';
import { countColumn, instantColumn, nameColumn, ulidColumn, wordColumn } from '@granary/domain/persistence/columns';
import { EntitySchema } from 'typeorm';
import type { Account } from '../core/record.ts';
import { flowColumn, unitsColumn, valueColumn } from './columns.ts';

/** A used up layer is deleted: what it was is told by the records and events, which stay. */
export interface CostLayerRow {
  readonly skuId: string;
  readonly layerId: string;
  readonly receiptId: string;
  readonly at: Instant;
  readonly quantity: number;
  readonly remaining: number;
  readonly value: bigint;
  /** The batch number, which the goods keep wherever they go. */
  readonly lot: string | null;
  readonly expiresAt: Instant | null;
}

export interface CostDeficitRow {
  readonly skuId: string;
  /** From 0, oldest first. */
  readonly place: number;
  readonly issueId: string;
  readonly account: Account;
  readonly quantity: number;
  readonly value: bigint;
}

/** What a receipt brought or an issue took, less what was reversed or came back, where that is not what its records say. */
export interface CostFlowRow {
  readonly skuId: string;
  readonly flowId: string;
  readonly quantity: number;
  readonly value: bigint;
  /** The same when the SKU's latest period was closed; null when it is younger. Only periodic strategies ask. */
  readonly closedQuantity: number | null;
  readonly closedValue: bigint | null;
}

export const costLayerEntity = new EntitySchema<CostLayerRow>({
  name: 'cost_layer',
  tableName: 'cost_layer',
  columns: {
    skuId: { ...nameColumn(64), name: 'sku_id', primary: true },
    layerId: { ...ulidColumn, name: 'layer_id', primary: true },
    receiptId: { ...flowColumn, name: 'receipt_id' },
    at: { ...instantColumn, name: 'received_at' },
    quantity: unitsColumn,
    remaining: unitsColumn,
    value: valueColumn,
    lot: { ...nameColumn(110), nullable: true },
    expiresAt: { ...instantColumn, name: 'expires_at', nullable: true },
  },
});

export const costDeficitEntity = new EntitySchema<CostDeficitRow>({
  name: 'cost_deficit',
  tableName: 'cost_deficit',
  columns: {
    skuId: { ...nameColumn(64), name: 'sku_id', primary: true },
    place: { ...countColumn, primary: true },
    issueId: { ...flowColumn, name: 'issue_id' },
    account: wordColumn(24),
    quantity: unitsColumn,
    value: valueColumn,
  },
});

export const costFlowEntity = new EntitySchema<CostFlowRow>({
  name: 'cost_flow',
  tableName: 'cost_flow',
  columns: {
    skuId: { ...nameColumn(64), name: 'sku_id', primary: true },
    flowId: { ...flowColumn, name: 'flow_id', primary: true },
    quantity: unitsColumn,
    value: valueColumn,
    closedQuantity: { ...unitsColumn, name: 'closed_quantity', nullable: true },
    closedValue: { ...valueColumn, name: 'closed_value', nullable: true },
  },
});
