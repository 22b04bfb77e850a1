/** The invariants as SQL: every query answers the rows that break one, and must answer none. */
import type { Violation } from '@granary/contracts/system';
import type { Raw } from './table.ts';
import type { Tx } from './transaction.ts';

interface Check {
  readonly invariant: string;
  /** Selects `violator`, the row named for a person, and `detail`. */
  readonly sql: string;
}

/** Of some SKUs: `?` is the list of them. */
const perSku: readonly Check[] = [
  {
    invariant: 'I1',
    sql: `SELECT CONCAT('level ', t.sku_id, ' / ', t.location_id) AS violator,
        CONCAT('onHand ', t.on_hand, ', reserved ', t.reserved, ', locked ', t.locked, ', deficit ', t.deficit) AS detail
      FROM stock_level AS t FORCE INDEX (PRIMARY) WHERE t.sku_id IN (?)
        AND (t.on_hand < 0 OR t.reserved < 0 OR t.locked < 0 OR t.deficit < 0 OR t.reserved + t.locked > t.on_hand)`,
  },
  {
    invariant: 'I1',
    sql: `SELECT CONCAT('batch ', t.batch_id) AS violator, CONCAT('onHand ', t.on_hand, ', reserved ', t.reserved, ', locked ', t.locked) AS detail
      FROM stock_batch AS t FORCE INDEX (stock_batch_no) WHERE t.sku_id IN (?)
        AND (t.on_hand < 0 OR t.reserved < 0 OR t.locked < 0 OR t.reserved + t.locked > t.on_hand)`,
  },
  {
    invariant: 'I2',
    sql: `SELECT CONCAT('level ', t.sku_id, ' / ', t.location_id) AS violator,
        CONCAT('onHand, reserved, locked are ', t.on_hand, ', ', t.reserved, ', ', t.locked, ', its batches sum to ',
          COALESCE(b.o, 0), ', ', COALESCE(b.r, 0), ', ', COALESCE(b.k, 0)) AS detail
      FROM stock_level AS t FORCE INDEX (PRIMARY) LEFT JOIN (
        SELECT sku_id, location_id, SUM(on_hand) AS o, SUM(reserved) AS r, SUM(locked) AS k
        FROM stock_batch FORCE INDEX (stock_batch_no) WHERE sku_id IN (?) GROUP BY sku_id, location_id
      ) AS b ON b.sku_id = t.sku_id AND b.location_id = t.location_id
      WHERE t.sku_id IN (?) AND (t.on_hand <> COALESCE(b.o, 0) OR t.reserved <> COALESCE(b.r, 0) OR t.locked <> COALESCE(b.k, 0))`,
  },
  {
    invariant: 'I2',
    sql: `SELECT CONCAT('batch ', t.batch_id) AS violator, 'lies at a level that does not exist' AS detail
      FROM stock_batch AS t FORCE INDEX (stock_batch_no)
      LEFT JOIN stock_level AS l ON l.sku_id = t.sku_id AND l.location_id = t.location_id
      WHERE t.sku_id IN (?) AND l.sku_id IS NULL`,
  },
  {
    invariant: 'I5',
    sql: `SELECT CONCAT('batch ', t.batch_id) AS violator, CONCAT('reserved is ', t.reserved, ', its reservations hold ', COALESCE(x.q, 0)) AS detail
      FROM stock_batch AS t FORCE INDEX (stock_batch_no) LEFT JOIN (
        SELECT l.batch_id, SUM(l.held) AS q FROM reservation_line AS l FORCE INDEX (reservation_line_level)
        JOIN reservation AS r ON r.reservation_id = l.reservation_id AND r.state IN ('active', 'confirmed')
        WHERE l.sku_id IN (?) GROUP BY l.batch_id
      ) AS x ON x.batch_id = t.batch_id
      WHERE t.sku_id IN (?) AND t.reserved <> COALESCE(x.q, 0)`,
  },
  {
    invariant: 'I6',
    sql: `SELECT CONCAT('batch ', t.batch_id) AS violator, CONCAT('locked is ', t.locked, ', and no lock is open') AS detail
      FROM stock_batch AS t FORCE INDEX (stock_batch_no) WHERE t.sku_id IN (?) AND t.locked <> 0`,
  },
  {
    invariant: 'I11',
    sql: `SELECT CONCAT('movement ', t.sku_id, ' / ', t.location_id, ' / ', t.version) AS violator,
        'takes stock out without a document or reservation that exists' AS detail
      FROM stock_movement AS t FORCE INDEX (PRIMARY)
      LEFT JOIN stock_document AS d ON d.document_id = t.document_id
      LEFT JOIN reservation AS r ON r.reservation_id = t.reservation_id
      WHERE t.sku_id IN (?) AND t.on_hand_delta < 0 AND d.document_id IS NULL AND r.reservation_id IS NULL`,
  },
  {
    invariant: 'I11',
    sql: `SELECT CONCAT('movement ', t.sku_id, ' / ', t.location_id, ' / ', t.version) AS violator, 'names a command that does not exist' AS detail
      FROM stock_movement AS t FORCE INDEX (PRIMARY) LEFT JOIN command AS c ON c.command_id = t.command_id
      WHERE t.sku_id IN (?) AND c.command_id IS NULL`,
  },
];

/** Of a range of reservations: `?` are the ids before the first and of the last. */
const perReservation: readonly Check[] = [
  {
    invariant: 'I5',
    sql: `SELECT CONCAT('reservation ', r.reservation_id) AS violator,
        CONCAT(r.state, ', quantity ', r.quantity, ', fulfilled ', r.fulfilled, ', lines sum to ', COALESCE(SUM(l.quantity), 0),
          ' and hold ', COALESCE(SUM(l.held), 0)) AS detail
      FROM reservation AS r FORCE INDEX (PRIMARY) LEFT JOIN reservation_line AS l ON l.reservation_id = r.reservation_id
      WHERE r.reservation_id > ? AND r.reservation_id <= ? GROUP BY r.reservation_id, r.state, r.quantity, r.fulfilled
      HAVING COALESCE(SUM(l.quantity), 0) <> r.quantity
        OR COALESCE(SUM(l.held), 0) <> IF(r.state IN ('active', 'confirmed'), r.quantity - r.fulfilled, 0)
        OR (r.state = 'fulfilled' AND r.fulfilled <> r.quantity) OR (r.state IN ('active', 'confirmed') AND r.fulfilled >= r.quantity)`,
  },
  {
    invariant: 'I5',
    sql: `SELECT CONCAT('reservation ', r.reservation_id) AS violator, CONCAT('line ', l.line_no, ' has another deadline than its header') AS detail
      FROM reservation AS r FORCE INDEX (PRIMARY) JOIN reservation_line AS l ON l.reservation_id = r.reservation_id
      WHERE r.reservation_id > ? AND r.reservation_id <= ?
        AND NOT (l.due_at <=> IF(r.state = 'active' AND l.held > 0, r.expires_at, NULL))`,
  },
];

/** Of the whole database, over indexes. The unique keys enforce I7; this sees that nobody dropped one. */
const overall: readonly Check[] = [
  {
    invariant: 'I7',
    sql: `SELECT CONCAT('document ', type, ' ', document_no) AS violator, CONCAT('stands ', COUNT(*), ' times') AS detail
      FROM stock_document GROUP BY type, document_no HAVING COUNT(*) > 1`,
  },
  {
    invariant: 'I7',
    sql: `SELECT CONCAT('idempotency key of ', actor) AS violator, CONCAT('stands ', COUNT(*), ' times') AS detail
      FROM command WHERE idempotency_key IS NOT NULL GROUP BY actor, idempotency_key HAVING COUNT(*) > 1`,
  },
  {
    invariant: 'I7',
    sql: `SELECT CONCAT('held reservation of ', type, ' ', business_id) AS violator, CONCAT('stands ', COUNT(*), ' times') AS detail
      FROM reservation WHERE state IN ('active', 'confirmed') GROUP BY business_id, type, sku_id, line_id HAVING COUNT(*) > 1`,
  },
  {
    invariant: 'I7',
    sql: `SELECT CONCAT('document ', d.type, ' ', d.document_no) AS violator,
        CONCAT('its lines sum to ', COALESCE(l.q, 0), ', its movements to ', COALESCE(m.q, 0)) AS detail
      FROM stock_document AS d
      LEFT JOIN (SELECT document_id, SUM(quantity) AS q FROM stock_document_line GROUP BY document_id) AS l ON l.document_id = d.document_id
      LEFT JOIN (SELECT document_id, SUM(ABS(on_hand_delta)) AS q FROM stock_movement WHERE document_id IS NOT NULL GROUP BY document_id) AS m
        ON m.document_id = d.document_id
      WHERE COALESCE(l.q, 0) <> COALESCE(m.q, 0)`,
  },
];

export async function checkSkus(tx: Tx, skuIds: readonly string[]): Promise<Violation[]> {
  return await run(tx, perSku, (sql) => Array.from({ length: sql.split('?').length - 1 }, () => [...skuIds]));
}

export async function checkReservations(tx: Tx, after: string, last: string): Promise<Violation[]> {
  return await run(tx, perReservation, () => [after, last]);
}

export async function checkOverall(tx: Tx): Promise<Violation[]> {
  return await run(tx, overall, () => []);
}

async function run(
  tx: Tx,
  checks: readonly Check[],
  parametersOf: (sql: string) => readonly unknown[],
): Promise<Violation[]> {
  const found: Violation[] = [];
  for (const { invariant, sql } of checks) {
    for (const row of await tx.rows(sql, parametersOf(sql))) {
      found.push({ invariant, row: String(row['violator']), detail: String(row['detail']) });
    }
  }
  return found;
}

/** The next SKUs that stand anywhere: in a level, a batch or the ledger, so that a row without its level is met as well. */
export async function nextSkus(tx: Tx, after: string, limit: number): Promise<readonly string[]> {
  const part = (table: string) =>
    `(SELECT DISTINCT sku_id AS s FROM ${table} WHERE sku_id > ? ORDER BY sku_id LIMIT ${limit})`;
  const union = ['stock_level', 'stock_batch', 'stock_movement'].map(part).join(' UNION ');
  return texts(
    await tx.rows(`SELECT DISTINCT u.s AS s FROM (${union}) AS u ORDER BY u.s LIMIT ${limit}`, [after, after, after]),
    's',
  );
}

export async function nextReservations(tx: Tx, after: string, limit: number): Promise<readonly string[]> {
  const rows = await tx.rows(
    `SELECT reservation_id AS s FROM reservation WHERE reservation_id > ? ORDER BY reservation_id LIMIT ${limit}`,
    [after],
  );
  return texts(rows, 's');
}

/** Levels and reservations: movements would take as long to count as to look at. */
export async function countToVerify(tx: Tx): Promise<number> {
  return (await countOf(tx, 'reservation')) + (await countLevels(tx));
}

export async function countLevels(tx: Tx): Promise<number> {
  return await countOf(tx, 'stock_level');
}

async function countOf(tx: Tx, table: string): Promise<number> {
  const [row] = await tx.rows(`SELECT COUNT(*) AS n FROM ${table}`);
  return Number(row?.['n']);
}

function texts(rows: readonly Raw[], column: string): readonly string[] {
  return rows.map((row) => String(row[column]));
}
