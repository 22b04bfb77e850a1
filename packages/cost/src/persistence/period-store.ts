/** Periods: found by day, held still by whoever posts into them, and changed by version. */
import type { CalendarDate } from '@granary/contracts/instant';
import type { PeriodState } from '@granary/contracts/period';
import { whereOf } from '@granary/domain/persistence/filter';
import type { Selection, Tx } from '@granary/domain/persistence/transaction';
import { replaceRow } from '@granary/domain/persistence/replace-row';
import { appendRows, ensureRows } from '@granary/domain/persistence/write-rows';
import type { CostPeriodRow, CostSnapshotRow } from '../entities/cost-period.ts';
import { costGuards, costPeriods, costSnapshots } from './tables.ts';

/** Shared: many post into a period at once, and whoever freezes or closes it waits for all of them. */
export async function sharePeriodOf(tx: Tx, day: CalendarDate): Promise<CostPeriodRow | undefined> {
  const { table, tail, parameters } = sharedPeriod(day);
  return periodWith(day, await tx.select(table, tail, parameters));
}

/** The same for whoever has more to ask in that round trip; its rows go through `periodWith`. */
export function sharedPeriod(day: CalendarDate): Selection<CostPeriodRow> {
  // Backwards from the day and no further than one row: others are none of ours to lock.
  const tail =
    'FORCE INDEX (cost_period_start) WHERE t.starts_on <= ? ORDER BY t.starts_on DESC LIMIT 1 LOCK IN SHARE MODE';
  return { table: costPeriods, tail, parameters: [day] };
}

export function periodWith(day: CalendarDate, [row]: readonly CostPeriodRow[]): CostPeriodRow | undefined {
  return row !== undefined && row.endsOn >= day ? row : undefined;
}

/** Exclusive: only to freeze, unfreeze or close. */
export async function lockPeriod(tx: Tx, periodId: string): Promise<CostPeriodRow | undefined> {
  const [row] = await tx.select(costPeriods, 'FORCE INDEX (PRIMARY) WHERE t.period_id = ? FOR UPDATE', [periodId]);
  return row;
}

/** Shared, for whoever closes a part of it: it stays frozen until COMMIT. */
export async function sharePeriod(tx: Tx, periodId: string): Promise<CostPeriodRow | undefined> {
  const [row] = await tx.select(costPeriods, 'FORCE INDEX (PRIMARY) WHERE t.period_id = ? LOCK IN SHARE MODE', [
    periodId,
  ]);
  return row;
}

/** Whoever makes a period waits for whoever else does. */
export async function lockPeriods(tx: Tx): Promise<void> {
  await ensureRows(tx, costGuards, [{ slot: 1 }]);
}

export async function readPeriods(tx: Tx): Promise<readonly CostPeriodRow[]> {
  return await tx.select(costPeriods, 'ORDER BY t.starts_on');
}

export interface PeriodQuery {
  readonly state: PeriodState | undefined;
  readonly before: string | undefined;
  readonly limit: number;
}

/** Newest first. */
export async function listPeriods(tx: Tx, { state, before, limit }: PeriodQuery): Promise<readonly CostPeriodRow[]> {
  const { where, parameters } = whereOf([
    ['t.state = ?', state],
    ['t.starts_on < ?', before],
  ]);
  return await tx.select(costPeriods, `${where} ORDER BY t.starts_on DESC LIMIT ${limit}`, parameters);
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

export interface SnapshotQuery {
  readonly periodId: string;
  readonly after: string | undefined;
  readonly limit: number;
}

export async function listSnapshots(
  tx: Tx,
  { periodId, after, limit }: SnapshotQuery,
): Promise<readonly CostSnapshotRow[]> {
  const { where, parameters } = whereOf([
    ['t.period_id = ?', periodId],
    ['t.sku_id > ?', after],
  ]);
  const rest = `FORCE INDEX (PRIMARY) ${where} ORDER BY t.sku_id LIMIT ${limit}`;
  return await tx.select(costSnapshots, rest, parameters);
}

export async function readSnapshotsOf(
  tx: Tx,
  periodId: string,
  skuIds: readonly string[],
): Promise<readonly CostSnapshotRow[]> {
  if (skuIds.length === 0) return [];
  return await tx.select(costSnapshots, 'FORCE INDEX (PRIMARY) WHERE t.period_id = ? AND t.sku_id IN (?)', [
    periodId,
    [...skuIds],
  ]);
}

/** Whether a close has begun what cannot be taken back: SKUs whose next period opens with what was trued up. */
export async function hasKeptStates(tx: Tx, periodId: string): Promise<boolean> {
  const rows = await tx.rows(
    'SELECT 1 FROM cost_snapshot AS t FORCE INDEX (PRIMARY) WHERE t.period_id = ? AND t.state IS NOT NULL LIMIT 1',
    [periodId],
  );
  return rows.length > 0;
}

/** What a close that was given up has left; never of a closed period. */
export async function dropSnapshots(tx: Tx, periodId: string): Promise<void> {
  await tx.write('DELETE t FROM cost_snapshot AS t FORCE INDEX (PRIMARY) WHERE t.period_id = ?', [periodId]);
}

export interface KeptText {
  readonly state: string;
  /** The last day of the period that was closed. */
  readonly endsOn: string;
}

/** The newest state that a close has kept of each SKU; none of one that no close has kept a state of. */
export async function readKeptStates(tx: Tx, skuIds: readonly string[]): Promise<ReadonlyMap<string, KeptText>> {
  if (skuIds.length === 0) return new Map();
  // The states are long, so that only the newest ones are read.
  const rows = await tx.rows(
    `SELECT t.sku_id AS skuId, t.state AS state, DATE_FORMAT(p.ends_on, '%Y-%m-%d') AS endsOn
     FROM (
       SELECT s.sku_id, MAX(c.starts_on) AS starts_on
       FROM cost_snapshot AS s FORCE INDEX (cost_snapshot_sku) JOIN cost_period AS c ON c.period_id = s.period_id
       WHERE s.sku_id IN (?) AND s.state IS NOT NULL GROUP BY s.sku_id
     ) AS x JOIN cost_period AS p ON p.starts_on = x.starts_on
     JOIN cost_snapshot AS t FORCE INDEX (PRIMARY) ON t.period_id = p.period_id AND t.sku_id = x.sku_id`,
    [[...skuIds]],
  );
  return new Map(
    rows.map(({ skuId, state, endsOn }) => [String(skuId), { state: String(state), endsOn: String(endsOn) }]),
  );
}
