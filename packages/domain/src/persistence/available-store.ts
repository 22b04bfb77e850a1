/** What allocation would take now, summed by the database: free stock of available, unexpired batches at active places. */
import type { Instant } from '@granary/contracts/instant';
import { toDatabaseTime } from './database-time.ts';
import type { Tx } from './transaction.ts';

export async function readAvailable(
  tx: Tx,
  skuIds: readonly string[],
  now: Instant,
): Promise<ReadonlyMap<string, number>> {
  const rows = await tx.rows(
    `SELECT b.sku_id AS skuId, SUM(b.on_hand - b.reserved - b.locked) AS available
     FROM stock_batch AS b FORCE INDEX (stock_batch_received)
     JOIN stock_level AS l ON l.sku_id = b.sku_id AND l.location_id = b.location_id AND l.is_active = 1
     JOIN location AS p ON p.location_id = b.location_id AND p.is_active = 1
     WHERE b.sku_id IN (?) AND b.open = 1 AND b.expires_at > ? GROUP BY b.sku_id`,
    [[...new Set(skuIds)], toDatabaseTime(now)],
  );
  return new Map(rows.map((row) => [String(row['skuId']), Number(row['available'])]));
}
