/** What the columns of each kind of file are, read off the schema of its rows: which there are, which must be there, how a cell is read. */
import type { ImportKind } from '@granary/contracts/import';
import { type CellType, importFields } from '@granary/contracts/import-field';

/** How the text of a cell becomes a value; undefined where it cannot. */
export type CellReader = (text: string) => unknown;

const readers: Readonly<Record<CellType, CellReader>> = {
  text: (text) => text,
  // What is no plain whole number stays text, and is refused as such.
  number: (text) => (/^-?\d{1,15}$/.test(text) ? Number(text) : text),
  flag: (text) => (text === 'true' ? true : text === 'false' ? false : text),
  json: parsed,
};

/** Lists and attributes stand as JSON, as in an export. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

/** Columns that an export has beside those of an import. */
const answered: Readonly<Record<ImportKind, ReadonlySet<string>>> = {
  skus: new Set(['kind', 'version', 'createdAt', 'updatedAt']),
  levels: new Set(['onHand', 'reserved', 'locked', 'deficit', 'version', 'onHandVersion']),
  opening: new Set(),
  batches: new Set([
    ...['batchId', 'status', 'reserved', 'locked', 'receivedAt', 'frozenBy', 'mergedInto', 'splitFrom', 'version'],
  ]),
  receipts: new Set(),
};

/** What an export calls otherwise. */
const renamed: ReadonlyMap<string, string> = new Map([['onHand', 'quantity']]);

export interface Column {
  readonly name: string;
  /** The field it fills; undefined for one that is passed over. */
  readonly field: string | undefined;
  readonly read: CellReader;
}

export interface Columns {
  readonly columns: readonly Column[];
  readonly problems: readonly { readonly column: string | null; readonly message: string }[];
}

export function columnsOf(kind: ImportKind, header: readonly string[], isExport: boolean): Columns {
  const fields = importFields(kind);
  const problems: { column: string | null; message: string }[] = [];
  const seen = new Set<string>();
  const columns = header.map((name): Column => {
    const alias = isExport && kind === 'batches' && !header.includes('quantity') ? renamed.get(name) : undefined;
    const field = alias ?? name;
    if (seen.has(name)) problems.push({ column: name, message: `column ${shown(name)} is there twice` });
    seen.add(name);
    const found = fields.get(field);
    if (found !== undefined) return { name, field, read: readers[found.type] };
    if (isExport && answered[kind].has(name)) return { name, field: undefined, read: readers.text };
    problems.push({ column: name, message: unknownColumn(name, fields) });
    return { name, field: undefined, read: readers.text };
  });
  const given = new Set(columns.map((column) => column.field));
  for (const [name, { isNeeded }] of fields)
    if (isNeeded && !given.has(name)) problems.push({ column: name, message: `column ${shown(name)} is missing` });
  return { columns, problems };
}

function unknownColumn(name: string, fields: ReadonlyMap<string, unknown>): string {
  const hint = /[;\t|]/.test(name)
    ? 'values must be separated by commas'
    : `there are ${[...fields.keys()].join(', ')}`;
  return `column ${shown(name)} is not known; ${hint}`;
}

function shown(name: string): string {
  return `"${name.length > 64 ? `${name.slice(0, 64)}…` : name}"`;
}
