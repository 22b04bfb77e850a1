/** The stock of SKUs that were never costed, as it lies in the tables of the stock engine. */
import type { Money } from '@granary/contracts/money';
import { parseMoney } from '@granary/contracts/money';
import { NEVER } from '@granary/domain/entities/batch';
import { fromDatabaseTime } from '@granary/domain/persistence/database-time';
import type { Tx } from '@granary/domain/persistence/transaction';
import type { FoundGoods, FoundStock } from '../rules/opening-events.ts';

/**
 * `moved` is read also when it is empty by now. Batches and transfers are read by one statement: goods that leave for
 * another place meanwhile are seen in the one or in the other, never in both or in none.
 */
export async function readStock(
  tx: Tx,
  skuIds: readonly string[],
  moved: { readonly batchIds: readonly string[]; readonly settledSkuIds: readonly string[] },
): Promise<FoundStock> {
  const rows = await tx.rows(
    `SELECT x.* FROM (
       SELECT t.sku_id AS skuId, t.batch_id AS batchId, t.batch_no AS batchNo, t.expires_at AS expiresAt, t.received_at AS receivedAt,
         t.on_hand AS quantity, t.unit_cost AS unitCost, 0 AS isMoving
       FROM stock_batch AS t FORCE INDEX (stock_batch_no)
       WHERE t.sku_id IN (?) AND (t.on_hand > 0 OR t.batch_id IN (?))
       UNION ALL SELECT p.sku_id, p.batch_id, p.batch_no, b.expires_at, b.received_at, p.in_transit, p.unit_cost, 1
       FROM stock_transfer_part AS p FORCE INDEX (stock_transfer_part_sku) JOIN stock_batch AS b ON b.batch_id = p.batch_id
       WHERE p.sku_id IN (?) AND p.in_transit > 0
     ) AS x ORDER BY x.receivedAt, x.batchId, x.isMoving`,
    [[...skuIds], ['', ...moved.batchIds], [...skuIds]],
  );
  return { goods: rows.map(toGoods), owed: await readOwed(tx, skuIds, moved.settledSkuIds) };
}

function toGoods(row: Readonly<Record<string, unknown>>): FoundGoods {
  const expiresAt = fromDatabaseTime(String(row['expiresAt']));
  return {
    ...{ skuId: String(row['skuId']), batchId: String(row['batchId']), batchNo: String(row['batchNo']) },
    expiresAt: expiresAt === NEVER ? null : expiresAt,
    ...{ quantity: Number(row['quantity']), unitCost: parseMoney(String(row['unitCost'])) },
    isMoving: Number(row['isMoving']) === 1,
  };
}

async function readOwed(
  tx: Tx,
  skuIds: readonly string[],
  settledSkuIds: readonly string[],
): Promise<FoundStock['owed']> {
  const rows = await tx.rows(
    `SELECT t.sku_id AS skuId, SUM(t.deficit) AS quantity,
       (SELECT b.unit_cost FROM stock_batch AS b FORCE INDEX (stock_batch_no) WHERE b.sku_id = t.sku_id
        ORDER BY b.received_at DESC, b.batch_id DESC LIMIT 1) AS unitCost
     FROM stock_level AS t FORCE INDEX (PRIMARY) WHERE t.sku_id IN (?) AND (t.deficit > 0 OR t.sku_id IN (?)) GROUP BY t.sku_id`,
    [[...skuIds], ['', ...settledSkuIds]],
  );
  return rows.map((row) => ({
    ...{ skuId: String(row['skuId']), quantity: Number(row['quantity']) },
    unitCost: row['unitCost'] === null ? null : (parseMoney(String(row['unitCost'])) satisfies Money),
  }));
}

/** The next SKUs that have stock, or owe some, and were never costed. */
export async function nextUncosted(tx: Tx, after: string, limit: number): Promise<readonly string[]> {
  const rows = await tx.rows(
    `SELECT DISTINCT l.sku_id AS id FROM stock_level AS l FORCE INDEX (PRIMARY)
     LEFT JOIN cost_state AS t ON t.sku_id = l.sku_id
     WHERE l.sku_id > ? AND t.sku_id IS NULL AND (l.on_hand > 0 OR l.deficit > 0
       OR EXISTS (SELECT 1 FROM stock_transfer_part AS p FORCE INDEX (stock_transfer_part_sku) WHERE p.sku_id = l.sku_id AND p.in_transit > 0))
     ORDER BY l.sku_id LIMIT ${limit}`,
    [after],
  );
  return rows.map((row) => String(row['id']));
}
