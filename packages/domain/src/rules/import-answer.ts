/** An import as callers see it, and the event that tells of it. */
import type { Import, ImportError } from '@granary/contracts/import';
import type { ImportErrorRow, ImportHeadRow } from '../entities/import.ts';
import type { Fact } from '../entities/outbox.ts';

export function toImport(row: ImportHeadRow): Import {
  const { kind, state, fileName, errorCount, applied, unchanged, jobId, requestedBy } = row;
  return {
    ...{ id: row.importId, kind, state, fileName, sha256: row.fileHash, fromExport: row.isExport },
    ...{ parts: row.partCount, rows: row.rowCount, errorCount, applied, unchanged, jobId, requestedBy },
    ...{ createdAt: row.createdAt, updatedAt: row.updatedAt, version: row.version },
  };
}

export function toImportError(row: ImportErrorRow): ImportError {
  return { row: row.rowNo, column: row.columnName, code: row.code, message: row.message };
}

export function importFact(before: ImportHeadRow | undefined, after: ImportHeadRow, commandId: string): Fact {
  return {
    type: before === undefined ? 'stock.import.created' : 'stock.import.updated',
    ...{ kind: 'import', id: after.importId, from: before?.version ?? 0, to: after.version, commandId },
    before: before === undefined ? null : toImport(before),
    after: toImport(after),
  };
}
