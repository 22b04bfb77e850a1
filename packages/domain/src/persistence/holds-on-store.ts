/** What holds goods of some batches now: found by the part of the index that has held lines alone. */
import type { Tx } from './transaction.ts';

/** Ids of what holds something of these batches now, in the order of ids. */
export async function findHoldsOn(
  tx: Tx,
  { batchIds, after, limit }: { batchIds: readonly string[]; after: string; limit: number },
): Promise<readonly string[]> {
  if (batchIds.length === 0) return [];
  const rows = await tx.rows(
    `SELECT DISTINCT t.reservation_id AS id FROM reservation_line AS t FORCE INDEX (reservation_line_batch)
     WHERE t.batch_id IN (?) AND t.is_held = 1 AND t.reservation_id > ? ORDER BY t.reservation_id LIMIT ${limit}`,
    [batchIds, after],
  );
  return rows.map((row) => String(row['id']));
}

export async function countHoldsOn(
  tx: Tx,
  { batchIds, after }: { batchIds: readonly string[]; after: string },
): Promise<number> {
  if (batchIds.length === 0) return 0;
  const [row] = await tx.rows(
    `SELECT COUNT(DISTINCT t.reservation_id) AS n FROM reservation_line AS t FORCE INDEX (reservation_line_batch)
     WHERE t.batch_id IN (?) AND t.is_held = 1 AND t.reservation_id > ?`,
    [batchIds, after],
  );
  return Number(row?.['n']);
}
