/** An import: the file as it was sent, its rows once they were read, and what was wrong with them. Parts and rows go when it has ended. */
import type { ImportKind, ImportState } from '@granary/contracts/import';
import type { Instant } from '@granary/contracts/instant';
import { EntitySchema } from 'typeorm';
import {
  countColumn,
  flagColumn,
  generatedFlag,
  hashColumn,
  instantColumn,
  nameColumn,
  textColumn,
  ulidColumn,
  versionColumn,
  wordColumn,
} from '../persistence/columns.ts';

export interface ImportHeadRow {
  readonly importId: string;
  readonly kind: ImportKind;
  readonly state: ImportState;
  readonly fileHash: string;
  readonly fileName: string | null;
  readonly isExport: boolean;
  readonly partCount: number;
  /** Line ends in the parts so far: about as many rows as there will be. */
  readonly lineCount: number;
  readonly rowCount: number | null;
  readonly errorCount: number;
  readonly applied: number;
  readonly unchanged: number;
  readonly jobId: string | null;
  readonly requestedBy: string;
  readonly createdAt: Instant;
  readonly updatedAt: Instant;
  readonly version: number;
}

export interface ImportPartRow {
  readonly importId: string;
  readonly partNo: number;
  readonly csv: string;
}

/** A sound row of the file, as it was parsed. */
export interface ImportLineRow {
  readonly importId: string;
  /** As a spreadsheet numbers it. */
  readonly rowNo: number;
  /** The order in which rows are applied: what belongs into one document lies together. */
  readonly position: string;
  readonly skuId: string;
  /** Equal for rows that say the same twice; null where that is allowed. */
  readonly rowKey: string | null;
  /** JSON. */
  readonly data: string;
  /** Set in the very transaction that applied it: 0 it waits, 1 it changed something, 2 what it says was so already. */
  readonly outcome: number;
}

export interface ImportErrorRow {
  readonly importId: string;
  readonly errorNo: number;
  readonly rowNo: number;
  readonly columnName: string | null;
  readonly code: string;
  readonly message: string;
}

const importId = { ...ulidColumn, name: 'import_id', primary: true };
const rowNo = { ...countColumn, name: 'row_no' };

export const importEntity = new EntitySchema<ImportHeadRow & { standing: boolean }>({
  name: 'stock_import',
  tableName: 'stock_import',
  columns: {
    importId,
    kind: wordColumn(16),
    state: wordColumn(16),
    fileHash: { ...hashColumn, name: 'file_hash' },
    fileName: { ...nameColumn(200), name: 'file_name', nullable: true },
    isExport: { ...flagColumn, name: 'is_export' },
    partCount: { ...countColumn, name: 'part_count' },
    lineCount: { ...countColumn, name: 'line_count' },
    rowCount: { ...countColumn, name: 'row_count', nullable: true },
    errorCount: { ...countColumn, name: 'error_count' },
    applied: countColumn,
    unchanged: countColumn,
    jobId: { ...ulidColumn, name: 'job_id', nullable: true },
    requestedBy: { ...nameColumn(64), name: 'requested_by' },
    createdAt: { ...instantColumn, name: 'created_at' },
    updatedAt: { ...instantColumn, name: 'updated_at' },
    version: versionColumn,
    standing: generatedFlag(`if(state = 'cancelled', null, 1)`),
  },
  uniques: [{ name: 'stock_import_file', columns: ['kind', 'fileHash', 'isExport', 'standing'] }],
});

export const importPartEntity = new EntitySchema<ImportPartRow>({
  name: 'stock_import_part',
  tableName: 'stock_import_part',
  columns: { importId, partNo: { ...countColumn, name: 'part_no', primary: true }, csv: textColumn },
});

export const importLineEntity = new EntitySchema<ImportLineRow>({
  name: 'stock_import_row',
  tableName: 'stock_import_row',
  columns: {
    importId,
    rowNo: { ...rowNo, primary: true },
    position: nameColumn(100),
    skuId: { ...nameColumn(64), name: 'sku_id' },
    rowKey: { ...hashColumn, name: 'row_key', nullable: true },
    data: { ...textColumn, name: 'data_json' },
    outcome: countColumn,
  },
  indices: [
    { name: 'stock_import_row_order', columns: ['importId', 'position', 'rowNo'] },
    { name: 'stock_import_row_key', columns: ['importId', 'rowKey', 'rowNo'] },
  ],
});

export const importErrorEntity = new EntitySchema<ImportErrorRow>({
  name: 'stock_import_error',
  tableName: 'stock_import_error',
  columns: {
    importId,
    errorNo: { ...countColumn, name: 'error_no', primary: true },
    rowNo,
    columnName: { ...nameColumn(100), name: 'column_name', nullable: true },
    code: wordColumn(16),
    message: nameColumn(500),
  },
});
