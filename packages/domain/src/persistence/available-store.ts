/** What allocation would take now, summed by the database: free stock of available, unexpired batches at active places. */
import type { Instant } from '@granary/contracts/instant';
import { placesOf } from '../rules/location-scope.ts';
import { toDatabaseTime } from './database-time.ts';
import { whereOf } from './filter.ts';
import type { Tx } from './transaction.ts';

const OF_SKUS = { index: 'stock_batch_received', clause: 'b.sku_id IN (?)' };
const OF_BATCHES = { index: 'PRIMARY', clause: 'b.batch_id IN (?)' };

export interface AvailableAt {
  /** A SKU or a batch. */
  readonly id: string;
  readonly locationId: string;
  readonly available: number;
}

/** Place by place: what a bundle is put together from. */
export async function readAvailableAt(
  tx: Tx,
  skuIds: readonly string[],
  now: Instant,
): Promise<readonly AvailableAt[]> {
  return await summed(tx, { ...OF_SKUS, ids: skuIds, by: 'b.sku_id AS id, b.location_id AS locationId' }, now);
}

export async function readAvailableOf(
  tx: Tx,
  batchIds: readonly string[],
  now: Instant,
): Promise<readonly AvailableAt[]> {
  return await summed(tx, { ...OF_BATCHES, ids: batchIds, by: 'b.batch_id AS id, b.location_id AS locationId' }, now);
}

interface Source {
  readonly index: string;
  readonly clause: string;
  readonly ids: readonly string[];
}

async function summed(
  tx: Tx,
  { index, clause, ids, by }: Source & { readonly by: string },
  now: Instant,
): Promise<readonly AvailableAt[]> {
  if (ids.length === 0) return [];
  const { where, parameters } = whereOf([
    [`${clause} AND b.open = 1 AND b.expires_at > ?`, [...new Set(ids)], toDatabaseTime(now)],
    ['b.location_id IN (?)', placesOf(tx.scope)],
  ]);
  const rows = await tx.rows(
    `SELECT ${by}, SUM(b.on_hand - b.reserved - b.locked) AS available
     FROM stock_batch AS b FORCE INDEX (${index})
     JOIN stock_level AS l ON l.sku_id = b.sku_id AND l.location_id = b.location_id AND l.is_active = 1
     JOIN location AS p ON p.location_id = b.location_id AND p.is_active = 1
     ${where} GROUP BY ${by.replaceAll(/ AS \w+/g, '')}`,
    parameters,
  );
  return rows.map((row) => ({
    id: String(row['id']),
    locationId: String(row['locationId'] ?? ''),
    available: Number(row['available']),
  }));
}
