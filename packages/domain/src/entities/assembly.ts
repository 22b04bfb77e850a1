/** What a SKU without stock of its own is made of: a bundle of several SKUs, or so many units of one real SKU or batch. */
import type { DefinitionState } from '@granary/contracts/bundle';
import type { Instant } from '@granary/contracts/instant';
import type { SkuKind } from '@granary/contracts/sku';
import { EntitySchema } from 'typeorm';
import {
  countColumn,
  instantColumn,
  nameColumn,
  ulidColumn,
  versionColumn,
  wordColumn,
} from '../persistence/columns.ts';

export type AssemblyKind = Exclude<SkuKind, 'stock'>;

export interface AssemblyRow {
  readonly skuId: string;
  readonly kind: AssemblyKind;
  /** A removed one is kept, so that its versions go on when it is made again. */
  readonly state: DefinitionState;
  /** Of a virtual SKU: how many units may be offered at a time. */
  readonly cap: number | null;
  readonly version: number;
  readonly createdAt: Instant;
  readonly updatedAt: Instant;
  /** The command that wrote it last. */
  readonly commandId: string;
}

export interface AssemblyPartRow {
  readonly skuId: string;
  readonly lineNo: number;
  readonly partSkuId: string;
  /** Of a virtual SKU that stands for one batch. */
  readonly batchId: string | null;
  /** Units of the part in one unit of the whole. */
  readonly quantity: number;
}

/** A SKU that a virtual one is taken from, or was once: what was held then is held there still. */
export interface AssemblyShelfRow {
  readonly skuId: string;
  readonly partSkuId: string;
}

export interface Assembly extends AssemblyRow {
  readonly parts: readonly AssemblyPartRow[];
}

export const assemblyEntity = new EntitySchema<AssemblyRow>({
  name: 'stock_assembly',
  tableName: 'stock_assembly',
  columns: {
    skuId: { ...nameColumn(64), name: 'sku_id', primary: true },
    kind: wordColumn(16),
    state: wordColumn(16),
    cap: { ...countColumn, nullable: true },
    version: versionColumn,
    createdAt: { ...instantColumn, name: 'created_at' },
    updatedAt: { ...instantColumn, name: 'updated_at' },
    commandId: { ...ulidColumn, name: 'command_id' },
  },
  indices: [{ name: 'stock_assembly_kind', columns: ['kind', 'state', 'skuId'] }],
});

export const assemblyPartEntity = new EntitySchema<AssemblyPartRow>({
  name: 'stock_assembly_part',
  tableName: 'stock_assembly_part',
  columns: {
    skuId: { ...nameColumn(64), name: 'sku_id', primary: true },
    lineNo: { ...countColumn, name: 'line_no', primary: true },
    partSkuId: { ...nameColumn(64), name: 'part_sku_id' },
    batchId: { ...ulidColumn, name: 'batch_id', nullable: true },
    quantity: countColumn,
  },
  indices: [{ name: 'stock_assembly_part_sku', columns: ['partSkuId', 'skuId'] }],
});

export const assemblyShelfEntity = new EntitySchema<AssemblyShelfRow>({
  name: 'stock_assembly_shelf',
  tableName: 'stock_assembly_shelf',
  columns: {
    skuId: { ...nameColumn(64), name: 'sku_id', primary: true },
    partSkuId: { ...nameColumn(64), name: 'part_sku_id', primary: true },
  },
});
