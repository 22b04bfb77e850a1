/** Periods: found by day, held still by whoever posts into them, and changed by version. */
import type { CalendarDate } from '@granary/contracts/instant';
import type { Tx } from '@granary/domain/persistence/transaction';
import { replaceRow } from '@granary/domain/persistence/replace-row';
import { appendRows, ensureRows } from '@granary/domain/persistence/write-rows';
import type { CostPeriodRow, CostSnapshotRow } from '../entities/cost-period.ts';
import { costGuards, costPeriods, costSnapshots } from './tables.ts';

/** Shared: many post into a period at once, and whoever freezes or closes it waits for all of them. */
export async function sharePeriodOf(tx: Tx, day: CalendarDate): Promise<CostPeriodRow | undefined> {
  // Backwards from the day and no further than one row: others are none of ours to lock.
  const where =
    'FORCE INDEX (cost_period_start) WHERE t.starts_on <= ? ORDER BY t.starts_on DESC LIMIT 1 LOCK IN SHARE MODE';
  const [row] = await tx.select(costPeriods, where, [day]);
  return row !== undefined && row.endsOn >= day ? row : undefined;
}

/** Exclusive: only to freeze, unfreeze or close. */
export async function lockPeriod(tx: Tx, periodId: string): Promise<CostPeriodRow | undefined> {
  const [row] = await tx.select(costPeriods, 'FORCE INDEX (PRIMARY) WHERE t.period_id = ? FOR UPDATE', [periodId]);
  return row;
}

/** Whoever makes a period waits for whoever else does. */
export async function lockPeriods(tx: Tx): Promise<void> {
  await ensureRows(tx, costGuards, [{ slot: 1 }]);
}

export async function readPeriods(tx: Tx): Promise<readonly CostPeriodRow[]> {
  return await tx.select(costPeriods, 'ORDER BY t.starts_on');
}

export async function findPeriodOf(tx: Tx, day: CalendarDate): Promise<CostPeriodRow | undefined> {
  const [row] = await tx.select(costPeriods, 'WHERE t.starts_on <= ? AND t.ends_on >= ? LIMIT 1', [day, day]);
  return row;
}

export async function findPeriod(tx: Tx, periodId: string): Promise<CostPeriodRow | undefined> {
  const [row] = await tx.select(costPeriods, 'WHERE t.period_id = ?', [periodId]);
  return row;
}

export async function appendPeriod(tx: Tx, row: CostPeriodRow): Promise<void> {
  await appendRows(tx, costPeriods, [row]);
}

export async function changePeriod(tx: Tx, row: CostPeriodRow, from: number): Promise<void> {
  await replaceRow(tx, { table: costPeriods, keys: ['periodId'], row, from });
}

export async function appendSnapshots(tx: Tx, rows: readonly CostSnapshotRow[]): Promise<void> {
  if (rows.length > 0) await appendRows(tx, costSnapshots, rows);
}

export async function readSnapshots(tx: Tx, periodId: string): Promise<readonly CostSnapshotRow[]> {
  return await tx.select(costSnapshots, 'FORCE INDEX (PRIMARY) WHERE t.period_id = ? ORDER BY t.sku_id', [periodId]);
}

/** The newest state that a close has kept of a SKU, and the last day of that period. */
export async function findKeptState(
  tx: Tx,
  skuId: string,
): Promise<{ readonly state: string; readonly endsOn: string } | undefined> {
  const [row] = await tx.rows(
    `SELECT t.state AS state, DATE_FORMAT(p.ends_on, '%Y-%m-%d') AS endsOn
     FROM cost_snapshot AS t FORCE INDEX (cost_snapshot_sku) JOIN cost_period AS p ON p.period_id = t.period_id
     WHERE t.sku_id = ? AND t.state IS NOT NULL ORDER BY p.starts_on DESC LIMIT 1`,
    [skuId],
  );
  return row === undefined ? undefined : { state: String(row['state']), endsOn: String(row['endsOn']) };
}
