/** The reference of `bench audit`: all commands and movements, read by the driver alone in chunks along their keys. */
import type { Pool, RowDataPacket } from 'mysql2/promise';

const CHUNK = 5000;

/** How many rows there are. */
export async function readRaw(pool: Pool, signal: AbortSignal): Promise<number> {
  return (await readCommands(pool, signal)) + (await readMovements(pool, signal));
}

async function readCommands(pool: Pool, signal: AbortSignal): Promise<number> {
  let count = 0;
  for (let after: unknown = ''; ;) {
    signal.throwIfAborted();
    const sql = `SELECT * FROM command WHERE command_id > ? ORDER BY command_id LIMIT ${CHUNK}`;
    const [rows] = await pool.query<RowDataPacket[]>(sql, [after]);
    count += rows.length;
    if (rows.length < CHUNK) return count;
    after = rows.at(-1)?.['command_id'];
  }
}

async function readMovements(pool: Pool, signal: AbortSignal): Promise<number> {
  let count = 0;
  for (let after: RowDataPacket | undefined; ;) {
    signal.throwIfAborted();
    const [sku, location, version] = [after?.['sku_id'] ?? '', after?.['location_id'] ?? '', after?.['version'] ?? 0];
    const [rows] = await pool.query<RowDataPacket[]>(
      `SELECT * FROM stock_movement WHERE sku_id >= ? AND (sku_id > ? OR location_id > ? OR (location_id = ? AND version > ?))
       ORDER BY sku_id, location_id, version LIMIT ${CHUNK}`,
      [sku, sku, location, location, version],
    );
    count += rows.length;
    after = rows.at(-1);
    if (rows.length < CHUNK) return count;
  }
}
