/** What the database promises of a COMMIT: a figure without it says nothing. */
import type { openDatabase } from '@granary/platform/database';
import type { Goal } from './bench.ts';

const SETTINGS = [
  ...['version', 'innodb_flush_log_at_trx_commit', 'sync_binlog', 'log_bin', 'innodb_doublewrite'],
  ...['innodb_buffer_pool_size', 'innodb_flush_method', 'innodb_log_file_size', 'innodb_redo_log_capacity'],
];

export async function durabilityOf(
  dataSource: Awaited<ReturnType<typeof openDatabase>>,
): Promise<Readonly<Record<string, string>>> {
  const rows = await dataSource.query<readonly { readonly Variable_name: string; readonly Value: string }[]>(
    'SHOW GLOBAL VARIABLES WHERE Variable_name IN (?)',
    [SETTINGS],
  );
  return Object.fromEntries(rows.map((row) => [row.Variable_name, row.Value]));
}

export function isDurable(settings: Readonly<Record<string, string>>): boolean {
  const { innodb_flush_log_at_trx_commit: flush, innodb_doublewrite: doublewrite } = settings;
  return flush === '1' && doublewrite !== 'OFF';
}

/** That each COMMIT was flushed, as a goal among others: figures of a server that forgets say nothing. */
export function durableGoal(settings: Readonly<Record<string, string>>): Goal {
  return { name: 'each COMMIT is flushed (1: yes)', measured: isDurable(settings) ? 1 : 0, limit: 1, bound: 'least' };
}

/** What is claimed of a server that flushes each COMMIT must be measured on one. */
export function assertDurable(settings: Readonly<Record<string, string>>): void {
  const { innodb_flush_log_at_trx_commit: flush, innodb_doublewrite: doublewrite } = settings;
  if (!isDurable(settings))
    throw new Error(`the database is not durable: flush at COMMIT ${flush}, doublewrite ${doublewrite}`);
}
