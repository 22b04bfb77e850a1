/** REF: the fewest rows that hold stock for somebody, one transaction a request. */
import { createIds } from '@granary/platform/ids';
import type { Pool, PoolConnection, ResultSetHeader, RowDataPacket } from 'mysql2/promise';
import { inTransaction } from './reference-pool.ts';
import { SLIM, SLIM_MANY, SLIM_TABLES } from './sql.ts';

const ROWS_A_STATEMENT = 1000;

export interface SlimReference {
  reserve(skuId: string): Promise<void>;
  /** The SKUs of one order, each once. */
  reserveMany(skuIds: readonly string[]): Promise<void>;
  /** One update committed by itself: the least that a database does for a request. */
  update(skuId: string): Promise<void>;
}

export async function createSlimTables(pool: Pool): Promise<void> {
  for (const table of SLIM_TABLES) await pool.query(table);
}

export async function writeSlimStock(pool: Pool, skuIds: readonly string[], each: number): Promise<void> {
  for (let from = 0; from < skuIds.length; from += ROWS_A_STATEMENT) {
    const rows = skuIds.slice(from, from + ROWS_A_STATEMENT).map((skuId) => [skuId, each, 0, 0]);
    await pool.query(SLIM.stock, [rows]);
  }
}

export function createSlimReference(pool: Pool): SlimReference {
  const ids = createIds();
  return {
    reserve: (skuId) =>
      inTransaction(pool, async (connection) => {
        const id = ids();
        await take(connection, skuId);
        await connection.query(SLIM.reservation, [id, skuId, 1]);
        await connection.query(SLIM.ledger, [skuId, -1, id]);
      }),
    reserveMany: (skuIds) =>
      inTransaction(pool, async (connection) => {
        const sorted = skuIds.toSorted();
        for (const skuId of sorted) await take(connection, skuId);
        const now = new Date();
        const lines = sorted.map((skuId) => ({ id: ids(), skuId }));
        await connection.query(SLIM_MANY.reservations, [lines.map(({ id, skuId }) => [id, skuId, 1, 0, now])]);
        await connection.query(SLIM_MANY.ledger, [lines.map(({ id, skuId }) => [skuId, 1, -1, id, now])]);
      }),
    update: async (skuId) => {
      await pool.query(SLIM.touch, [skuId, 1]);
    },
  };
}

async function take(connection: PoolConnection, skuId: string): Promise<void> {
  const [{ affectedRows }] = await connection.query<ResultSetHeader>(SLIM.take, [1, 1, skuId, 1]);
  if (affectedRows !== 1) throw new Error(`sold out: ${skuId}`);
}

/** What was taken from the stock, what the reservations hold, and what the ledger says: three times the same. */
export async function slimSums(pool: Pool): Promise<readonly number[]> {
  const [[row]] = await pool.query<RowDataPacket[]>(
    `SELECT (SELECT COALESCE(SUM(reserved), 0) FROM ref_stock) AS stock, (SELECT COALESCE(SUM(qty), 0) FROM ref_reservation) AS held,
      (SELECT COALESCE(-SUM(delta), 0) FROM ref_ledger) AS told`,
  );
  return [row?.['stock'], row?.['held'], row?.['told']].map(Number);
}
