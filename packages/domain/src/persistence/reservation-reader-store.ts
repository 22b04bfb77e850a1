/** Reservations, read for people: lists by business id, SKU and state, and the lines that hold a SKU. */
import type { Instant } from '@granary/contracts/instant';
import type { ReservationListInput } from '@granary/contracts/reservation';
import type { ReservationRow } from '../entities/reservation.ts';
import { placesOf } from '../rules/location-scope.ts';
import { fromDatabaseTime } from './database-time.ts';
import { type Filter, whereOf } from './filter.ts';
import { reservations } from './tables.ts';
import type { Tx } from './transaction.ts';

/** Newest first, by the index that fits the first filter given. */
export async function listReservations(
  tx: Tx,
  query: { input: ReservationListInput; before: string | undefined; limit: number },
): Promise<readonly ReservationRow[]> {
  const { input, before, limit } = query;
  // True of every state but active; said so that the index by state and deadline is in the order of ids.
  const ended: readonly Filter[] =
    input.state === undefined || input.state === 'active' ? [] : [['t.expires_at IS NULL']];
  const { where, parameters } = whereOf([
    ['t.business_id = ?', input.businessId],
    ['t.type = ?', input.type],
    ['t.sku_id = ?', input.skuId],
    ['t.state = ?', input.state],
    ...ended,
    ['t.reservation_id < ?', before],
    [
      // Row by row: MariaDB would answer NOT EXISTS by first gathering every foreign line there is.
      `(SELECT 1 FROM reservation_line AS l
        WHERE l.reservation_id = t.reservation_id AND l.location_id NOT IN (?) LIMIT 1) IS NULL`,
      placesOf(tx.scope),
    ],
  ]);
  return await tx.select(reservations, `${where} ORDER BY t.reservation_id DESC LIMIT ${limit}`, parameters);
}

export interface HeldLine {
  readonly reservationId: string;
  readonly type: string;
  readonly businessId: string;
  readonly lineId: string;
  readonly locationId: string;
  readonly batchId: string;
  readonly held: number;
  readonly expiresAt: Instant | null;
}

/** What holds some SKUs, of `ofSkuId` only what was asked for under that name; the nearest deadline first, confirmed holds (none) at the end. */
export async function readHeldLines(
  tx: Tx,
  of: { readonly skuIds: readonly string[]; readonly ofSkuId?: string | undefined },
  limit: number,
): Promise<readonly HeldLine[]> {
  const { where, parameters } = whereOf([
    ['l.sku_id IN (?) AND l.held > 0', of.skuIds],
    ['r.sku_id = ?', of.ofSkuId],
    ['l.location_id IN (?)', placesOf(tx.scope)],
  ]);
  const rows = await tx.rows(
    `SELECT l.reservation_id AS reservationId, r.type AS type, r.business_id AS businessId, r.line_id AS lineId,
       l.location_id AS locationId, l.batch_id AS batchId, l.held AS held, l.due_at AS dueAt
     FROM reservation_line AS l JOIN reservation AS r ON r.reservation_id = l.reservation_id
     ${where} ORDER BY l.due_at IS NULL, l.due_at, l.reservation_id, l.line_no LIMIT ${limit}`,
    parameters,
  );
  return rows.map(({ dueAt, held, ...row }) => ({
    ...(row as unknown as Omit<HeldLine, 'held' | 'expiresAt'>),
    held: Number(held),
    expiresAt: dueAt === null ? null : fromDatabaseTime(String(dueAt)),
  }));
}
