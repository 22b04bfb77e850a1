/** What a SKU is worth: one row, locked before anything else of its cost is looked at. */
import type { Instant } from '@granary/contracts/instant';
import { instantColumn, nameColumn, versionColumn } from '@granary/domain/persistence/columns';
import { EntitySchema } from 'typeorm';
import { strategyColumn, unitsColumn, valueColumn } from './columns.ts';

export interface CostStateRow {
  readonly skuId: string;
  readonly strategy: string;
  /** Held, in stock and on the way: the sum of the layers (SPEC I8). */
  readonly quantity: number;
  readonly value: bigint;
  /** Owed: sold before it came, the sum of the deficits. */
  readonly owedQuantity: number;
  readonly owedValue: bigint;
  /** What a unit last cost, as a fraction that was never rounded. */
  readonly lastValue: bigint | null;
  readonly lastQuantity: number | null;
  readonly standardValue: bigint | null;
  readonly standardQuantity: number | null;
  /** How many records the SKU has; they are numbered from 1. */
  readonly recordCount: number;
  /** When the latest of its events happened. */
  readonly lastAt: Instant | null;
  readonly version: number;
}

export const costStateEntity = new EntitySchema<CostStateRow>({
  name: 'cost_state',
  tableName: 'cost_state',
  columns: {
    skuId: { ...nameColumn(64), name: 'sku_id', primary: true },
    strategy: strategyColumn,
    quantity: unitsColumn,
    value: valueColumn,
    owedQuantity: { ...unitsColumn, name: 'owed_quantity' },
    owedValue: { ...valueColumn, name: 'owed_value' },
    lastValue: { ...valueColumn, name: 'latest_value', nullable: true },
    lastQuantity: { ...unitsColumn, name: 'latest_quantity', nullable: true },
    standardValue: { ...valueColumn, name: 'standard_value', nullable: true },
    standardQuantity: { ...unitsColumn, name: 'standard_quantity', nullable: true },
    recordCount: { ...versionColumn, name: 'record_count' },
    lastAt: { ...instantColumn, name: 'last_at', nullable: true },
    version: versionColumn,
  },
});
