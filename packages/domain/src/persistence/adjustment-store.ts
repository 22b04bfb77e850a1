/** What adjustments and counts look for beside stock: the batch that takes goods in, the cost that is known last, what was counted. */
import type { Instant } from '@granary/contracts/instant';
import type { Money } from '@granary/contracts/money';
import type { BatchRow } from '../entities/batch.ts';
import type { CountLineRow } from '../entities/count-line.ts';
import { placesOf } from '../rules/location-scope.ts';
import { toDatabaseTime } from './database-time.ts';
import { whereOf } from './filter.ts';
import type { LevelPair } from './level-store.ts';
import { batches, countLines } from './tables.ts';
import type { Tx } from './transaction.ts';

/**
 * The newest batch of a level that is open: available, not expired, with something on hand. One with free stock goes before
 * one that is held wholly, so that the index by receipt is read from its end.
 */
export async function findNewestOpen(
  tx: Tx,
  { skuId, locationId }: LevelPair,
  now: Instant,
): Promise<BatchRow | undefined> {
  const [row] = await tx.select(
    batches,
    `FORCE INDEX (stock_batch_received) WHERE t.sku_id = ? AND t.location_id = ? AND t.open IN (0, 1)
     AND t.status = 'available' AND t.on_hand > 0 AND t.expires_at > ?
     ORDER BY t.open DESC, t.received_at DESC, t.batch_id DESC LIMIT 1`,
    [skuId, locationId, toDatabaseTime(now)],
  );
  return row;
}

/** The unit cost of the SKU's newest batch that the caller may see, wherever it lies and whether anything of it is left. */
export async function findLastCost(tx: Tx, skuId: string): Promise<Money | undefined> {
  const { where, parameters } = whereOf([
    ['t.sku_id = ?', skuId],
    ['t.location_id IN (?)', placesOf(tx.scope)],
  ]);
  const [row] = await tx.select(
    batches,
    `FORCE INDEX (stock_batch_no) ${where} ORDER BY t.received_at DESC, t.batch_id DESC LIMIT 1`,
    parameters,
  );
  return row?.unitCost;
}

export async function readCountLines(tx: Tx, documentId: string): Promise<readonly CountLineRow[]> {
  return await tx.select(countLines, 'WHERE t.document_id = ? ORDER BY t.line_no', [documentId]);
}
