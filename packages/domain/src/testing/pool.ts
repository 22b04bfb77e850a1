/** The connection pool from the inside, to see that nothing leaks. */
import type { DataSource } from 'typeorm';

interface Pool {
  readonly _allConnections: { readonly length: number };
  readonly _freeConnections: { readonly length: number };
  readonly _connectionQueue: { readonly length: number };
}

export function poolOf(dataSource: DataSource): { open: number; busy: number; waiting: number } {
  const { pool } = dataSource.driver as unknown as { pool: Pool };
  const open = pool._allConnections.length;
  return { open, busy: open - pool._freeConnections.length, waiting: pool._connectionQueue.length };
}
