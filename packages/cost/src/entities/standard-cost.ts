/** The standard costs that a SKU has had. */
import type { Instant } from '@granary/contracts/instant';
import { instantColumn, nameColumn, ulidColumn } from '@granary/domain/persistence/columns';
import { EntitySchema } from 'typeorm';
import { unitsColumn, valueColumn } from './columns.ts';

export interface StandardCostRow {
  readonly skuId: string;
  readonly eventId: string;
  readonly at: Instant;
  readonly cost: bigint;
  /** Of so many units. */
  readonly per: number;
  readonly reason: string | null;
  readonly commandId: string;
}

export const standardCostEntity = new EntitySchema<StandardCostRow>({
  name: 'standard_cost',
  tableName: 'standard_cost',
  columns: {
    skuId: { ...nameColumn(64), name: 'sku_id', primary: true },
    eventId: { ...ulidColumn, name: 'event_id', primary: true },
    at: { ...instantColumn, name: 'happened_at' },
    cost: valueColumn,
    per: unitsColumn,
    reason: { ...nameColumn(500), nullable: true },
    commandId: { ...ulidColumn, name: 'command_id' },
  },
});
