/** What the database promises of a COMMIT: a figure without it says nothing. */
import type { openDatabase } from '@granary/platform/database';

const SETTINGS = [
  ...['version', 'innodb_flush_log_at_trx_commit', 'sync_binlog', 'log_bin', 'innodb_doublewrite'],
  ...['innodb_buffer_pool_size', 'innodb_flush_method'],
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

/** What is claimed of a server that flushes each COMMIT must be measured on one. */
export function assertDurable(settings: Readonly<Record<string, string>>): void {
  const { innodb_flush_log_at_trx_commit: flush, innodb_doublewrite: doublewrite } = settings;
  if (flush !== '1' || doublewrite === 'OFF')
    throw new Error(`the database is not durable: flush at COMMIT ${flush}, doublewrite ${doublewrite}`);
}
