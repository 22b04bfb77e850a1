/** What a count found: one row for each line of its input, also where it found what the books say and nothing moved. */
import { EntitySchema } from 'typeorm';
import { countColumn, nameColumn, ulidColumn } from '../persistence/columns.ts';

export interface CountLineRow {
  readonly documentId: string;
  /** The line of the input, from 1. */
  readonly lineNo: number;
  readonly skuId: string;
  readonly locationId: string;
  /** Null when the whole level was counted. */
  readonly batchId: string | null;
  /** What the books said. */
  readonly expected: number;
  readonly counted: number;
}

export const countLineEntity = new EntitySchema<CountLineRow>({
  name: 'stock_count_line',
  tableName: 'stock_count_line',
  columns: {
    documentId: { ...ulidColumn, name: 'document_id', primary: true },
    lineNo: { ...countColumn, name: 'line_no', primary: true },
    skuId: { ...nameColumn(64), name: 'sku_id' },
    locationId: { ...nameColumn(64), name: 'location_id' },
    batchId: { ...ulidColumn, name: 'batch_id', nullable: true },
    expected: countColumn,
    counted: countColumn,
  },
});
