/** How a level and its batches stood at an instant: as they stand now, less what the ledger has of them since. Pure. */
import type { Instant } from '@granary/contracts/instant';
import type { Violation } from '@granary/contracts/system';
import type { BatchRow } from '../entities/batch.ts';
import type { SnapshotBatchRow, SnapshotLevelRow } from '../entities/snapshot.ts';

export interface LevelThen {
  readonly level: SnapshotLevelRow;
  readonly batches: readonly SnapshotBatchRow[];
}

export interface Since {
  readonly batchId: string;
  readonly onHand: number;
  readonly reserved: number;
  readonly locked: number;
}

/** Batches that held nothing then are left out; what they are like (cost, quality, expiry) is as they are now. */
export function levelThen(level: SnapshotLevelRow, batches: readonly BatchRow[], since: readonly Since[]): LevelThen {
  const later = new Map(since.map((each) => [each.batchId, each]));
  const then = batches.map((batch): SnapshotBatchRow => {
    const { onHand = 0, reserved = 0, locked = 0 } = later.get(batch.batchId) ?? {};
    const { snapshotId, skuId, locationId } = level;
    const { batchId, batchNo, qualityLevel, unitCost, expiresAt } = batch;
    return {
      ...{ snapshotId, skuId, locationId, batchId, batchNo, qualityLevel, unitCost, expiresAt },
      ...{ onHand: batch.onHand - onHand, reserved: batch.reserved - reserved, locked: batch.locked - locked },
    };
  });
  return {
    level,
    batches: then.filter(({ onHand, reserved, locked }) => onHand !== 0 || reserved !== 0 || locked !== 0),
  };
}

/** I1 and I2 of what is about to be kept: a ledger that somebody edited must not look sound in a snapshot. */
export function violationsThen({ level, batches }: LevelThen): readonly Violation[] {
  const row = `level ${level.skuId} / ${level.locationId}`;
  const sums = (['onHand', 'reserved', 'locked'] as const).flatMap((field): Violation[] => {
    const sum = batches.reduce((total, batch) => total + batch[field], 0);
    const detail = `${field} was ${level[field]}, its batches say ${sum}`;
    return sum === level[field] ? [] : [{ invariant: 'I2', row, detail }];
  });
  const signs = [level, ...batches].flatMap((each): Violation[] => {
    const isSound = each.reserved >= 0 && each.locked >= 0 && each.reserved + each.locked <= each.onHand;
    const name = 'batchId' in each ? `batch ${each.batchId}` : row;
    const detail = `held ${each.onHand}, reserved ${each.reserved}, locked ${each.locked}`;
    return isSound ? [] : [{ invariant: 'I1', row: name, detail }];
  });
  return [...sums, ...signs];
}

/** Whether all that was recorded at this level up to `at` is committed for certain: its newest movement came later. */
export function isPast(recordedAt: Instant | null, at: Instant): boolean {
  return recordedAt !== null && recordedAt > at;
}
