/** How many events told of decisions about a SKU's cost: the succession that the relay follows, apart from the hot state. */
import { nameColumn, versionColumn } from '@granary/domain/persistence/columns';
import { EntitySchema } from 'typeorm';

export interface CostTellingRow {
  readonly skuId: string;
  readonly version: number;
}

export const costTellingEntity = new EntitySchema<CostTellingRow>({
  name: 'cost_telling',
  tableName: 'cost_telling',
  columns: { skuId: { ...nameColumn(64), name: 'sku_id', primary: true }, version: versionColumn },
});
