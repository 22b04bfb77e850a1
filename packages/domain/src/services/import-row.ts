/** Rows of an import as decisions meet them: what they say, what belongs together, and what becomes of them. */
import { errorTable, type GranaryError } from '@granary/contracts/error';
import type { ImportError, ImportKind } from '@granary/contracts/import';
import type { ImportHeadRow, ImportLineRow } from '../entities/import.ts';
import { brief } from '../rules/import-line.ts';

/** Numbers of rows. */
export interface Settled {
  readonly applied: readonly number[];
  readonly unchanged: readonly number[];
  readonly errors: readonly ImportError[];
}

export interface Deciding {
  readonly head: ImportHeadRow;
  readonly lines: readonly ImportLineRow[];
}

/** Rows with one key are applied together or not at all. */
export function groupOf(kind: ImportKind, line: ImportLineRow): string {
  switch (kind) {
    case 'skus':
    case 'levels':
    case 'batches':
      return String(line.rowNo);
    case 'opening':
    case 'receipts':
      return line.position;
  }
}

/** What a row says, as it was checked when it was read, and the cells of its passed-over columns. */
export function valueOf<T>(line: ImportLineRow): {
  readonly value: T;
  readonly kept: Readonly<Record<string, string>>;
} {
  return JSON.parse(line.data) as { value: T; kept: Record<string, string> };
}

export function toError(row: number, refusal: GranaryError | undefined): ImportError | undefined {
  if (refusal === undefined) return undefined;
  return { row, column: null, code: errorTable[refusal.kind].code, message: brief(refusal.message) };
}
