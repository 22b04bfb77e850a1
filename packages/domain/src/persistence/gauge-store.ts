/** What is measured of the database for whoever watches the house: each a short look over an index, never a lock. */
import type { AlertKind } from '@granary/contracts/alert';
import type { JobKind } from '@granary/contracts/job';
import type { Instant } from '@granary/contracts/instant';
import { fromDatabaseTime, toDatabaseTime } from './database-time.ts';
import type { Raw } from './table.ts';
import type { Tx } from './transaction.ts';

export interface QueueGauges {
  /** Rows that the relay has not published yet, and when the oldest of them was written. */
  readonly outboxRows: number;
  readonly outboxOldestAt: Instant | null;
  /** Deliveries that were given up. */
  readonly deadDeliveries: number;
}

/** A backlog beyond this is bad enough to say so; counting on would only load the server that lags. */
const MOST_COUNTED = 100_000;

export async function readQueueGauges(tx: Tx): Promise<QueueGauges> {
  const [[count], [oldest], [dead]] = await Promise.all([
    tx.rows(`SELECT COUNT(*) AS n FROM (SELECT outbox_id FROM outbox LIMIT ${MOST_COUNTED}) AS o`),
    tx.rows('SELECT created_at AS at FROM outbox ORDER BY outbox_id LIMIT 1'),
    tx.rows(`SELECT COUNT(*) AS n FROM (
      SELECT 1 FROM event_subscriber AS s
      JOIN event_delivery AS e FORCE INDEX (event_delivery_due) ON e.subscriber = s.subscriber AND e.state = 'dead'
      LIMIT ${MOST_COUNTED}
    ) AS d`),
  ]);
  return {
    outboxRows: numberOf(count, 'n'),
    outboxOldestAt: oldest === undefined ? null : fromDatabaseTime(String(oldest['at'])),
    deadDeliveries: numberOf(dead, 'n'),
  };
}

/** Holds past their deadline that nobody has expired yet. */
export async function countOverdue(tx: Tx, now: Instant): Promise<number> {
  const [row] = await tx.rows(
    `SELECT COUNT(*) AS n FROM (
       SELECT 1 FROM reservation FORCE INDEX (reservation_due) WHERE state = 'active' AND expires_at <= ? LIMIT ${MOST_COUNTED}
     ) AS d`,
    [toDatabaseTime(now)],
  );
  return numberOf(row, 'n');
}

export async function countStandingAlerts(tx: Tx): Promise<ReadonlyMap<AlertKind, number>> {
  const rows = await tx.rows(
    `SELECT kind, COUNT(*) AS n FROM stock_alert FORCE INDEX (stock_alert_state)
     WHERE state IN ('open', 'acknowledged') GROUP BY kind`,
  );
  return new Map(rows.map((row) => [String(row['kind']) as AlertKind, numberOf(row, 'n')]));
}

/** Jobs whose report says whether what they looked at is sound. */
const CHECKS = ['verify', 'audit'] as const satisfies readonly JobKind[];
export type Check = (typeof CHECKS)[number];

/** Of each kind that ever ran to its end: whether the last one found something, or failed. What was cancelled says nothing. */
export async function readFailedChecks(tx: Tx): Promise<ReadonlyMap<Check, boolean>> {
  const last = `SELECT t.kind AS kind, t.state = 'done' AND JSON_CONTAINS(t.report_json, 'true', '$.ok') AS isSound
    FROM job AS t FORCE INDEX (PRIMARY) WHERE t.kind = ? AND t.state IN ('done', 'failed') ORDER BY t.job_id DESC LIMIT 1`;
  const found = await Promise.all(CHECKS.map((kind) => tx.rows(last, [kind])));
  return new Map(found.flat().map((row) => [String(row['kind']) as Check, Number(row['isSound']) !== 1]));
}

export interface LockGauges {
  /** Since the server started: how often a statement waited for a row, and for how long altogether. */
  readonly waits: number;
  readonly waitedMs: number;
  /** Statements that wait now. */
  readonly waiting: number;
}

/** Of the whole server; the names are the same in both engines. */
export async function readLockGauges(tx: Tx): Promise<LockGauges> {
  const rows = await tx.rows(`SHOW GLOBAL STATUS LIKE 'Innodb_row_lock%'`);
  const value = (name: string) => Number(rows.find((row) => row['Variable_name'] === name)?.['Value'] ?? 0);
  return {
    waits: value('Innodb_row_lock_waits'),
    waitedMs: value('Innodb_row_lock_time'),
    waiting: value('Innodb_row_lock_current_waits'),
  };
}

export interface LevelGauges {
  readonly levels: number;
  /** Of which nothing is free. */
  readonly empty: number;
  /** Whose counters are not the balances of their newest movement (I3). */
  readonly off: number;
  /** That promise more than they hold, or owe goods. */
  readonly oversold: number;
  readonly onHand: number;
}

export async function readLevelGauges(tx: Tx, skuIds: readonly string[]): Promise<LevelGauges> {
  const [row] = await tx.rows(
    `SELECT COUNT(*) AS levels, SUM(l.on_hand - l.reserved - l.locked <= 0) AS emptyLevels, SUM(l.on_hand) AS onHand,
       SUM(l.deficit > 0 OR l.reserved + l.locked > l.on_hand) AS oversold,
       SUM(l.on_hand <> COALESCE(m.on_hand, 0) OR l.reserved <> COALESCE(m.reserved, 0)
         OR l.locked <> COALESCE(m.locked, 0) OR l.deficit <> COALESCE(m.deficit, 0)) AS off
     FROM stock_level AS l FORCE INDEX (PRIMARY)
     LEFT JOIN stock_movement AS m ON m.sku_id = l.sku_id AND m.location_id = l.location_id AND m.version = l.version
     WHERE l.sku_id IN (?)`,
    [skuIds],
  );
  const of = (name: string) => numberOf(row, name);
  return {
    levels: of('levels'),
    empty: of('emptyLevels'),
    off: of('off'),
    oversold: of('oversold'),
    onHand: of('onHand'),
  };
}

/** The next SKUs that have a level. */
export async function nextSkusWithLevels(tx: Tx, after: string, limit: number): Promise<readonly string[]> {
  const rows = await tx.rows(
    `SELECT DISTINCT sku_id AS s FROM stock_level WHERE sku_id > ? ORDER BY sku_id LIMIT ${limit}`,
    [after],
  );
  return rows.map((row) => String(row['s']));
}

function numberOf(row: Raw | undefined, name: string): number {
  return Number(row?.[name] ?? 0);
}
