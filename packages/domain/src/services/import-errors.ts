/** Keeps what is wrong with an import: the first errors by number, however many there are. */
import { type ImportError, MAX_IMPORT_ERRORS } from '@granary/contracts/import';
import { saveErrors } from '../persistence/import-store.ts';
import type { Importing } from './import-task.ts';

/** Numbered on from those that were found before: a chunk that is done again writes the same ones. */
export async function keepErrors(
  { engine, task, call }: Importing,
  { from, errors }: { from: number; errors: readonly ImportError[] },
): Promise<void> {
  const rows = errors.slice(0, Math.max(0, MAX_IMPORT_ERRORS - from)).map(({ row, column, code, message }, at) => ({
    ...{ importId: task.importId, errorNo: from + at + 1, rowNo: row, columnName: column, code, message },
  }));
  if (rows.length > 0) await engine.units.write(call, (tx) => saveErrors(tx, rows));
}
