/** The invariants as SQL: every query answers the rows that break one, and must answer none. */
import type { Violation } from '@granary/contracts/system';
import type { Raw } from './table.ts';
import type { Tx } from './transaction.ts';
import { type Check, perSkuInTransit } from './verify-transit.ts';
import { perSkuLocks } from './verify-locks.ts';
import { perSkuSerials } from './verify-serials.ts';
import { wholesOfReservations, wholesOverall } from './verify-assembly.ts';

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
    invariant: 'I2',
    sql: `SELECT CONCAT('batch ', t.batch_id) AS violator,
        CONCAT('is ', t.status, ' with ', t.on_hand, ' on hand, merged into ', COALESCE(t.merged_into, 'none'), ', which must lie at the same level') AS detail
      FROM stock_batch AS t FORCE INDEX (stock_batch_no)
      LEFT JOIN stock_batch AS m ON m.batch_id = t.merged_into AND m.batch_id <> t.batch_id
        AND m.sku_id = t.sku_id AND m.location_id = t.location_id
      WHERE t.sku_id IN (?) AND ((t.status = 'merged') <> (t.merged_into IS NOT NULL)
        OR (t.merged_into IS NOT NULL AND (m.batch_id IS NULL OR t.on_hand <> 0 OR t.reserved <> 0 OR t.locked <> 0)))`,
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
  ...perSkuLocks,
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
      WHERE t.sku_id IN (?) AND c.command_id IS NULL
        AND t.recorded_at >= COALESCE((SELECT before_at + INTERVAL 1 DAY FROM retention WHERE name = 'command'), '1000-01-01')`,
  },
  ...perSkuInTransit,
  ...perSkuSerials,
];

/** Of a range of reservations: `?` are, by turns, the ids before the first and of the last. */
const perReservation: readonly Check[] = [
  ...wholesOfReservations,
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
    sql: `SELECT CONCAT('document count ', d.document_no) AS violator,
        CONCAT('found ', COALESCE(c.q, 'nothing'), ' beyond the books, its movements sum to ', COALESCE(m.q, 0)) AS detail
      FROM stock_document AS d FORCE INDEX (stock_document_no)
      LEFT JOIN (SELECT document_id, SUM(counted - expected) AS q FROM stock_count_line GROUP BY document_id) AS c
        ON c.document_id = d.document_id
      LEFT JOIN (
        SELECT e.document_id, SUM(v.on_hand_delta) AS q FROM stock_document AS e FORCE INDEX (stock_document_no)
        JOIN stock_movement AS v FORCE INDEX (stock_movement_command) ON v.command_id = e.command_id AND v.document_id = e.document_id
        WHERE e.type = 'count' GROUP BY e.document_id
      ) AS m ON m.document_id = d.document_id
      WHERE d.type = 'count' AND (c.q IS NULL OR c.q <> COALESCE(m.q, 0))`,
  },
  ...wholesOverall,
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
    sql: `SELECT CONCAT('business lock of ', type, ' ', business_id) AS violator, CONCAT('stands ', COUNT(*), ' times') AS detail
      FROM stock_lock WHERE state = 'active' AND business_id IS NOT NULL GROUP BY business_id, type HAVING COUNT(*) > 1`,
  },
  {
    invariant: 'I7',
    sql: `SELECT CONCAT('document ', d.type, ' ', d.document_no) AS violator,
        CONCAT('its lines sum to ', COALESCE(l.q, 0), ', its movements to ', COALESCE(m.q, 0)) AS detail
      FROM stock_document AS d
      LEFT JOIN (SELECT document_id, SUM(ABS(quantity)) AS q FROM stock_document_line GROUP BY document_id) AS l ON l.document_id = d.document_id
      LEFT JOIN (SELECT document_id, SUM(ABS(on_hand_delta)) AS q FROM stock_movement WHERE document_id IS NOT NULL AND kind <> 'settle' GROUP BY document_id) AS m
        ON m.document_id = d.document_id
      WHERE COALESCE(l.q, 0) <> COALESCE(m.q, 0)`,
  },
  {
    invariant: 'I11',
    sql: `SELECT CONCAT('document line ', o.document_id, ' / ', o.line_no) AS violator,
        CONCAT('moved ', o.quantity, ', and ', b.q, ' came back by ', b.type) AS detail
      FROM (
        SELECT l.original_id, l.original_line, d.type, SUM(l.quantity) AS q
        FROM stock_document_line AS l FORCE INDEX (stock_document_line_original)
        JOIN stock_document AS d ON d.document_id = l.document_id AND d.type IN ('return', 'supplierReturn')
        LEFT JOIN stock_document AS r ON r.reverses_id = d.document_id
        WHERE l.original_id IS NOT NULL AND r.document_id IS NULL
        GROUP BY l.original_id, l.original_line, d.type
      ) AS b JOIN stock_document_line AS o ON o.document_id = b.original_id AND o.line_no = b.original_line
      WHERE b.q > o.quantity`,
  },
];

export async function checkSkus(tx: Tx, skuIds: readonly string[]): Promise<Violation[]> {
  return await run(tx, perSku, (sql) => Array.from({ length: sql.split('?').length - 1 }, () => [...skuIds]));
}

export async function checkReservations(tx: Tx, after: string, last: string): Promise<Violation[]> {
  return await run(tx, perReservation, (sql) =>
    Array.from({ length: sql.split('?').length - 1 }, (_, at) => (at % 2 === 0 ? after : last)),
  );
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

const SKU_TABLES = ['stock_level', 'stock_batch', 'stock_movement', 'stock_in_transit_line', 'stock_serial'] as const;

/** The next SKUs that stand anywhere: in a level, a batch or the ledger, so that a row without its level is met as well. */
export async function nextSkus(tx: Tx, after: string, limit: number): Promise<readonly string[]> {
  const part = (table: string) =>
    `(SELECT DISTINCT sku_id AS s FROM ${table} WHERE sku_id > ? ORDER BY sku_id LIMIT ${limit})`;
  const union = SKU_TABLES.map(part).join(' UNION ');
  return texts(
    await tx.rows(
      `SELECT DISTINCT u.s AS s FROM (${union}) AS u ORDER BY u.s LIMIT ${limit}`,
      SKU_TABLES.map(() => after),
    ),
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
