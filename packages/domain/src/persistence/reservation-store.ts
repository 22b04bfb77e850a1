/** Reservations with their lines. Levels are locked before them; found by plain reads, then read again under the lock. */
import type { Instant } from '@granary/contracts/instant';
import type { ReservationType } from '@granary/contracts/reservation';
import type { Hold, ReservationLineRow, ReservationRow } from '../entities/reservation.ts';
import type { Target } from '../rules/target.ts';
import { toDatabaseTime } from './database-time.ts';
import type { LevelPair } from './level-store.ts';
import { reservationLines, reservations } from './tables.ts';
import type { Raw } from './table.ts';
import type { Tx } from './transaction.ts';

/** How many ended reservations of one business id are looked at: the newest ones. */
const MAX_ENDED = 1000;

export interface HeldLevel extends LevelPair {
  readonly reservationId: string;
}

export interface BusinessKey {
  readonly type: ReservationType;
  readonly businessId: string;
  readonly skuId: string;
  readonly lineId: string;
}

/** Ids of the held reservations of some business keys. */
export async function findHeld(tx: Tx, keys: readonly BusinessKey[]): Promise<readonly string[]> {
  const businessIds = [...new Set(keys.map((key) => key.businessId))];
  const skuIds = [...new Set(keys.map((key) => key.skuId))];
  if (keys.length === 0) return [];
  const rows = await tx.rows(
    `SELECT t.reservation_id AS id FROM reservation AS t FORCE INDEX (reservation_held)
     WHERE t.business_id IN (?) AND t.type IN (?) AND t.sku_id IN (?) AND t.held = 1`,
    [businessIds, [...new Set(keys.map((key) => key.type))], skuIds],
  );
  return ids(rows);
}

/**
 * Ids of the reservations that a call by id or by business id is about: all that are held, and the newest that have
 * ended. One statement, so that a hold that ends meanwhile is seen on one side or the other.
 */
export async function findTargets(tx: Tx, target: Target): Promise<readonly string[]> {
  if ('id' in target) return [target.id];
  const { businessId, type } = target;
  const ofBusiness = `SELECT t.reservation_id AS id FROM reservation AS t FORCE INDEX (reservation_held)
    WHERE t.business_id = ? AND t.type = ? AND t.held`;
  const ended = `${ofBusiness} IS NULL ORDER BY t.reservation_id DESC LIMIT ${MAX_ENDED}`;
  return ids(await tx.rows(`(${ofBusiness} = 1) UNION ALL (${ended})`, [businessId, type, businessId, type]));
}

/** Ids of what a business document holds of some SKUs. */
export async function findHeldOf(tx: Tx, business: Business, skuIds: readonly string[]): Promise<readonly string[]> {
  const rows = await tx.rows(
    `SELECT t.reservation_id AS id FROM reservation AS t FORCE INDEX (reservation_held)
     WHERE t.business_id = ? AND t.type = ? AND t.sku_id IN (?) AND t.held = 1`,
    [business.businessId, business.type, [...new Set(skuIds)]],
  );
  return ids(rows);
}

type Business = Pick<BusinessKey, 'type' | 'businessId'>;

function ids(rows: readonly Raw[]): readonly string[] {
  return rows.map((row) => String(row['id']));
}

/** Where these reservations hold something: the levels that must be locked first. */
export async function findHeldLevels(tx: Tx, ids: readonly string[]): Promise<readonly HeldLevel[]> {
  if (ids.length === 0) return [];
  const rows = await tx.rows(
    `SELECT DISTINCT t.reservation_id AS reservationId, t.sku_id AS skuId, t.location_id AS locationId
     FROM reservation_line AS t FORCE INDEX (PRIMARY) WHERE t.reservation_id IN (?) AND t.held > 0`,
    [ids],
  );
  return rows.map((row) => ({
    reservationId: String(row['reservationId']),
    skuId: String(row['skuId']),
    locationId: String(row['locationId']),
  }));
}

/** Locks the headers in the order of their ids and reads the lines, which nobody changes without the header. */
export async function lockHolds(tx: Tx, holdIds: readonly string[]): Promise<readonly Hold[]> {
  if (holdIds.length === 0) return [];
  const tail = 'FORCE INDEX (PRIMARY) WHERE t.reservation_id IN (?) ORDER BY t.reservation_id';
  const headers = await tx.select(reservations, `${tail} FOR UPDATE`, [[...new Set(holdIds)].toSorted()]);
  return await withLines(tx, headers);
}

/** One reservation without a lock: for answers. */
export async function findHold(tx: Tx, id: string): Promise<Hold | undefined> {
  const [hold] = await withLines(tx, await tx.select(reservations, 'WHERE t.reservation_id = ?', [id]));
  return hold;
}

export async function withLines(tx: Tx, headers: readonly ReservationRow[]): Promise<readonly Hold[]> {
  if (headers.length === 0) return [];
  const rows = await tx.select(
    reservationLines,
    'FORCE INDEX (PRIMARY) WHERE t.reservation_id IN (?) ORDER BY t.reservation_id, t.line_no',
    [headers.map((header) => header.reservationId)],
  );
  const byReservation = new Map<string, ReservationLineRow[]>();
  for (const row of rows) {
    const lines = byReservation.get(row.reservationId);
    if (lines === undefined) byReservation.set(row.reservationId, [row]);
    else lines.push(row);
  }
  return headers.map((header) => ({ ...header, lines: byReservation.get(header.reservationId) ?? [] }));
}

/** The oldest overdue holds of these levels. */
export async function findOverdue(
  tx: Tx,
  at: { levels: readonly LevelPair[]; now: Instant; limit: number },
): Promise<readonly string[]> {
  const clauses = at.levels.map(() => '(t.sku_id = ? AND t.location_id = ? AND t.due_at <= ?)');
  if (clauses.length === 0) return [];
  const rows = await tx.rows(
    `SELECT t.reservation_id AS id FROM reservation_line AS t FORCE INDEX (reservation_line_level)
     WHERE ${clauses.join(' OR ')} ORDER BY t.due_at LIMIT ${at.limit}`,
    at.levels.flatMap(({ skuId, locationId }) => [skuId, locationId, toDatabaseTime(at.now)]),
  );
  return [...new Set(ids(rows))];
}

/** Ids of what is due anywhere, the longest overdue first, without a lock. */
export async function findDue(tx: Tx, now: Instant, limit: number): Promise<readonly string[]> {
  const rows = await tx.rows(
    `SELECT t.reservation_id AS id FROM reservation AS t FORCE INDEX (reservation_due)
     WHERE t.state = 'active' AND t.expires_at <= ? ORDER BY t.expires_at, t.reservation_id LIMIT ${limit}`,
    [toDatabaseTime(now)],
  );
  return ids(rows);
}
