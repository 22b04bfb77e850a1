/** Levels are locked first, in the one global order: by SKU, then location, in the byte order of the primary key. */
import type { Instant } from '@granary/contracts/instant';
import { compareBytes } from '../rules/byte-order.ts';
import { emptyLevel, type LevelKey, type LevelRow, levelKey } from '../entities/level.ts';
import { fromDatabaseTime } from './database-time.ts';
import { levels } from './tables.ts';
import type { Tx } from './transaction.ts';
import { ensureRows } from './write-rows.ts';

/** All levels of some SKUs, and single ones. */
export interface LevelSet {
  readonly skuIds: readonly string[];
  readonly pairs: readonly LevelPair[];
}

export interface LevelPair {
  readonly skuId: string;
  readonly locationId: string;
}

export function pairOf(key: string): LevelPair {
  const [skuId = '', locationId = ''] = key.split('\0');
  return { skuId, locationId };
}

export async function lockLevels(tx: Tx, set: LevelSet): Promise<readonly LevelRow[]> {
  const { clause, parameters } = where(set);
  if (clause === '') return [];
  return await tx.select(
    levels,
    `FORCE INDEX (PRIMARY) WHERE ${clause} ORDER BY t.sku_id, t.location_id FOR UPDATE`,
    parameters,
  );
}

/** Those that nobody else has locked: a queue takes what is free and leaves the rest to the next round. */
export async function lockFreeLevels(tx: Tx, pairs: readonly LevelPair[]): Promise<readonly LevelRow[]> {
  const { clause, parameters } = where({ skuIds: [], pairs });
  if (clause === '') return [];
  return await tx.select(
    levels,
    `FORCE INDEX (PRIMARY) WHERE ${clause} ORDER BY t.sku_id, t.location_id FOR UPDATE SKIP LOCKED`,
    parameters,
  );
}

/** The same without a lock: for answers, never for decisions. */
export async function readLevels(tx: Tx, set: LevelSet): Promise<readonly LevelRow[]> {
  const { clause, parameters } = where(set);
  if (clause === '') return [];
  const rows = await tx.select(
    levels,
    `FORCE INDEX (PRIMARY) WHERE ${clause} ORDER BY t.sku_id, t.location_id`,
    parameters,
  );
  return rows.filter((row) => tx.scope.holds(row.locationId));
}

/** When stock of any of these SKUs last changed in the world, wherever that was: a moment and no more, so no scope is asked. */
export async function findLastOccurred(tx: Tx, skuIds: readonly string[]): Promise<Instant | undefined> {
  if (skuIds.length === 0) return undefined;
  const [row] = await tx.rows(
    'SELECT MAX(t.occurred_at) AS last FROM stock_level AS t FORCE INDEX (PRIMARY) WHERE t.sku_id IN (?)',
    [[...new Set(skuIds)]],
  );
  const last = row?.['last'];
  return last === null || last === undefined ? undefined : fromDatabaseTime(String(last));
}

/** Insert first, select after: a locking read of a missing row would lock the gap. Sorted, since it locks as well. */
export async function ensureLevels(tx: Tx, pairs: readonly LevelPair[]): Promise<void> {
  const missing = new Map<LevelKey, LevelPair>(pairs.map((pair) => [levelKey(pair), pair]));
  await ensureRows(
    tx,
    levels,
    [...missing.values()].toSorted(byBytes).map(({ skuId, locationId }) => emptyLevel(skuId, locationId)),
  );
}

export function byBytes(a: LevelPair, b: LevelPair): number {
  return compareBytes(a.skuId, b.skuId) || compareBytes(a.locationId, b.locationId);
}

/** Written as ranges of the primary key, since row constructors are no ranges on MariaDB. */
function where({ skuIds, pairs }: LevelSet): { clause: string; parameters: unknown[] } {
  const whole = new Set(skuIds);
  const single = new Map<string, Set<string>>();
  for (const { skuId, locationId } of pairs) {
    if (whole.has(skuId)) continue;
    const places = single.get(skuId);
    if (places === undefined) single.set(skuId, new Set([locationId]));
    else places.add(locationId);
  }
  const clauses: string[] = [];
  const parameters: unknown[] = [];
  if (whole.size > 0) {
    clauses.push('t.sku_id IN (?)');
    parameters.push([...whole]);
  }
  for (const [skuId, places] of single) {
    clauses.push('(t.sku_id = ? AND t.location_id IN (?))');
    parameters.push(skuId, [...places]);
  }
  return { clause: clauses.length > 1 ? `(${clauses.join(' OR ')})` : (clauses[0] ?? ''), parameters };
}
