/** The two ways in which rows are written: appended in bulk, or changed by key and version, all of them or none. */
import type { EntitySchemaColumnOptions } from 'typeorm';
import { raw } from 'mysql2';
import type { Table } from './table.ts';
import { touchedBy } from './touched.ts';
import type { Statement, Tx } from './transaction.ts';

/** Rows a statement. */
const CHUNK = 500;
/** A row of more characters counts as several: so a statement, and a packet of some, stay well under what servers take. */
const ROW_CHARACTERS = 1000;

export async function appendRows<Row>(tx: Tx, table: Table<Row>, rows: readonly Row[]): Promise<void> {
  await insert(tx, { table, rows, onDuplicate: '' });
}

/** Inserts what is missing and takes the lock on all of them, in the order given: insert first, select after. */
export async function ensureRows<Row>(tx: Tx, table: Table<Row>, rows: readonly Row[]): Promise<void> {
  const key = table.columns[0]?.name ?? '';
  await insert(tx, { table, rows, onDuplicate: `ON DUPLICATE KEY UPDATE ${key} = ${key}` });
}

/** A column that is in every row what the database makes of it by itself is left out: there is the less to read. */
async function insert<Row>(
  tx: Tx,
  what: { table: Table<Row>; rows: readonly Row[]; onDuplicate: string },
): Promise<void> {
  const { table, rows, onDuplicate } = what;
  const columns = table.columns.filter((column) => rows.some((row) => !isLeftOut(column, row)));
  const sql = `INSERT INTO ${table.name} (${columns.map(({ name }) => name).join(', ')}) VALUES ? ${onDuplicate}`;
  let from = 0;
  while (from < rows.length) {
    const { text, to } = textFrom(columns, rows, from);
    const counted = Math.max(to - from, Math.ceil(text.length / ROW_CHARACTERS));
    const touches = touchedBy(table, rows.slice(from, to));
    await tx.later({ sql, parameters: [raw(text)], rows: counted, touches });
    from = to;
  }
}

/** As many rows as one statement takes. */
function textFrom<Row>(
  columns: Table<Row>['columns'],
  rows: readonly Row[],
  from: number,
): { readonly text: string; readonly to: number } {
  let text = '';
  let to = from;
  for (const row of rows.slice(from, from + CHUNK)) {
    if (text.length > CHUNK * ROW_CHARACTERS) break;
    let comma = text === '' ? '(' : ',(';
    for (const { property, literal } of columns) {
      text += comma + literal(row[property as keyof Row]);
      comma = ',';
    }
    text += ')';
    to += 1;
  }
  return { text, to };
}

function isLeftOut<Row>({ property, options }: Table<Row>['columns'][number], row: Row): boolean {
  const value = row[property as keyof Row] ?? null;
  if (options.default !== undefined) return value === options.default;
  return options.nullable === true && value === null;
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
  /** As it stands, where that is known: a column that changes in no row is not sent. */
  readonly was?: Row | undefined;
  readonly from?: number | undefined;
}

/** So few are told by an UPDATE each: the temporary tables of a joined one cost more than they save. */
const FEW = 3;

/**
 * By key and version. Every planned row must have matched: the connection counts matched rows (FOUND_ROWS), so fewer means
 * that somebody else wrote first, and the whole unit runs again.
 */
export async function changeRows<Row>(tx: Tx, change: Change<Row>, rows: readonly Planned<Row>[]): Promise<void> {
  const size = rows.length <= FEW ? 1 : CHUNK;
  for (let from = 0; from < rows.length; from += size) {
    const chunk = rows.slice(from, from + size);
    const changing = {
      ...change,
      set: change.set.filter((property) => chunk.some((planned) => changes(planned, property))),
    };
    await tx.later({
      // One that is left over has no column in which it varies, and nothing to join by.
      ...(chunk.length === 1 ? plainUpdate(changing, chunk) : joinedUpdate(changing, chunk)),
      rows: chunk.length,
      touches: touchedBy(
        change.table,
        chunk.map(({ row }) => row),
      ),
      matches: { rows: chunk.length, of: change.table.name },
    });
  }
}

function changes<Row>({ row, was }: Planned<Row>, property: keyof Row): boolean {
  return was === undefined || was === null || row[property] !== was[property];
}

function plainUpdate<Row>({ table, keys, set, fence }: Change<Row>, [planned]: readonly Planned<Row>[]): Statement {
  if (planned === undefined) throw new Error(`no row of ${table.name} is planned`);
  const { row, from } = planned;
  const written = fence === undefined ? set : [...set, fence];
  const name = (property: keyof Row & string) => `t.${table.column(property).name} = ?`;
  const value = (property: keyof Row & string) => table.column(property).encode(row[property]);
  const where = [...keys, ...(fence === undefined ? [] : [fence])].map(name).join(' AND ');
  return {
    sql: `UPDATE ${table.name} AS t SET ${written.map(name).join(', ')} WHERE ${where}`,
    parameters: [...written, ...keys].map(value).concat(fence === undefined ? [] : [from]),
  };
}

/**
 * UPDATE … JOIN the planned rows ON key AND version. What all rows say alike is said once: the server looks for every column
 * of every row anew in the document. STRAIGHT_JOIN and the forced primary key: a scan would wait for, or deadlock on, rows
 * that are none of ours.
 */
function joinedUpdate<Row>({ table, keys, set, fence }: Change<Row>, rows: readonly Planned<Row>[]): Statement {
  const varying: Table<Row>['columns'][number][] = [];
  const alike: unknown[] = [];
  const equals = (property: keyof Row & string, ofVarying = '') => {
    const { name, options, encode } = table.column(property);
    if (rows.every(({ row }) => row[property] === rows[0]?.row[property])) {
      alike.push(encode(rows[0]?.row[property]));
      return `t.${name} = ?`;
    }
    const source = `c${varying.push(table.column(property)) - 1}`;
    return `t.${name} = ${options.type === 'binary' ? `UNHEX(${source})` : source}${ofVarying}`;
  };
  const on = keys.map((property) => equals(property, collate(table.column(property).options)));
  const to = set.map((property) => equals(property));
  const types = varying.map(({ options }, at) => `c${at} ${jsonTableType(options)} PATH '$[${at}]' ERROR ON ERROR`);
  if (fence !== undefined) {
    const { name } = table.column(fence);
    types.push(`fence_to BIGINT PATH '$[${varying.length}]'`, `fence_from BIGINT PATH '$[${varying.length + 1}]'`);
    on.push(`t.${name} = fence_from`);
    to.push(`t.${name} = fence_to`);
  }
  const document = rows.map(({ row, from }) => [
    ...varying.map((column) => jsonValueOf(column, row[column.property as keyof Row])),
    ...(fence === undefined ? [] : [row[fence], from]),
  ]);
  return {
    sql: `UPDATE JSON_TABLE(?, '$[*]' COLUMNS (${types.join(', ')})) AS p
    STRAIGHT_JOIN ${table.name} AS t FORCE INDEX (PRIMARY) ON ${on.join(' AND ')} SET ${to.join(', ')}`,
    parameters: [JSON.stringify(document), ...alike],
  };
}

/** Binary travels as hexadecimal. */
function jsonValueOf<Row>({ options, encode }: Table<Row>['columns'][number], value: unknown): unknown {
  return options.type === 'binary' ? (value ?? null) : encode(value);
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
