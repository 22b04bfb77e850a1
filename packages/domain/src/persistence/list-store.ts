/** Lists for people: a page of each table in the order of its key. */
import type { BatchListInput } from '@granary/contracts/batch';
import type { SkuListInput } from '@granary/contracts/sku';
import type { LevelListInput } from '@granary/contracts/stock';
import type { BatchRow } from '../entities/batch.ts';
import type { LevelRow } from '../entities/level.ts';
import type { LocationRow } from '../entities/location.ts';
import type { SkuRow } from '../entities/sku.ts';
import { placesOf } from '../rules/location-scope.ts';
import { type Filter, whereOf } from './filter.ts';
import { batches, levels, locations, skus } from './tables.ts';
import type { Tx } from './transaction.ts';

export interface PageOf<Input> {
  readonly input: Input;
  /** The key after which the page begins. */
  readonly after: readonly string[] | undefined;
  readonly limit: number;
}

export async function listSkus(tx: Tx, { input, after, limit }: PageOf<SkuListInput>): Promise<readonly SkuRow[]> {
  const { where, parameters } = whereOf([
    ['t.spu_id = ?', input.spuId],
    ['t.status = ?', input.status],
    ['t.sku_id > ?', after?.[0]],
  ]);
  return await tx.select(skus, `${where} ORDER BY t.sku_id LIMIT ${limit}`, parameters);
}

export async function listLocations(
  tx: Tx,
  { after, limit }: Omit<PageOf<unknown>, 'input'>,
): Promise<readonly LocationRow[]> {
  const { where, parameters } = whereOf([
    ['t.location_id IN (?)', placesOf(tx.scope)],
    ['t.location_id > ?', after?.[0]],
  ]);
  return await tx.select(locations, `${where} ORDER BY t.location_id LIMIT ${limit}`, parameters);
}

export async function listLevels(
  tx: Tx,
  { input, after, limit }: PageOf<LevelListInput>,
): Promise<readonly LevelRow[]> {
  const { where, parameters } = whereOf([
    ['t.sku_id = ?', input.skuId],
    ['t.location_id = ?', input.locationId],
    ['t.location_id IN (?)', placesOf(tx.scope)],
    ['t.sku_id >= ? AND (t.sku_id > ? OR t.location_id > ?)', after?.[0], after?.[0], after?.[1]],
  ]);
  return await tx.select(levels, `${where} ORDER BY t.sku_id, t.location_id LIMIT ${limit}`, parameters);
}

export async function listBatches(
  tx: Tx,
  { input, after, limit }: PageOf<BatchListInput>,
): Promise<readonly BatchRow[]> {
  const { where, parameters } = whereOf([
    ['t.sku_id = ?', input.skuId],
    ['t.location_id = ?', input.locationId],
    ['t.location_id IN (?)', placesOf(tx.scope)],
    ...ofStatus(input.status),
    ['t.batch_id > ?', after?.[0]],
  ]);
  return await tx.select(batches, `${where} ORDER BY t.batch_id LIMIT ${limit}`, parameters);
}

/** Depleted is not stored: it is available with nothing on hand. */
function ofStatus(status: BatchListInput['status']): readonly Filter[] {
  if (status === 'depleted') return [[`t.status = 'available' AND t.on_hand = 0`]];
  if (status === 'available') return [[`t.status = 'available' AND t.on_hand > 0`]];
  return [['t.status = ?', status]];
}
