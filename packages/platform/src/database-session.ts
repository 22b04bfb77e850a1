/** What every connection is told before its first use. Servers differ in their defaults; truth must not. */

export type Engine = 'mariadb' | 'mysql';

/** Strict types and dates. MariaDB's own default lacks three of these and would keep '0000-00-00'. */
export const SQL_MODES = [
  'STRICT_TRANS_TABLES',
  'NO_ZERO_DATE',
  'NO_ZERO_IN_DATE',
  'ERROR_FOR_DIVISION_BY_ZERO',
  'NO_ENGINE_SUBSTITUTION',
  'ONLY_FULL_GROUP_BY',
] as const;

/** Row lock waits end well inside a request's deadline; the server's own default is 50 seconds. */
export const LOCK_WAIT_SECONDS = 5;
const METADATA_LOCK_WAIT_SECONDS = 10;
/**
 * A process that stalls while it holds row locks loses its transaction after this long. On MariaDB the timeout of write
 * transactions alone would not do: locks are held before the first write. MySQL has no timeout of transactions, so there
 * the server ends any connection that is silent for that long, and the transaction with it; the pool ends those of its own
 * that nobody uses well before that.
 */
const IDLE_TRANSACTION_SECONDS = 5;
const SILENT_CONNECTION_SECONDS = 10;
const POOL_IDLE_MS = { mariadb: 60_000, mysql: (SILENT_CONNECTION_SECONDS / 2) * 1_000 } as const;

export function sessionStatements(engine: Engine): readonly string[] {
  const settings = [
    `time_zone = '+00:00'`,
    `sql_mode = '${SQL_MODES.join(',')}'`,
    `innodb_lock_wait_timeout = ${LOCK_WAIT_SECONDS}`,
    `lock_wait_timeout = ${METADATA_LOCK_WAIT_SECONDS}`,
    'autocommit = ON',
    // Somebody may have switched these off for the whole server, to load a dump.
    'unique_checks = ON',
    'foreign_key_checks = ON',
    ...(engine === 'mariadb' ? ['check_constraint_checks = ON'] : []),
    engine === 'mariadb'
      ? `idle_transaction_timeout = ${IDLE_TRANSACTION_SECONDS}`
      : `wait_timeout = ${SILENT_CONNECTION_SECONDS}`,
  ];
  return [
    `SET ${settings.map((setting) => `SESSION ${setting}`).join(', ')}`,
    'SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED',
  ];
}

/** Makes the answer to COMMIT name its GTID, which costs no query. */
export const TELL_POSITION: Readonly<Record<Engine, string>> = {
  mariadb: `SET SESSION session_track_system_variables = 'last_gtid'`,
  mysql: `SET SESSION session_track_gtids = 'OWN_GTID'`,
};

/** How long the pool keeps a connection that nobody uses. */
export function poolIdleMs(engine: Engine): number {
  return POOL_IDLE_MS[engine];
}

/** Which engine answers, by the text of SELECT VERSION(). TypeORM must be told, or it writes SQL that the server refuses. */
export function engineOf(version: string): Engine {
  return /mariadb/i.test(version) ? 'mariadb' : 'mysql';
}
