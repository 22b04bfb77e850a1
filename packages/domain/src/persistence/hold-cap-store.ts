/** What caps on holds ask: who waits for whom, what a business id holds, and what an actor has made that still holds. */
import type { Instant } from '@granary/contracts/instant';
import type { Holder, HolderHoldings } from '../rules/hold-caps.ts';
import { toDatabaseTime } from './database-time.ts';
import { holdGuards, holdMakers } from './tables.ts';
import type { Tx } from './transaction.ts';
import { appendRows, ensureRows } from './write-rows.ts';

/** Before definitions and levels, in their order: whoever waits here holds nothing yet that others want. */
export async function lockGuards(tx: Tx, slots: readonly number[]): Promise<void> {
  const sorted = [...new Set(slots)].toSorted((a, b) => a - b);
  await ensureRows(
    tx,
    holdGuards,
    sorted.map((slot) => ({ slot })),
  );
}

/** What is overdue holds nothing of its own any more, whether somebody has met it or not. */
export async function readHoldings(tx: Tx, { type, businessId }: Holder, now: Instant): Promise<HolderHoldings> {
  const rows = await tx.rows(
    `SELECT r.reservation_id AS id, l.sku_id AS skuId, SUM(l.held) AS units
     FROM reservation AS r FORCE INDEX (reservation_held)
     JOIN reservation_line AS l FORCE INDEX (PRIMARY) ON l.reservation_id = r.reservation_id
     WHERE r.business_id = ? AND r.type = ? AND r.held = 1 AND (r.expires_at IS NULL OR r.expires_at > ?)
     GROUP BY r.reservation_id, l.sku_id`,
    [businessId, type, toDatabaseTime(now)],
  );
  const units = new Map<string, number>();
  for (const row of rows) {
    const skuId = String(row['skuId']);
    units.set(skuId, (units.get(skuId) ?? 0) + Number(row['units']));
  }
  return { holds: new Set(rows.map((row) => String(row['id']))).size, units };
}

/** Everywhere, whatever the caller may see: a share is of all there is. */
export async function readOnHand(tx: Tx, skuIds: readonly string[]): Promise<ReadonlyMap<string, number>> {
  if (skuIds.length === 0) return new Map();
  const rows = await tx.rows(
    'SELECT t.sku_id AS skuId, SUM(t.on_hand) AS units FROM stock_level AS t FORCE INDEX (PRIMARY) WHERE t.sku_id IN (?) GROUP BY t.sku_id',
    [[...new Set(skuIds)]],
  );
  return new Map(rows.map((row) => [String(row['skuId']), Number(row['units'])]));
}

/** Those that were noted; some may have ended since. */
export async function countMade(tx: Tx, actor: string): Promise<number> {
  const [row] = await tx.rows('SELECT COUNT(*) AS n FROM hold_maker AS t WHERE t.actor = ?', [actor]);
  return Number(row?.['n']);
}

/**
 * Forgets the holds of an actor that have ended, and counts the rest. They are found by a plain read, since a joined DELETE
 * would lock reservations out of order.
 */
export async function recountMade(tx: Tx, actor: string): Promise<number> {
  const rows = await tx.rows(
    `SELECT m.reservation_id AS id FROM hold_maker AS m LEFT JOIN reservation AS r FORCE INDEX (PRIMARY)
       ON r.reservation_id = m.reservation_id AND r.state IN ('active', 'confirmed')
     WHERE m.actor = ? AND r.reservation_id IS NULL`,
    [actor],
  );
  const ended = rows.map((row) => String(row['id']));
  if (ended.length > 0)
    await tx.write('DELETE FROM hold_maker WHERE actor = ? AND reservation_id IN (?)', [actor, ended]);
  return await countMade(tx, actor);
}

export async function noteMade(tx: Tx, actor: string, reservationIds: readonly string[]): Promise<void> {
  if (reservationIds.length === 0) return;
  await appendRows(
    tx,
    holdMakers,
    reservationIds.map((reservationId) => ({ actor, reservationId })),
  );
}
