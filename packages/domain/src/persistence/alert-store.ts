/** Alerts, and what they are raised by: levels, dated batches, holds that stand too long, how reservations ended. */
import type { AlertKind, AlertListInput, LowStockInput } from '@granary/contracts/alert';
import { type Instant } from '@granary/contracts/instant';
import type { AlertRow } from '../entities/alert.ts';
import { levelKey, type LevelKey } from '../entities/level.ts';
import type { AlertChange } from '../rules/alert-change.ts';
import type { DatedBatch, PaidHold } from '../rules/alert-cause.ts';
import { placesOf } from '../rules/location-scope.ts';
import { fromDatabaseTime, toDatabaseTime } from './database-time.ts';
import { whereOf } from './filter.ts';
import type { LevelPair } from './level-store.ts';
import { replaceRow } from './replace-row.ts';
import { alerts } from './tables.ts';
import type { Tx } from './transaction.ts';
import { appendRows } from './write-rows.ts';

/** In the order of their ids, so that two writers meet instead of waiting for each other. */
export async function writeAlerts(tx: Tx, changes: readonly AlertChange[]): Promise<void> {
  for (const { before, after } of changes.toSorted((a, b) => (a.after.alertId < b.after.alertId ? -1 : 1))) {
    if (before !== undefined)
      await replaceRow(tx, { table: alerts, keys: ['alertId'], row: after, from: before.version });
  }
  const raised = changes.filter(({ before }) => before === undefined).map(({ after }) => after);
  if (raised.length > 0) await appendRows(tx, alerts, raised);
}

export async function findAlert(tx: Tx, alertId: string): Promise<AlertRow | undefined> {
  const [row] = await tx.select(alerts, 'WHERE t.alert_id = ?', [alertId]);
  return row !== undefined && isInScope(tx, row) ? row : undefined;
}

/** What stands at no location is nobody's who is limited to some. */
function isInScope({ scope }: Tx, { locationId }: AlertRow): boolean {
  return scope.locationIds === null || (locationId !== null && scope.holds(locationId));
}

export async function readStandingAt(
  tx: Tx,
  pairs: readonly LevelPair[],
  kinds: readonly AlertKind[],
): Promise<readonly AlertRow[]> {
  if (pairs.length === 0) return [];
  const keys = new Set(pairs.map(levelKey));
  const rows = await tx.select(
    alerts,
    'FORCE INDEX (stock_alert_level) WHERE t.sku_id IN (?) AND t.standing = 1 AND t.kind IN (?)',
    [[...new Set(pairs.map(({ skuId }) => skuId))], kinds],
  );
  return rows.filter(({ skuId, locationId }) =>
    keys.has(levelKey({ skuId: skuId ?? '', locationId: locationId ?? '' })),
  );
}

export async function readStandingOf(tx: Tx, kind: AlertKind): Promise<readonly AlertRow[]> {
  const tail = `FORCE INDEX (stock_alert_state) WHERE t.state IN ('open', 'acknowledged') AND t.kind = ?`;
  return await tx.select(alerts, tail, [kind]);
}

export async function readStandingSubjects(
  tx: Tx,
  kind: AlertKind,
  subjects: readonly string[],
): Promise<readonly AlertRow[]> {
  if (subjects.length === 0) return [];
  const tail = 'FORCE INDEX (stock_alert_standing) WHERE t.kind = ? AND t.subject IN (?) AND t.standing = 1';
  return await tx.select(alerts, tail, [kind, subjects]);
}

/** Newest first. */
export async function listAlerts(
  tx: Tx,
  { input, before, limit }: { input: AlertListInput; before: string | undefined; limit: number },
): Promise<readonly AlertRow[]> {
  const { where, parameters } = whereOf([
    ['t.kind = ?', input.kind],
    ['t.severity = ?', input.severity],
    ['t.state = ?', input.state],
    ['t.sku_id = ?', input.skuId],
    ['t.location_id = ?', input.locationId],
    ['t.location_id IN (?)', placesOf(tx.scope)],
    ['t.alert_id < ?', before],
  ]);
  return await tx.select(alerts, `${where} ORDER BY t.alert_id DESC LIMIT ${limit}`, parameters);
}

export async function listLow(
  tx: Tx,
  { input, before, limit }: { input: LowStockInput; before: string | undefined; limit: number },
): Promise<readonly AlertRow[]> {
  const { where, parameters } = whereOf([
    [`t.kind IN ('low', 'outOfStock') AND t.state IN ('open', 'acknowledged')`],
    ['t.severity = ?', input.severity],
    ['t.location_id = ?', input.locationId],
    ['t.location_id IN (?)', placesOf(tx.scope)],
    ['t.alert_id < ?', before],
  ]);
  const tail = `FORCE INDEX (stock_alert_state) ${where} ORDER BY t.alert_id DESC LIMIT ${limit}`;
  return await tx.select(alerts, tail, parameters);
}

export interface LevelPlace {
  readonly available: number;
  readonly isOpen: boolean;
}

/** What allocation would take now at each level, and whether it would look there at all. */
export async function readPlaces(
  tx: Tx,
  pairs: readonly LevelPair[],
  now: Instant,
): Promise<ReadonlyMap<LevelKey, LevelPlace>> {
  if (pairs.length === 0) return new Map();
  const rows = await tx.rows(
    `SELECT l.sku_id AS skuId, l.location_id AS locationId, l.is_active AND p.is_active AS isOpen,
       COALESCE(SUM(b.on_hand - b.reserved - b.locked), 0) AS available
     FROM stock_level AS l FORCE INDEX (PRIMARY)
     JOIN location AS p ON p.location_id = l.location_id
     LEFT JOIN stock_batch AS b FORCE INDEX (stock_batch_received)
       ON b.sku_id = l.sku_id AND b.location_id = l.location_id AND b.open = 1 AND b.expires_at > ?
     WHERE l.sku_id IN (?) GROUP BY l.sku_id, l.location_id, l.is_active, p.is_active`,
    [toDatabaseTime(now), [...new Set(pairs.map(({ skuId }) => skuId))]],
  );
  return new Map(
    rows.map((row) => [
      levelKey({ skuId: String(row['skuId']), locationId: String(row['locationId']) }),
      { available: Number(row['available']), isOpen: Number(row['isOpen']) === 1 },
    ]),
  );
}

/** Batches with stock that expire before a moment. */
export async function readDated(tx: Tx, pairs: readonly LevelPair[], before: Instant): Promise<readonly DatedBatch[]> {
  if (pairs.length === 0) return [];
  const keys = new Set(pairs.map(levelKey));
  const rows = await tx.rows(
    `SELECT batch_id AS batchId, batch_no AS batchNo, sku_id AS skuId, location_id AS locationId, on_hand AS onHand, expires_at AS expiresAt
     FROM stock_batch WHERE sku_id IN (?) AND on_hand > 0 AND expires_at <= ?`,
    [[...new Set(pairs.map(({ skuId }) => skuId))], toDatabaseTime(before)],
  );
  const dated = rows.map((row) => ({
    ...{ batchId: String(row['batchId']), batchNo: String(row['batchNo']) },
    ...{ skuId: String(row['skuId']), locationId: String(row['locationId']) },
    onHand: Number(row['onHand']),
    expiresAt: fromDatabaseTime(String(row['expiresAt'])),
  }));
  return dated.filter((batch) => keys.has(levelKey(batch)));
}

/** Sizes of the latest movements in one direction before a version; looks back so far and no further. */
export async function readUsual(
  tx: Tx,
  at: LevelPair & { readonly version: number; readonly onHandDelta: number },
): Promise<readonly number[]> {
  const sign = at.onHandDelta < 0 ? '< 0' : '> 0';
  const rows = await tx.rows(
    `SELECT on_hand_delta AS delta FROM stock_movement FORCE INDEX (PRIMARY)
     WHERE sku_id = ? AND location_id = ? AND version < ? AND version >= ? AND on_hand_delta ${sign}
     ORDER BY version DESC LIMIT 100`,
    [at.skuId, at.locationId, at.version, at.version - LOOK_BACK],
  );
  return rows.map((row) => Number(row['delta']));
}

const LOOK_BACK = 1000;

/** Confirmed reservations behind the key that were made before a moment, oldest first, with when they were written last. */
export async function readConfirmed(
  tx: Tx,
  { after, before, limit }: { after: string; before: Instant; limit: number },
): Promise<readonly PaidHold[]> {
  const rows = await tx.rows(
    `SELECT r.reservation_id AS reservationId, r.sku_id AS skuId, r.type, r.business_id AS businessId,
       COALESCE(c.recorded_at, r.created_at) AS since,
       (SELECT IF(MIN(l.location_id) = MAX(l.location_id), MIN(l.location_id), NULL) FROM reservation_line AS l
        WHERE l.reservation_id = r.reservation_id AND l.held > 0) AS locationId
     FROM (SELECT * FROM reservation FORCE INDEX (reservation_due)
           WHERE state = 'confirmed' AND expires_at IS NULL AND reservation_id > ? ORDER BY reservation_id LIMIT ${limit}) AS r
     LEFT JOIN command AS c ON c.command_id = r.command_id
     WHERE r.created_at <= ? ORDER BY r.reservation_id`,
    [after, toDatabaseTime(before)],
  );
  return rows.map((row) => ({
    reservationId: String(row['reservationId']),
    ...{ skuId: String(row['skuId']), type: String(row['type']), businessId: String(row['businessId']) },
    locationId: row['locationId'] === null ? null : String(row['locationId']),
    since: fromDatabaseTime(String(row['since'])),
  }));
}

/** Of the newest reservations those that ended since a moment, and how many of them by their deadline. */
export async function countEnded(tx: Tx, since: Instant): Promise<{ expired: number; ended: number }> {
  const [row] = await tx.rows(
    `SELECT COUNT(*) AS ended, COALESCE(SUM(state = 'expired'), 0) AS expired FROM
       (SELECT state, ended_at FROM reservation FORCE INDEX (PRIMARY) ORDER BY reservation_id DESC LIMIT ${NEWEST}) AS newest
     WHERE ended_at >= ? AND state IN ('expired', 'fulfilled', 'released')`,
    [toDatabaseTime(since)],
  );
  return { expired: Number(row?.['expired'] ?? 0), ended: Number(row?.['ended'] ?? 0) };
}

const NEWEST = 5000;
