/** Which SKUs a command touched or named: the way from a SKU to its audit. Narrow, as a row is written with nearly every call. */
import type { Instant } from '@granary/contracts/instant';
import { EntitySchema } from 'typeorm';
import { instantColumn, nameColumn, ulidColumn } from '../persistence/columns.ts';

export interface CommandSkuRow {
  readonly commandId: string;
  readonly skuId: string;
  /** The command's own, repeated for the order of the index. */
  readonly recordedAt: Instant;
}

export const commandSkuEntity = new EntitySchema<CommandSkuRow>({
  name: 'command_sku',
  tableName: 'command_sku',
  columns: {
    commandId: { ...ulidColumn, name: 'command_id', primary: true },
    skuId: { ...nameColumn(64), name: 'sku_id', primary: true },
    recordedAt: { ...instantColumn, name: 'recorded_at' },
  },
  indices: [{ name: 'command_sku_time', columns: ['skuId', 'recordedAt', 'commandId'] }],
});
