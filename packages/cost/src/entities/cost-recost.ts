/** Back-dated events that are posted, and whose corrections are still to follow: one row a SKU, gone when all are appended. */
import type { Instant } from '@granary/contracts/instant';
import { instantColumn, nameColumn, textColumn, ulidColumn, versionColumn } from '@granary/domain/persistence/columns';
import { EntitySchema } from 'typeorm';
import { valueColumn } from './columns.ts';

export interface CostRecostRow {
  readonly skuId: string;
  /** From when on the past may come out otherwise. */
  readonly earliestAt: Instant;
  /** The event at that moment: the cause of all corrections, with what it came by. */
  readonly causeId: string;
  readonly documentId: string | null;
  readonly reason: string | null;
  readonly commandId: string;
  /** Every such event, where it belongs and where it was costed: `Moved[]` of rules/recost.ts, as JSON. */
  readonly moves: string;
  /** How many of them are appended. */
  readonly corrections: number;
  /** What the corrections so far have brought onto the stock, and the state of the SKU does not hold yet. */
  readonly carried: bigint;
  readonly version: number;
}

export const costRecostEntity = new EntitySchema<CostRecostRow>({
  name: 'cost_recost',
  tableName: 'cost_recost',
  columns: {
    skuId: { ...nameColumn(64), name: 'sku_id', primary: true },
    earliestAt: { ...instantColumn, name: 'earliest_at' },
    causeId: { ...ulidColumn, name: 'cause_id' },
    documentId: { ...ulidColumn, name: 'document_id', nullable: true },
    reason: { ...nameColumn(500), nullable: true },
    commandId: { ...ulidColumn, name: 'command_id' },
    moves: textColumn,
    corrections: versionColumn,
    carried: valueColumn,
    version: versionColumn,
  },
});
