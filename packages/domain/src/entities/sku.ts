/** The SKU row. */
import type { Attributes } from '@granary/contracts/attributes';
import type { Instant } from '@granary/contracts/instant';
import type { SkuKind } from '@granary/contracts/sku';
import { EntitySchema } from 'typeorm';
import { countColumn, flagColumn, instantColumn, jsonColumn, nameColumn, wordColumn } from '../persistence/columns.ts';

export interface SkuRow {
  readonly skuId: string;
  readonly spuId: string | null;
  readonly name: string;
  readonly unit: string;
  readonly status: 'active' | 'inactive';
  readonly kind: SkuKind;
  readonly serialTracked: boolean;
  readonly shelfLifeDays: number | null;
  readonly attributes: Attributes | null;
  readonly defaultStrategy: string | null;
  readonly version: number;
  readonly createdAt: Instant;
  readonly updatedAt: Instant;
}

export const skuEntity = new EntitySchema<SkuRow>({
  name: 'sku',
  tableName: 'sku',
  columns: {
    skuId: { ...nameColumn(64), name: 'sku_id', primary: true },
    spuId: { ...nameColumn(64), name: 'spu_id', nullable: true },
    name: nameColumn(200),
    unit: nameColumn(32),
    status: wordColumn(16),
    kind: { ...wordColumn(16), default: 'stock' },
    serialTracked: { ...flagColumn, name: 'serial_tracked' },
    shelfLifeDays: { ...countColumn, name: 'shelf_life_days', nullable: true },
    attributes: { ...jsonColumn, nullable: true },
    defaultStrategy: { ...nameColumn(64), name: 'default_strategy', nullable: true },
    version: countColumn,
    createdAt: { ...instantColumn, name: 'created_at' },
    updatedAt: { ...instantColumn, name: 'updated_at' },
  },
  indices: [{ name: 'sku_spu', columns: ['spuId', 'skuId'] }],
});
