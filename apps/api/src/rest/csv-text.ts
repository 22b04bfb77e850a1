/** Rows as CSV (RFC 4180): nested values as JSON, and nothing that a spreadsheet would take for a formula. */

/**
 * As spreadsheets read them, in their wide forms too; a line break may stand before one. Text that has an apostrophe there
 * already gets one more, so that an import that takes one away gives back what was exported.
 */
const FORMULA = /^'*[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]/;
const PLAIN_NUMBER = /^[+-]?\d+(\.\d+)?$/;
const SPECIAL = /[",\r\n]/;
const END = '\r\n';

export function csvLine(cells: readonly unknown[]): string {
  return cells.map(csvCell).join(',') + END;
}

/** The columns of a row, in their order; what the row lacks is empty. */
export function csvRow(columns: readonly string[], row: unknown): string {
  const fields = new Map<string, unknown>(typeof row === 'object' && row !== null ? Object.entries(row) : []);
  return csvLine(columns.map((column) => fields.get(column)));
}

function csvCell(value: unknown): string {
  const text = harmless(textOf(value));
  return SPECIAL.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function textOf(value: unknown): string {
  if (value === null || value === undefined) return '';
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
}

function harmless(text: string): string {
  return FORMULA.test(text) && !PLAIN_NUMBER.test(text) ? `'${text}` : text;
}
