/** Connections of the references: plain mysql2, as many as both references are measured with. */
import mysql2, { type Pool, type PoolConnection } from 'mysql2/promise';
import { BEGIN, COMMIT, SESSION } from './sql.ts';

export const REFERENCE_POOL = 32;

export function openReferencePool(url: string, connections = REFERENCE_POOL): Pool {
  const pool = mysql2.createPool({ uri: url, connectionLimit: connections, dateStrings: true, timezone: 'Z' });
  // Queued before whatever the pool hands the connection out for, and kept in order.
  pool.pool.on('connection', (connection) => connection.query(SESSION));
  return pool;
}

/** One transaction, and the connection back in any case: after an error it is closed, which rolls back. */
export async function inTransaction<T>(pool: Pool, work: (connection: PoolConnection) => Promise<T>): Promise<T> {
  const connection = await pool.getConnection();
  try {
    await connection.query(BEGIN);
    const result = await work(connection);
    await connection.query(COMMIT);
    connection.release();
    return result;
  } catch (error) {
    connection.destroy();
    throw error;
  }
}
