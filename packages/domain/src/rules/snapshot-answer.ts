/** A snapshot as callers see it, and the events that tell of it. */
import type { EventType } from '@granary/contracts/event';
import { formatMoney } from '@granary/contracts/money';
import type { Snapshot, SnapshotDifference, SnapshotRow } from '@granary/contracts/snapshot';
import { NEVER } from '../entities/batch.ts';
import type { Fact } from '../entities/outbox.ts';
import type { SnapshotBatchRow, SnapshotHeadRow, SnapshotLevelRow } from '../entities/snapshot.ts';

export function toSnapshot(row: SnapshotHeadRow): Snapshot {
  const { kind, state, name, day, at, locationId, requestedBy, createdAt, completedAt, version } = row;
  return {
    ...{ id: row.snapshotId, kind, state, name, day, at, locationId, requestedBy, createdAt, completedAt, version },
    skuIds: row.skuIds === null ? null : (JSON.parse(row.skuIds) as string[]),
    levels: row.levelCount,
    batches: row.batchCount,
  };
}

interface Change {
  readonly before: SnapshotHeadRow | undefined;
  /** Undefined when it was removed. */
  readonly after: SnapshotHeadRow | undefined;
  readonly commandId: string;
}

export function snapshotFact(
  type: Extract<EventType, `stock.snapshot.${string}`>,
  { before, after, commandId }: Change,
): Fact {
  const from = before?.version ?? 0;
  return {
    ...{ type, kind: 'snapshot', id: before?.snapshotId ?? after?.snapshotId ?? '', from, to: from + 1, commandId },
    before: before === undefined ? null : toSnapshot(before),
    after: after === undefined ? { id: before?.snapshotId ?? '', state: 'removed' } : toSnapshot(after),
  };
}

export function levelRow({ snapshotId: _id, ...row }: SnapshotLevelRow): SnapshotRow {
  return { ...row, batchId: null, batchNo: null, qualityLevel: null, unitCost: null, expiresAt: null };
}

export function batchRow({ snapshotId: _id, ...row }: SnapshotBatchRow): SnapshotRow {
  const expiresAt = row.expiresAt === NEVER ? null : row.expiresAt;
  return { ...row, deficit: null, version: null, unitCost: formatMoney(row.unitCost), expiresAt };
}

const NOTHING = { onHand: 0, reserved: 0, locked: 0 };

/** Undefined when it held the same. At least one of the two is there. */
export function difference(from: SnapshotRow | undefined, to: SnapshotRow | undefined): SnapshotDifference | undefined {
  const row = to ?? from;
  if (row === undefined) return undefined;
  const [was, is] = [from, to].map((each) => {
    const { onHand, reserved, locked } = each ?? NOTHING;
    return { onHand, reserved, locked };
  });
  if (was === undefined || is === undefined) return undefined;
  const onHandDelta = is.onHand - was.onHand;
  const reservedDelta = is.reserved - was.reserved;
  const lockedDelta = is.locked - was.locked;
  if (onHandDelta === 0 && reservedDelta === 0 && lockedDelta === 0) return undefined;
  const { skuId, locationId, batchId, batchNo } = row;
  return { skuId, locationId, batchId, batchNo, from: was, to: is, onHandDelta, reservedDelta, lockedDelta };
}
