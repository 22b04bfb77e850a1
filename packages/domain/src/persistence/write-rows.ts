/** The two ways in which rows are written: appended in bulk, or changed by key and version, all of them or none. */
import type { EntitySchemaColumnOptions } from 'typeorm';
import { encodeJsonValue, encodeValue, type Table } from './table.ts';
import { VersionConflict } from './database-error.ts';
import type { Tx } from './transaction.ts';

/** Rows a statement: keeps a statement of the widest rows well under 1 MB. */
const CHUNK = 500;

export async function appendRows<Row>(tx: Tx, table: Table<Row>, rows: readonly Row[]): Promise<void> {
  await insert(tx, { table, rows, onDuplicate: '' });
}

/** Inserts what is missing and takes the lock on all of them, in the order given: insert first, select after. */
export async function ensureRows<Row>(tx: Tx, table: Table<Row>, rows: readonly Row[]): Promise<void> {
  const key = table.columns[0]?.name ?? '';
  await insert(tx, { table, rows, onDuplicate: `ON DUPLICATE KEY UPDATE ${key} = ${key}` });
}

/** A column that is null in every row is left out: the database makes it null as well, and has the less to read. */
async function insert<Row>(
  tx: Tx,
  what: { table: Table<Row>; rows: readonly Row[]; onDuplicate: string },
): Promise<void> {
  const { table, rows, onDuplicate } = what;
  for (let from = 0; from < rows.length; from += CHUNK) {
    const chunk = rows.slice(from, from + CHUNK);
    const columns = table.columns.filter((column) => chunk.some((row) => !isLeftOut(column, row)));
    const names = columns.map(({ name }) => name).join(', ');
    const values = chunk.map((row) =>
      columns.map(({ property, options }) => encodeValue(options, row[property as keyof Row])),
    );
    const sql = `INSERT INTO ${table.name} (${names}) VALUES ? ${onDuplicate}`;
    await tx.later({ sql, parameters: [values], rows: chunk.length });
  }
}

function isLeftOut<Row>({ property, options }: Table<Row>['columns'][number], row: Row): boolean {
  return options.nullable === true && options.default === undefined && (row[property as keyof Row] ?? null) === null;
}

export interface Change<Row> {
  readonly table: Table<Row>;
  /** The primary key. */
  readonly keys: readonly (keyof Row & string)[];
  /** The columns that are written. */
  readonly set: readonly (keyof Row & string)[];
  /** The version column, where the row has one; the lines of a reservation are guarded by their header. */
  readonly fence?: keyof Row & string;
}

/** A row as it shall be, and the version at which it must still stand. */
export interface Planned<Row> {
  readonly row: Row;
  readonly from?: number | undefined;
}

/**
 * UPDATE … JOIN the planned rows ON key AND version. Every planned row must have matched: the connection counts
 * matched rows (FOUND_ROWS), so fewer means that somebody else wrote first, and the whole unit runs again.
 */
export async function changeRows<Row>(tx: Tx, change: Change<Row>, rows: readonly Planned<Row>[]): Promise<void> {
  for (let from = 0; from < rows.length; from += CHUNK) {
    const chunk = rows.slice(from, from + CHUNK);
    const parameters = [JSON.stringify(chunk.map((row) => values(change, row)))];
    await tx.later({
      ...{ sql: updateStatement(change), parameters, rows: chunk.length },
      check: (matched) => {
        if (matched !== chunk.length) throw new VersionConflict(change.table.name);
      },
    });
  }
}

function values<Row>({ table, keys, set, fence }: Change<Row>, { row, from }: Planned<Row>): unknown[] {
  const columns = [...keys, ...set].map((property) => encodeJsonValue(table.column(property).options, row[property]));
  return fence === undefined ? columns : [...columns, row[fence], from];
}

/** STRAIGHT_JOIN and the forced primary key: a scan would wait for, or deadlock on, rows that are none of ours. */
function updateStatement<Row>({ table, keys, set, fence }: Change<Row>): string {
  const columns = [...keys, ...set].map((property) => table.column(property));
  const types = columns.map(({ options }, at) => `c${at} ${jsonTableType(options)} PATH '$[${at}]' ERROR ON ERROR`);
  const on = keys.map(
    (property, at) => `t.${table.column(property).name} = c${at}${collate(table.column(property).options)}`,
  );
  const to = set.map((property, at) => {
    const { name, options } = table.column(property);
    const source = `c${at + keys.length}`;
    return `t.${name} = ${options.type === 'binary' ? `UNHEX(${source})` : source}`;
  });
  if (fence !== undefined) {
    const { name } = table.column(fence);
    types.push(`fence_to BIGINT PATH '$[${columns.length}]'`, `fence_from BIGINT PATH '$[${columns.length + 1}]'`);
    on.push(`t.${name} = fence_from`);
    to.push(`t.${name} = fence_to`);
  }
  return `UPDATE JSON_TABLE(?, '$[*]' COLUMNS (${types.join(', ')})) AS p
    STRAIGHT_JOIN ${table.name} AS t FORCE INDEX (PRIMARY) ON ${on.join(' AND ')} SET ${to.join(', ')}`;
}

/**
 * Each wider than its column by one digit or character: MariaDB's JSON_TABLE cuts what does not fit down to what does and only
 * warns, while a value that is too large for the column itself ends the statement.
 */
function jsonTableType(options: EntitySchemaColumnOptions): string {
  const { type, precision, scale, charset } = options;
  const length = Number(options.length);
  switch (type) {
    case 'varchar':
    case 'char':
      return `VARCHAR(${length + 1}) CHARACTER SET ${charset}`;
    case 'binary':
      return `VARCHAR(${2 * (length + 1)}) CHARACTER SET ascii`;
    case 'datetime':
      return `DATETIME(${precision})`;
    case 'decimal':
      return `DECIMAL(${Number(precision) + 1},${scale})`;
    case 'tinyint':
      return 'INT';
    case 'int':
      return 'BIGINT';
    case 'bigint':
      return 'DECIMAL(20,0)';
    case 'date':
      return 'DATE';
    default:
      throw new Error(`a column of type ${String(type)} cannot be changed in bulk`);
  }
}

/** JSON_TABLE columns carry their character set's default collation, ours do not. */
function collate(options: EntitySchemaColumnOptions): string {
  return options.collation === undefined ? '' : ` COLLATE ${options.collation}`;
}
