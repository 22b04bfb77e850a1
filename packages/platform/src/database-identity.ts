/** What tells one database from every other one, where several share one Redis. */
import type { DataSource } from 'typeorm';
import { RECORD_TABLE } from './migration-record.ts';

/** The same for every process, whatever way it takes to the database, and after a replica has become the primary. */
export async function databaseIdentity(dataSource: DataSource): Promise<string> {
  const [row] = await dataSource.query<readonly { readonly name: string; readonly at: string | null }[]>(
    `SELECT DATABASE() AS name, MIN(applied_at) AS at FROM ${RECORD_TABLE}`,
  );
  return `${row?.name} ${row?.at}`;
}
