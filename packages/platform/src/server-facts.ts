/** Asks a database server for what Granary must know of it before it trusts it with stock, over one connection of the pool. */
import type { Instant } from '@granary/contracts/instant';
import type { Migration } from '@granary/domain/persistence/schema';
import type { DataSource } from 'typeorm';
import { readRecords, schemaState, type SchemaState } from './migration-record.ts';

export interface ServerFacts {
  /** As the session of this connection has them; names in lower case. One that the server does not know is absent. */
  readonly variables: ReadonlyMap<string, string>;
  readonly schema: SchemaState;
  /** Tables whose CHECKs the server keeps and does not enforce; only MySQL can be told to do so. */
  readonly uncheckedTables: readonly string[];
  readonly now: Instant;
  /** The database's clock less this machine's. */
  readonly skewMs: number;
}

const VARIABLES = [
  'autocommit',
  'binlog_format',
  'check_constraint_checks',
  'collation_connection',
  'foreign_key_checks',
  'innodb_doublewrite',
  'innodb_flush_log_at_trx_commit',
  'log_bin',
  'max_allowed_packet',
  'read_only',
  'sql_mode',
  'sync_binlog',
  'time_zone',
  'transaction_isolation',
  'tx_isolation',
  'unique_checks',
  'version',
];

type Ask = (sql: string) => Promise<Record<string, unknown>[]>;

export async function readServerFacts(dataSource: DataSource, migrations: readonly Migration[]): Promise<ServerFacts> {
  const ask: Ask = (sql) => dataSource.query(sql);
  const names = VARIABLES.map((name) => `'${name}'`).join(', ');
  const rows = await ask(`SHOW SESSION VARIABLES WHERE variable_name IN (${names})`);
  const variables = new Map(rows.map((row) => [String(row['Variable_name']).toLowerCase(), String(row['Value'])]));
  const schema = schemaState(await readRecords(ask), migrations);
  const uncheckedTables = dataSource.options.type === 'mysql' ? await readUncheckedTables(ask) : [];
  return { variables, schema, uncheckedTables, ...(await readClock(ask)) };
}

async function readUncheckedTables(ask: Ask): Promise<readonly string[]> {
  const rows = await ask(
    `SELECT DISTINCT table_name AS name FROM information_schema.table_constraints
     WHERE constraint_schema = DATABASE() AND constraint_type = 'CHECK' AND enforced = 'NO' ORDER BY name`,
  );
  return rows.map((row) => String(row['name']));
}

async function readClock(ask: Ask): Promise<Pick<ServerFacts, 'now' | 'skewMs'>> {
  const askedAt = Date.now();
  const [time] = await ask('SELECT UTC_TIMESTAMP(6) AS now');
  const halfway = (askedAt + Date.now()) / 2;
  const now = `${String(time?.['now']).replace(' ', 'T')}Z` as Instant;
  return { now, skewMs: Math.round(Date.parse(now) - halfway) };
}
