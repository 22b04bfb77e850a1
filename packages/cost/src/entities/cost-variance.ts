/** Whether a SKU strays from its standard cost in a period, as it was told last: told when that changes, and not again until it does. */
import type { Instant } from '@granary/contracts/instant';
import { flagColumn, instantColumn, nameColumn, ulidColumn, versionColumn } from '@granary/domain/persistence/columns';
import { EntitySchema } from 'typeorm';

export interface CostVarianceRow {
  readonly periodId: string;
  readonly skuId: string;
  readonly isExceeded: boolean;
  readonly seenAt: Instant;
  /** Of its events. */
  readonly version: number;
}

export const costVarianceEntity = new EntitySchema<CostVarianceRow>({
  name: 'cost_variance',
  tableName: 'cost_variance',
  columns: {
    periodId: { ...ulidColumn, name: 'period_id', primary: true },
    skuId: { ...nameColumn(64), name: 'sku_id', primary: true },
    isExceeded: { ...flagColumn, name: 'is_exceeded' },
    seenAt: { ...instantColumn, name: 'seen_at' },
    version: versionColumn,
  },
});
