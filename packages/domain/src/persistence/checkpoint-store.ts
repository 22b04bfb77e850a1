/** Checkpoints, kept and read; and the rows of commands and ledger that they seal, in the order in which they are sealed. */
import type { CheckpointRow } from '../entities/checkpoint.ts';
import type { CommandRow } from '../entities/command.ts';
import { GENESIS_HASH } from '../entities/level.ts';
import type { LevelPair } from './level-store.ts';
import type { Checkpoint, Place } from '../rules/checkpoint.ts';
import { rangeParameters, type VersionRange, whereInRanges } from './audit-verify-store.ts';
import { toDatabaseTime } from './database-time.ts';
import { checkpointLevels, checkpoints, commands } from './tables.ts';
import type { Tx } from './transaction.ts';
import { appendRows } from './write-rows.ts';

export async function findNewestCheckpoint(tx: Tx): Promise<CheckpointRow | undefined> {
  return (await tx.select(checkpoints, 'ORDER BY t.checkpoint_no DESC LIMIT 1'))[0];
}

export async function findCheckpoint(tx: Tx, checkpointNo: number): Promise<Checkpoint | undefined> {
  const [row] = await tx.select(checkpoints, 'WHERE t.checkpoint_no = ?', [checkpointNo]);
  if (row === undefined) return undefined;
  const tail = 'FORCE INDEX (checkpoint_level_no) WHERE t.checkpoint_no = ?';
  return { row, levels: await tx.select(checkpointLevels, tail, [checkpointNo]) };
}

export async function readAmendments(tx: Tx): Promise<readonly CheckpointRow[]> {
  const tail = `FORCE INDEX (checkpoint_kind) WHERE t.kind = 'amendment' ORDER BY t.checkpoint_no`;
  return await tx.select(checkpoints, tail);
}

export async function appendCheckpoint(tx: Tx, { row, levels }: Checkpoint): Promise<void> {
  await appendRows(tx, checkpoints, [row]);
  await appendRows(tx, checkpointLevels, levels);
}

/** Commands behind `from` and up to `until`, in the order of place. */
export async function readCommandsBetween(
  tx: Tx,
  { from, until, limit }: { from: Place; until: Place; limit: number },
): Promise<readonly CommandRow[]> {
  const [after, afterId] = [toDatabaseTime(from[0]), from[1]];
  const [last, lastId] = [toDatabaseTime(until[0]), until[1]];
  return await tx.select(
    commands,
    `FORCE INDEX (command_time) WHERE t.recorded_at >= ? AND t.recorded_at <= ? AND (t.recorded_at > ? OR t.command_id > ?)
       AND (t.recorded_at < ? OR t.command_id <= ?) ORDER BY t.recorded_at, t.command_id LIMIT ${limit}`,
    [after, last, after, afterId, last, lastId],
  );
}

/** A level that has moved since it was sealed. */
export interface Unsealed extends LevelPair {
  /** Up to where it is sealed, and the hash there. */
  readonly sealed: number;
  readonly sealedHash: string;
  readonly version: number;
}

/** The next ones behind `after`. */
export async function readUnsealed(
  tx: Tx,
  { after, limit }: { after: LevelPair | undefined; limit: number },
): Promise<readonly Unsealed[]> {
  const [sku, location] = [after?.skuId ?? '', after?.locationId ?? ''];
  const sealed = `COALESCE((SELECT MAX(c.to_version) FROM checkpoint_level AS c FORCE INDEX (PRIMARY)
    WHERE c.sku_id = l.sku_id AND c.location_id = l.location_id), 0)`;
  const rows = await tx.rows(
    `SELECT u.skuId AS skuId, u.locationId AS locationId, u.version AS version, u.sealed AS sealed, LOWER(HEX(h.hash)) AS hash
     FROM (
       SELECT l.sku_id AS skuId, l.location_id AS locationId, l.version AS version, ${sealed} AS sealed
       FROM stock_level AS l FORCE INDEX (PRIMARY)
       WHERE l.sku_id >= ? AND (l.sku_id > ? OR l.location_id > ?) AND l.version > ${sealed}
       ORDER BY l.sku_id, l.location_id LIMIT ${limit}
     ) AS u
     LEFT JOIN checkpoint_level AS h ON h.sku_id = u.skuId AND h.location_id = u.locationId AND h.to_version = u.sealed
     ORDER BY u.skuId, u.locationId`,
    [sku, sku, location],
  );
  return rows.map((row) => ({
    ...{ skuId: String(row['skuId']), locationId: String(row['locationId']) },
    ...{ sealed: Number(row['sealed']), version: Number(row['version']) },
    sealedHash: typeof row['hash'] === 'string' ? row['hash'] : GENESIS_HASH,
  }));
}

export interface MovementHash extends LevelPair {
  readonly version: number;
  readonly hash: string;
}

/** The hashes of ranges of versions, in the order of the primary key. */
export async function readHashes(tx: Tx, ranges: readonly VersionRange[]): Promise<readonly MovementHash[]> {
  if (ranges.length === 0) return [];
  const rows = await tx.rows(
    `SELECT t.sku_id AS skuId, t.location_id AS locationId, t.version AS version, LOWER(HEX(t.hash)) AS hash
     FROM stock_movement AS t ${whereInRanges(ranges)}`,
    rangeParameters(ranges),
  );
  return rows.map((row) => ({
    ...{ skuId: String(row['skuId']), locationId: String(row['locationId']) },
    ...{ version: Number(row['version']), hash: String(row['hash']) },
  }));
}

/** Commands by their ids. */
export async function readSealable(tx: Tx, commandIds: readonly string[]): Promise<readonly CommandRow[]> {
  if (commandIds.length === 0) return [];
  return await tx.select(commands, 'FORCE INDEX (PRIMARY) WHERE t.command_id IN (?)', [commandIds]);
}
