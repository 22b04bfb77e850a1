/** What the tables hold, seen past the engine: checksums to prove that nothing changed, and single figures. */
import { createConnection, type Connection } from 'mysql2/promise';
import type { DataSource } from 'typeorm';
import { entities } from '../persistence/schema.ts';

const tables = entities.map(({ options }) => ({
  name: options.tableName ?? options.name,
  columns: Object.entries(options.columns).flatMap(([property, column]) =>
    column?.asExpression === undefined ? [column?.name ?? property] : [],
  ),
}));

export const tableNames: readonly string[] = tables.map(({ name }) => name);

/**
 * One checksum a table over the stored columns of all rows. CHECKSUM TABLE will not do: on MariaDB it takes in the null bit of
 * virtual columns, which is left over from whatever was read before, so that it differs over the very same rows.
 */
export async function checksums(dataSource: DataSource): Promise<Readonly<Record<string, string>>> {
  const sums: Record<string, string> = {};
  for (const { name, columns } of tables) {
    const texts = columns.map((column) => `COALESCE(HEX(${column}), '-')`).join(', ');
    sums[name] = await valueOf(
      dataSource,
      `SELECT CONCAT(COUNT(*), ' rows, ', COALESCE(SUM(CRC32(CONCAT_WS('|', ${texts}))), 0)) FROM ${name}`,
    );
  }
  return sums;
}

/** The tables whose rows differ after the work. */
export async function changedBy(dataSource: DataSource, work: () => Promise<unknown>): Promise<readonly string[]> {
  const before = await checksums(dataSource);
  await work();
  const after = await checksums(dataSource);
  return tableNames.filter((name) => before[name] !== after[name]);
}

export async function rowsOf(
  dataSource: DataSource,
  sql: string,
  parameters: readonly unknown[] = [],
): Promise<readonly Readonly<Record<string, unknown>>[]> {
  return (await dataSource.query(sql, [...parameters])) as readonly Readonly<Record<string, unknown>>[];
}

/** The first column of the first row. */
export async function valueOf(
  dataSource: DataSource,
  sql: string,
  parameters: readonly unknown[] = [],
): Promise<string> {
  const [row] = await rowsOf(dataSource, sql, parameters);
  return String(Object.values(row ?? {})[0]);
}

export async function countOf(
  dataSource: DataSource,
  sql: string,
  parameters: readonly unknown[] = [],
): Promise<number> {
  return Number(await valueOf(dataSource, `SELECT COUNT(*) FROM ${sql}`, parameters));
}

/** A connection beside the engine's, such as a colleague at a console has; it may be killed without a word. */
export async function openStranger(url: string): Promise<Connection> {
  const connection = await createConnection({ uri: url });
  connection.on('error', () => undefined);
  await connection.query('SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED');
  return connection;
}
