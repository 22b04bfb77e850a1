/** A table of the program's own, written by an on-hand handler in the transaction that moves the stock: both or neither. */
import type { OnHandHandler } from '@granary/domain';

export interface Turnover {
  readonly came: number;
  readonly left: number;
}

export const CREATE_TURNOVER =
  'CREATE TABLE IF NOT EXISTS turnover (sku_id varchar(64) COLLATE utf8mb4_bin PRIMARY KEY, came int NOT NULL, went int NOT NULL)';

/** Beyond this a shelf would break; the engine must not take what the program cannot keep. */
export const MOST_AT_ONCE = 1_000;

export const countTurnover: OnHandHandler = async (tx, changes) => {
  for (const { skuId, onHandDelta } of changes) {
    // What a handler throws undoes the whole call, and the caller gets it.
    if (onHandDelta > MOST_AT_ONCE) throw new Error(`no shelf carries ${onHandDelta} of ${skuId}`);
    await tx.write(
      'INSERT INTO turnover (sku_id, came, went) VALUES (?, ?, ?) ON DUPLICATE KEY UPDATE came = came + VALUES(came), went = went + VALUES(went)',
      [skuId, Math.max(onHandDelta, 0), Math.max(-onHandDelta, 0)],
    );
  }
};

interface Database {
  query(sql: string, parameters?: unknown[]): Promise<unknown>;
}

export async function turnoverOf(database: Database, skuId: string): Promise<Turnover> {
  const rows = (await database.query('SELECT came, went FROM turnover WHERE sku_id = ?', [skuId])) as {
    came: number;
    went: number;
  }[];
  return { came: rows[0]?.came ?? 0, left: rows[0]?.went ?? 0 };
}
