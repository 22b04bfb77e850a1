/** The ledger as a check against checkpoints reads it: ranges of versions of many levels at once, and where each level ends. */
import type { CheckpointLevelRow } from '../entities/checkpoint.ts';
import type { MovementRow } from '../entities/movement.ts';
import type { LevelPair } from './level-store.ts';
import { movements } from './tables.ts';
import type { Tx } from './transaction.ts';

/** Versions of one level, both ends with it. */
export interface VersionRange extends LevelPair {
  readonly from: number;
  readonly to: number;
}

export function whereInRanges(ranges: readonly VersionRange[]): string {
  const each = ranges.map(() => '(t.sku_id = ? AND t.location_id = ? AND t.version BETWEEN ? AND ?)');
  return `FORCE INDEX (PRIMARY) WHERE ${each.join(' OR ')} ORDER BY t.sku_id, t.location_id, t.version`;
}

export function rangeParameters(ranges: readonly VersionRange[]): readonly unknown[] {
  return ranges.flatMap(({ skuId, locationId, from, to }) => [skuId, locationId, from, to]);
}

/** In the order of the primary key; ranges must not overlap. */
export async function readRanges(tx: Tx, ranges: readonly VersionRange[]): Promise<readonly MovementRow[]> {
  if (ranges.length === 0) return [];
  return await tx.select(movements, whereInRanges(ranges), rangeParameters(ranges));
}

const TABLES = ['stock_level', 'stock_movement', 'checkpoint_level'] as const;

/** The next SKUs that stand in a level, in the ledger or in a checkpoint. */
export async function nextAuditSkus(tx: Tx, after: string, limit: number): Promise<readonly string[]> {
  const part = (table: string) =>
    `(SELECT DISTINCT sku_id AS s FROM ${table} WHERE sku_id > ? ORDER BY sku_id LIMIT ${limit})`;
  const rows = await tx.rows(
    `SELECT DISTINCT u.s AS s FROM (${TABLES.map(part).join(' UNION ')}) AS u ORDER BY u.s LIMIT ${limit}`,
    TABLES.map(() => after),
  );
  return rows.map((row) => String(row['s']));
}

/** Where a level stands by its own row, and by the ledger; null where there is none. */
export interface LevelEnd extends LevelPair {
  readonly level: { readonly version: number; readonly headHash: string } | null;
  /** The lowest and the highest version of its movements. */
  readonly first: number | null;
  readonly last: number | null;
}

export async function readLevelEnds(tx: Tx, skuIds: readonly string[]): Promise<readonly LevelEnd[]> {
  const all = TABLES.map((table) => `SELECT DISTINCT sku_id, location_id FROM ${table} WHERE sku_id IN (?)`);
  const bound = (which: 'MIN' | 'MAX') =>
    `(SELECT ${which}(m.version) FROM stock_movement AS m WHERE m.sku_id = u.sku_id AND m.location_id = u.location_id)`;
  const rows = await tx.rows(
    `SELECT u.sku_id AS skuId, u.location_id AS locationId, l.version AS version, LOWER(HEX(l.head_hash)) AS headHash,
       ${bound('MIN')} AS firstVersion, ${bound('MAX')} AS lastVersion
     FROM (${all.join(' UNION ')}) AS u
     LEFT JOIN stock_level AS l ON l.sku_id = u.sku_id AND l.location_id = u.location_id
     ORDER BY u.sku_id, u.location_id`,
    TABLES.map(() => skuIds),
  );
  return rows.map((row) => ({
    ...{ skuId: String(row['skuId']), locationId: String(row['locationId']) },
    level: row['version'] === null ? null : { version: Number(row['version']), headHash: String(row['headHash']) },
    first: row['firstVersion'] === null ? null : Number(row['firstVersion']),
    last: row['lastVersion'] === null ? null : Number(row['lastVersion']),
  }));
}

/** What stands sealed of some SKUs, without the hashes, level by level in the order of versions. */
export type SealedSpan = Omit<CheckpointLevelRow, 'hashes'>;

export async function readSpans(tx: Tx, skuIds: readonly string[]): Promise<readonly SealedSpan[]> {
  const rows = await tx.rows(
    `SELECT t.sku_id AS skuId, t.location_id AS locationId, t.from_version AS fromVersion, t.to_version AS toVersion,
       t.checkpoint_no AS checkpointNo, LOWER(HEX(t.previous_hash)) AS previousHash, LOWER(HEX(t.hash)) AS hash
     FROM checkpoint_level AS t FORCE INDEX (PRIMARY) WHERE t.sku_id IN (?) ORDER BY t.sku_id, t.location_id, t.to_version`,
    [skuIds],
  );
  return rows.map((row) => ({
    ...{ skuId: String(row['skuId']), locationId: String(row['locationId']) },
    ...{ fromVersion: Number(row['fromVersion']), toVersion: Number(row['toVersion']) },
    ...{
      checkpointNo: Number(row['checkpointNo']),
      previousHash: String(row['previousHash']),
      hash: String(row['hash']),
    },
  }));
}
