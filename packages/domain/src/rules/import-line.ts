/** One row of an import: from its cells to what a call would be given, or what is wrong with it. */
import { type ImportError, type ImportKind, importRows, type ImportRow } from '@granary/contracts/import';
import { errorTable } from '@granary/contracts/error';
import type { ImportLineRow } from '../entities/import.ts';
import type { Column } from './import-columns.ts';

export const INVALID = errorTable.validation.code;

/** The one apostrophe that an export puts before text that a spreadsheet would run. */
const NEUTRALISED = /^'(?='*[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20])/;
const MESSAGE = 500;

export interface LineSource {
  readonly importId: string;
  readonly kind: ImportKind;
  readonly isExport: boolean;
  readonly columns: readonly Column[];
  readonly sha256: (text: string) => string;
}

export type ReadLine =
  | { readonly line: ImportLineRow; readonly errors?: never }
  | { readonly line?: never; readonly errors: readonly ImportError[] };

/** An empty cell says nothing: the field is as if it were left out. */
export function readLine(source: LineSource, cells: readonly string[], row: number): ReadLine {
  const { columns, kind } = source;
  if (cells.length !== columns.length) {
    const message = `has ${cells.length} values, and there are ${columns.length} columns`;
    return { errors: [invalid(row, null, message)] };
  }
  const values: Record<string, unknown> = {};
  const kept: Record<string, string> = {};
  for (const [at, { name, field, read }] of columns.entries()) {
    const cell = source.isExport ? (cells[at] ?? '').replace(NEUTRALISED, '') : (cells[at] ?? '');
    if (cell === '') continue;
    if (field === undefined) kept[name] = cell;
    else values[field] = read(cell);
  }
  // An export has batches with nothing in them, which nobody can receive.
  const isEmpty = source.isExport && kind === 'batches' && values['quantity'] === 0;
  const parsed = importRows[kind].safeParse(isEmpty ? { ...values, quantity: 1 } : values);
  if (!parsed.success) {
    const errors = parsed.error.issues.map((issue) => invalid(row, String(issue.path[0] ?? '') || null, issue.message));
    return { errors };
  }
  const value = isEmpty ? { ...parsed.data, quantity: 0 } : parsed.data;
  const data = JSON.stringify({ value, kept });
  const { importId } = source;
  return { line: { importId, rowNo: row, ...placeOf(source, parsed.data), data, outcome: 0 } };
}

export function invalid(row: number, column: string | null, message: string): ImportError {
  return { row, column, code: INVALID, message: brief(message) };
}

export function brief(message: string): string {
  return message.length > MESSAGE ? `${message.slice(0, MESSAGE - 1)}…` : message;
}

type AnyRow = ImportRow<ImportKind>;
type Place = Pick<ImportLineRow, 'position' | 'skuId' | 'rowKey'>;

/** Where it stands among the others, and what no other one may say again. */
function placeOf({ kind, sha256 }: LineSource, row: AnyRow): Place {
  const { skuId } = row;
  const key = (...parts: readonly unknown[]) => sha256(JSON.stringify(parts));
  switch (kind) {
    case 'skus':
      return { position: skuId, skuId, rowKey: key(skuId) };
    case 'levels': {
      const { locationId } = row as ImportRow<'levels'>;
      return { position: skuId, skuId, rowKey: key(skuId, locationId) };
    }
    case 'batches': {
      const { locationId, batchNo } = row as ImportRow<'batches'>;
      return { position: skuId, skuId, rowKey: key(skuId, locationId, batchNo) };
    }
    case 'opening': {
      const { asOf, operator, reason, locationId, batchNo } = row as ImportRow<'opening'>;
      const rowKey = batchNo === undefined ? null : key(skuId, locationId, batchNo);
      // All of a SKU must be in one document, and a document says when, who and why once.
      return { position: `${key(asOf, operator, reason).slice(0, 32)}${skuId}`, skuId, rowKey };
    }
    case 'receipts':
      return { position: key((row as ImportRow<'receipts'>).documentNo).slice(0, 32), skuId, rowKey: null };
  }
}
