/** A copy of all tables inside the same database, to put spoiled rows back. */
import type { DataSource } from 'typeorm';
import { rowsOf, tableNames } from './database-state.ts';

export interface TableCopy {
  restore(): Promise<void>;
}

export async function copyTables(dataSource: DataSource): Promise<TableCopy> {
  const columns = new Map<string, string>();
  for (const table of tableNames) {
    const found = await rowsOf(
      dataSource,
      `SELECT COLUMN_NAME AS name FROM information_schema.columns
       WHERE table_schema = DATABASE() AND table_name = ? AND EXTRA NOT LIKE '%GENERATED%' ORDER BY ORDINAL_POSITION`,
      [table],
    );
    columns.set(table, found.map((row) => String(row['name'])).join(', '));
    await dataSource.query(`CREATE TABLE copy_of_${table} AS SELECT ${columns.get(table)} FROM ${table}`);
  }
  return {
    restore: async () => {
      for (const [table, names] of columns) {
        await dataSource.query(`DELETE FROM ${table}`);
        await dataSource.query(`INSERT INTO ${table} (${names}) SELECT ${names} FROM copy_of_${table}`);
      }
    },
  };
}
