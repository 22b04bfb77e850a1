/** Reservations with their lines. Levels are locked before them; found by plain reads, then read again under the lock. */
import type { Instant } from '@granary/contracts/instant';
import type { ReservationType } from '@granary/contracts/reservation';
import type { Hold, ReservationLineRow, ReservationRow } from '../entities/reservation.ts';
import { businessKey } from '../rules/draft.ts';
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

/** Of every list of an index range at most so many combinations: past them the last list is looked through, not sought. */
const MOST_RANGES = 2000;

/** Ids of the held reservations of some business keys, and of no others: whoever finds one more locks its levels as well. */
export async function findHeld(tx: Tx, keys: readonly BusinessKey[]): Promise<readonly string[]> {
  if (keys.length === 0) return [];
  const businessIds = [...new Set(keys.map((key) => key.businessId))];
  const types = [...new Set(keys.map((key) => key.type))];
  const skuIds = [...new Set(keys.map((key) => key.skuId))];
  const isSought = businessIds.length * types.length * skuIds.length <= MOST_RANGES;
  const rows = await tx.rows(
    `SELECT t.reservation_id AS id, t.type, t.business_id AS businessId, t.sku_id AS skuId, t.line_id AS lineId
     FROM reservation AS t FORCE INDEX (reservation_held)
     WHERE t.business_id IN (?) AND t.type IN (?) ${isSought ? 'AND t.sku_id IN (?) ' : ''}AND t.held = 1`,
    isSought ? [businessIds, types, skuIds] : [businessIds, types],
  );
  const asked = new Set(keys.map(businessKey));
  return ids(rows.filter((row) => asked.has(businessKey(row as unknown as BusinessKey))));
}

/**
 * Ids of the reservations that a call by id or by business id is about: all that are held, and the newest that have
 * ended. One statement, so that a hold that ends meanwhile is seen on one side or the other.
 */
export async function findTargets(tx: Tx, targets: readonly Target[]): Promise<readonly string[]> {
  const named = targets.flatMap((target) => ('id' in target ? [target.id] : []));
  const businesses = targets.flatMap((target) => ('id' in target ? [] : [target]));
  const found = await Promise.all(businesses.map((business) => findOfBusiness(tx, business)));
  return [...new Set([...named, ...found.flat()])];
}

async function findOfBusiness(tx: Tx, { businessId, type }: Business): Promise<readonly string[]> {
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
  const sorted = [...new Set(holdIds)].toSorted();
  const tail = 'FORCE INDEX (PRIMARY) WHERE t.reservation_id IN (?) ORDER BY t.reservation_id';
  const [headers, lines] = await Promise.all([
    tx.select(reservations, `${tail} FOR UPDATE`, [sorted]),
    readLines(tx, sorted),
  ]);
  return joined(headers, lines);
}

/** One reservation without a lock: for answers. */
export async function findHold(tx: Tx, id: string): Promise<Hold | undefined> {
  const [hold] = await withLines(tx, await tx.select(reservations, 'WHERE t.reservation_id = ?', [id]));
  return hold;
}

export async function withLines(tx: Tx, headers: readonly ReservationRow[]): Promise<readonly Hold[]> {
  if (headers.length === 0) return [];
  const ofThem = headers.map((header) => header.reservationId);
  return joined(headers, await readLines(tx, ofThem));
}

async function readLines(tx: Tx, holdIds: readonly string[]): Promise<readonly ReservationLineRow[]> {
  const tail = 'FORCE INDEX (PRIMARY) WHERE t.reservation_id IN (?) ORDER BY t.reservation_id, t.line_no';
  return await tx.select(reservationLines, tail, [holdIds]);
}

function joined(headers: readonly ReservationRow[], rows: readonly ReservationLineRow[]): readonly Hold[] {
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
