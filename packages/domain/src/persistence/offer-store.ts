/** The free stock of any number of SKUs in one query, summed by expiry, so that the engine's clock and not the server's says what has expired. */
import type { Instant } from '@granary/contracts/instant';
import { NEVER } from '../entities/batch.ts';
import type { SkuRow } from '../entities/sku.ts';
import type { OfferRow } from '../rules/offer.ts';
import { placesOf } from '../rules/location-scope.ts';
import { fromDatabaseTime } from './database-time.ts';
import type { Tx } from './transaction.ts';

/** A SKU that is not known has no row. The time is from before the rows, in the same round trip. */
export async function readOffers(
  tx: Tx,
  skuIds: readonly string[],
): Promise<{ readonly now: Instant; readonly rows: readonly OfferRow[] }> {
  const places = placesOf(tx.scope);
  const within = places === undefined ? '' : 'AND b.location_id IN (?)';
  const [now, rows] = await Promise.all([
    tx.now(),
    tx.rows(
      `SELECT s.sku_id AS skuId, s.kind AS kind, s.status AS status, b.expires_at AS expiresAt,
        SUM(b.on_hand - b.reserved - b.locked) AS free
       FROM sku AS s FORCE INDEX (PRIMARY)
       LEFT JOIN (stock_batch AS b FORCE INDEX (stock_batch_received)
         JOIN stock_level AS l ON l.sku_id = b.sku_id AND l.location_id = b.location_id AND l.is_active = 1
         JOIN location AS p ON p.location_id = b.location_id AND p.is_active = 1)
         ON b.sku_id = s.sku_id AND b.open = 1 ${within}
       WHERE s.sku_id IN (?) GROUP BY s.sku_id, s.kind, s.status, b.expires_at`,
      [...(places === undefined ? [] : [places]), [...new Set(skuIds)]],
    ),
  ]);
  return {
    now,
    rows: rows.map((row) => ({
      skuId: String(row['skuId']),
      kind: String(row['kind']) as SkuRow['kind'],
      status: String(row['status']) as SkuRow['status'],
      expiresAt: row['expiresAt'] === null ? NEVER : fromDatabaseTime(String(row['expiresAt'])),
      free: Number(row['free'] ?? 0),
    })),
  };
}
