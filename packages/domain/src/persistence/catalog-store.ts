/** SKUs and locations as decisions see them: read without a lock, since a setting that changes now may be seen now or later. */
import type { LocationRow } from '../entities/location.ts';
import type { SkuRow } from '../entities/sku.ts';
import type { Instant } from '@granary/contracts/instant';
import { placesOf } from '../rules/location-scope.ts';
import { whereOf } from './filter.ts';
import { compareBytes } from '../rules/byte-order.ts';
import { locations, skus } from './tables.ts';
import type { Tx } from './transaction.ts';
import { ensureRows } from './write-rows.ts';

/** A SKU that nobody described: it is named by its id. */
export function plainSku(skuId: string, now: Instant): SkuRow {
  return {
    skuId,
    spuId: null,
    name: skuId,
    unit: 'unit',
    status: 'active',
    kind: 'stock',
    serialTracked: false,
    shelfLifeDays: null,
    attributes: null,
    defaultStrategy: null,
    version: 1,
    createdAt: now,
    updatedAt: now,
  };
}

/** Creates what is missing and locks all of them, in the order of the key. */
export async function ensureSkus(tx: Tx, skuIds: readonly string[], now: Instant): Promise<void> {
  await ensureRows(
    tx,
    skus,
    skuIds.toSorted(compareBytes).map((skuId) => plainSku(skuId, now)),
  );
}

export async function readSkus(tx: Tx, skuIds: readonly string[]): Promise<ReadonlyMap<string, SkuRow>> {
  if (skuIds.length === 0) return new Map();
  const rows = await tx.select(skus, 'WHERE t.sku_id IN (?)', [[...new Set(skuIds)]]);
  return new Map(rows.map((row) => [row.skuId, row]));
}

/** There are few locations, and allocation ranks all of them. */
export async function readLocations(tx: Tx): Promise<ReadonlyMap<string, LocationRow>> {
  const { where, parameters } = whereOf([['t.location_id IN (?)', placesOf(tx.scope)]]);
  const rows = await tx.select(locations, where, parameters);
  return new Map(rows.map((row) => [row.locationId, row]));
}

export async function lockSku(tx: Tx, skuId: string): Promise<SkuRow | undefined> {
  const [row] = await tx.select(skus, 'WHERE t.sku_id = ? FOR UPDATE', [skuId]);
  return row;
}

export async function findLocation(tx: Tx, locationId: string): Promise<LocationRow | undefined> {
  const [row] = await tx.select(locations, 'WHERE t.location_id = ?', [locationId]);
  return tx.scope.holds(locationId) ? row : undefined;
}

export async function lockLocation(tx: Tx, locationId: string): Promise<LocationRow | undefined> {
  const [row] = await tx.select(locations, 'WHERE t.location_id = ? FOR UPDATE', [locationId]);
  return tx.scope.holds(locationId) ? row : undefined;
}

/** The SKUs of a product; a product without variants uses its own id as the SKU's. */
export async function readVariants(tx: Tx, spuId: string): Promise<readonly string[]> {
  const rows = await tx.rows(
    'SELECT t.sku_id AS skuId FROM sku AS t WHERE t.spu_id = ? OR t.sku_id = ? ORDER BY t.sku_id LIMIT 500',
    [spuId, spuId],
  );
  return rows.map((row) => String(row['skuId']));
}
