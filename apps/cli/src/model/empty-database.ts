/** A migrated database of its own that can be emptied again and again: far faster than making a new one for every run. */
import { entities, migrations } from '@granary/platform/schema';
import { openDatabase } from '@granary/platform/database';
import { silentLog } from '@granary/platform/log';
import { migrate } from '@granary/platform/migration-runner';
import { createTestDatabase } from '@granary/testkit/servers';

/** What the platform opens: TypeORM is its business, not a dependency of the command line. */
type DataSource = Awaited<ReturnType<typeof openDatabase>>;

export interface EmptyDatabase {
  readonly url: string;
  readonly dataSource: DataSource;
  /** Back to what the migrations left. */
  empty(): Promise<void>;
  close(): Promise<void>;
}

interface Table {
  readonly name: string;
  /** Columns that can be written: generated ones cannot. */
  readonly columns: readonly string[];
  /** Whether the migrations left rows in it. */
  readonly seeded: boolean;
}

export async function openEmptyDatabase(name: string): Promise<EmptyDatabase> {
  const [database, keep] = [await createTestDatabase(name), await createTestDatabase(`${name}_seed`)];
  await migrate({ url: database.url, migrations, log: silentLog });
  const dataSource = await openDatabase({ url: database.url, poolSize: 4, entities });
  const seeds = new URL(keep.url).pathname.slice(1);
  const tables = await tablesOf(dataSource);
  for (const { name: table, columns, seeded } of tables) {
    if (seeded)
      await dataSource.query(`CREATE TABLE \`${seeds}\`.\`${table}\` AS SELECT ${columns.join()} FROM \`${table}\``);
  }
  return {
    url: database.url,
    dataSource,
    async empty() {
      const used = await usedOf(dataSource, tables);
      for (const { name: table, columns, seeded } of used) {
        await dataSource.query(`DELETE FROM \`${table}\``);
        if (seeded)
          await dataSource.query(
            `INSERT INTO \`${table}\` (${columns.join()}) SELECT ${columns.join()} FROM \`${seeds}\`.\`${table}\``,
          );
      }
    },
    async close() {
      await dataSource.destroy();
      await Promise.all([database.drop(), keep.drop()]);
    },
  };
}

/** Those with a row in them, by one question: most tables stay empty in most runs. */
async function usedOf(dataSource: DataSource, tables: readonly Table[]): Promise<Table[]> {
  const asked = tables.map(({ name }, at) => `EXISTS (SELECT 1 FROM \`${name}\`) AS t${at}`);
  const [row] = await dataSource.query<Record<string, unknown>[]>(`SELECT ${asked.join()}`);
  return tables.filter(({ seeded }, at) => seeded || Number(row?.[`t${at}`]) === 1);
}

async function tablesOf(dataSource: DataSource): Promise<Table[]> {
  const rows = await dataSource.query<{ tableName: string; columnName: string; generated: string }[]>(
    `SELECT TABLE_NAME AS tableName, COLUMN_NAME AS columnName, EXTRA AS \`generated\`
     FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE() ORDER BY TABLE_NAME, ORDINAL_POSITION`,
  );
  const names = [...new Set(rows.map((row) => row.tableName))];
  return Promise.all(
    names.map(async (name) => {
      const columns = rows
        .filter((row) => row.tableName === name && !/generated/i.test(row.generated))
        .map((row) => `\`${row.columnName}\``);
      const [first] = await dataSource.query<unknown[]>(`SELECT 1 FROM \`${name}\` LIMIT 1`);
      return { name, columns, seeded: first !== undefined };
    }),
  );
}
