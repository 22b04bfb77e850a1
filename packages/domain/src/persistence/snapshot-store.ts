/** Snapshots: their heads, their rows, and the ledger read back to an instant, a page of levels at a time. */
import type { CalendarDate, Instant } from '@granary/contracts/instant';
import type { SnapshotKind } from '@granary/contracts/snapshot';
import { type BatchRow } from '../entities/batch.ts';
import { type LevelKey, levelKey } from '../entities/level.ts';
import type { SnapshotBatchRow, SnapshotHeadRow, SnapshotLevelRow } from '../entities/snapshot.ts';
import { fromDatabaseTime, toDatabaseTime } from './database-time.ts';
import { type Filter, whereOf } from './filter.ts';
import type { LevelPair } from './level-store.ts';
import { replaceRow } from './replace-row.ts';
import { batches, snapshotBatches, snapshotLevels, snapshots } from './tables.ts';
import type { Tx } from './transaction.ts';
import { appendRows, ensureRows } from './write-rows.ts';

export async function appendSnapshot(tx: Tx, row: SnapshotHeadRow): Promise<void> {
  await appendRows(tx, snapshots, [row]);
}

export async function replaceSnapshot(tx: Tx, before: SnapshotHeadRow, row: SnapshotHeadRow): Promise<void> {
  await replaceRow(tx, { table: snapshots, keys: ['snapshotId'], row, from: before.version });
}

export async function findSnapshot(tx: Tx, snapshotId: string): Promise<SnapshotHeadRow | undefined> {
  return (await tx.select(snapshots, 'WHERE t.snapshot_id = ?', [snapshotId]))[0];
}

export async function findDailySnapshot(tx: Tx, day: CalendarDate): Promise<SnapshotHeadRow | undefined> {
  return (await tx.select(snapshots, `WHERE t.kind = 'daily' AND t.day = ?`, [day]))[0];
}

/** The oldest one that is not complete. */
export async function nextTaking(tx: Tx): Promise<SnapshotHeadRow | undefined> {
  const tail = `FORCE INDEX (stock_snapshot_state) WHERE t.state = 'taking' ORDER BY t.snapshot_id LIMIT 1`;
  return (await tx.select(snapshots, tail))[0];
}

/** The oldest complete one that stands for a moment before `before`. */
export async function nextOutdated(tx: Tx, before: Instant): Promise<SnapshotHeadRow | undefined> {
  const tail = `FORCE INDEX (stock_snapshot_state) WHERE t.state = 'complete' AND t.at < ? ORDER BY t.snapshot_id LIMIT 1`;
  return (await tx.select(snapshots, tail, [toDatabaseTime(before)]))[0];
}

export async function listSnapshots(
  tx: Tx,
  { kind, before, limit }: { kind: SnapshotKind | undefined; before: string | undefined; limit: number },
): Promise<readonly SnapshotHeadRow[]> {
  const { where, parameters } = whereOf([
    ['t.kind = ?', kind],
    ['t.snapshot_id < ?', before],
  ]);
  return await tx.select(snapshots, `${where} ORDER BY t.snapshot_id DESC LIMIT ${limit}`, parameters);
}

export interface LevelSeen extends LevelPair {
  readonly recordedAt: Instant | null;
}

export interface LevelPage {
  readonly after: LevelPair | null;
  readonly skuIds: readonly string[] | undefined;
  readonly locationId: string | undefined;
  readonly limit: number;
}

export async function nextLevels(
  tx: Tx,
  { after, skuIds, locationId, limit }: LevelPage,
): Promise<readonly LevelSeen[]> {
  return await seen(
    tx,
    [
      ['t.sku_id >= ? AND (t.sku_id > ? OR t.location_id > ?)', after?.skuId, after?.skuId, after?.locationId],
      ['t.sku_id IN (?)', skuIds],
      ['t.location_id = ?', locationId],
    ],
    limit,
  );
}

/** The same of named levels; those that are not there are left out. */
export async function lookAtLevels(tx: Tx, pairs: readonly LevelPair[]): Promise<readonly LevelSeen[]> {
  const skuIds = [...new Set(pairs.map(({ skuId }) => skuId))];
  const keys = new Set(pairs.map(levelKey));
  const rows = await seen(tx, [['t.sku_id IN (?)', skuIds]]);
  return rows.filter((row) => keys.has(levelKey(row)));
}

async function seen(tx: Tx, filters: readonly Filter[], limit?: number): Promise<readonly LevelSeen[]> {
  const { where, parameters } = whereOf(filters);
  const rows = await tx.rows(
    `SELECT t.sku_id AS skuId, t.location_id AS locationId, t.recorded_at AS recordedAt FROM stock_level AS t FORCE INDEX (PRIMARY)
     ${where} ORDER BY t.sku_id, t.location_id ${limit === undefined ? '' : `LIMIT ${limit}`}`,
    parameters,
  );
  return rows.map((row) => ({
    skuId: String(row['skuId']),
    locationId: String(row['locationId']),
    recordedAt: row['recordedAt'] === null ? null : fromDatabaseTime(String(row['recordedAt'])),
  }));
}

/** What a batch went through at its level after a version. */
export interface BatchDelta {
  readonly batchId: string;
  readonly onHand: number;
  readonly reserved: number;
  readonly locked: number;
}

export async function readDeltasAfter(tx: Tx, at: LevelPair & { version: number }): Promise<readonly BatchDelta[]> {
  const rows = await tx.rows(
    `SELECT batch_id AS batchId, SUM(on_hand_delta) AS onHand, SUM(reserved_delta) AS reserved, SUM(locked_delta) AS locked
     FROM stock_movement FORCE INDEX (PRIMARY)
     WHERE sku_id = ? AND location_id = ? AND version > ? AND batch_id IS NOT NULL GROUP BY batch_id`,
    [at.skuId, at.locationId, at.version],
  );
  return rows.map((row) => ({
    batchId: String(row['batchId']),
    onHand: Number(row['onHand']),
    reserved: Number(row['reserved']),
    locked: Number(row['locked']),
  }));
}

/** Batches with stock at these levels, and some by id, whatever they hold. */
export async function readBatchesAt(
  tx: Tx,
  pairs: readonly LevelPair[],
  batchIds: readonly string[],
): Promise<ReadonlyMap<LevelKey, readonly BatchRow[]>> {
  const bySku = new Set(pairs.map(({ skuId }) => skuId));
  const keys = new Set(pairs.map(levelKey));
  const held = await tx.select(batches, 'WHERE t.sku_id IN (?) AND t.on_hand > 0', [[...bySku]]);
  const known = new Set(held.map(({ batchId }) => batchId));
  const missing = batchIds.filter((batchId) => !known.has(batchId));
  const more = missing.length === 0 ? [] : await tx.select(batches, 'WHERE t.batch_id IN (?)', [missing]);
  const found = new Map<LevelKey, BatchRow[]>();
  for (const row of [...held, ...more]) {
    const key = levelKey(row);
    if (!keys.has(key)) continue;
    const own = found.get(key);
    if (own === undefined) found.set(key, [row]);
    else own.push(row);
  }
  return found;
}

/** Rows that are there already are left as they are: a chunk may be done twice. */
export async function saveSnapshotRows(
  tx: Tx,
  rows: { levels: readonly SnapshotLevelRow[]; batches: readonly SnapshotBatchRow[] },
): Promise<void> {
  await ensureRows(tx, snapshotLevels, rows.levels);
  await ensureRows(tx, snapshotBatches, rows.batches);
}

export async function countSnapshotRows(tx: Tx, snapshotId: string): Promise<{ levels: number; batches: number }> {
  const count = async (table: string) => {
    const [row] = await tx.rows(`SELECT COUNT(*) AS n FROM ${table} WHERE snapshot_id = ?`, [snapshotId]);
    return Number(row?.['n'] ?? 0);
  };
  return { levels: await count('stock_snapshot_level'), batches: await count('stock_snapshot_batch') };
}

/** Some of its rows; answers how many went. */
export async function removeSnapshotRows(tx: Tx, snapshotId: string, limit: number): Promise<number> {
  const from = (table: string) => tx.write(`DELETE FROM ${table} WHERE snapshot_id = ? LIMIT ${limit}`, [snapshotId]);
  return (await from('stock_snapshot_batch')) + (await from('stock_snapshot_level'));
}

export async function removeSnapshot(tx: Tx, snapshotId: string): Promise<void> {
  await tx.write('DELETE FROM stock_snapshot WHERE snapshot_id = ?', [snapshotId]);
}

/** Where a page of rows begins: behind this level, or behind this batch of it. */
export interface SnapshotRowKey extends LevelPair {
  /** Empty for the level itself, which comes before its batches. */
  readonly batchId: string;
}

export interface SnapshotRowQuery {
  readonly snapshotId: string;
  readonly skuId?: string | undefined;
  readonly locationId?: string | undefined;
  readonly after: SnapshotRowKey | undefined;
  readonly limit: number;
}

export async function readSnapshotLevels(tx: Tx, query: SnapshotRowQuery): Promise<readonly SnapshotLevelRow[]> {
  const { skuId: sku, locationId: location } = query.after ?? {};
  const { where, parameters } = whereOf([
    ...common(query),
    ['t.sku_id >= ? AND (t.sku_id > ? OR t.location_id > ?)', sku, sku, location],
  ]);
  const tail = `${where} ORDER BY t.snapshot_id, t.sku_id, t.location_id LIMIT ${query.limit}`;
  return await tx.select(snapshotLevels, tail, parameters);
}

export async function readSnapshotBatches(tx: Tx, query: SnapshotRowQuery): Promise<readonly SnapshotBatchRow[]> {
  const { skuId: sku, locationId: location, batchId: batch } = query.after ?? {};
  const beyond = 't.sku_id > ? OR t.location_id > ? OR (t.location_id = ? AND t.batch_id > ?)';
  const { where, parameters } = whereOf([
    ...common(query),
    [`t.sku_id >= ? AND (${beyond})`, sku, sku, location, location, batch],
  ]);
  const tail = `${where} ORDER BY t.snapshot_id, t.sku_id, t.location_id, t.batch_id LIMIT ${query.limit}`;
  return await tx.select(snapshotBatches, tail, parameters);
}

function common({ snapshotId, skuId, locationId }: SnapshotRowQuery): readonly Filter[] {
  return [
    ['t.snapshot_id = ?', snapshotId],
    ['t.sku_id = ?', skuId],
    ['t.location_id = ?', locationId],
  ];
}
