/** What must hold of costs, as SQL: I8 (records, layers, states and stock tell the same, to the last digit) and I9 (periods follow on). */
import type { Violation } from '@granary/contracts/system';
import type { Tx } from '@granary/domain/persistence/transaction';

interface Check {
  readonly invariant: 'I8' | 'I9';
  /** Selects `violator` and `detail`. `?` is always the list of SKUs. */
  readonly sql: string;
}

const SKU = `CONCAT('cost of ', t.sku_id) AS violator`;

/** The layers of a pool tell quantities only; `pools` names the strategies that keep one. */
const layers = (pools: string): Check => ({
  invariant: 'I8',
  sql: `SELECT ${SKU}, CONCAT('holds ', t.quantity, ' for ', t.value, ', its layers ', COALESCE(x.n, 0), ' for ', COALESCE(x.v, 0)) AS detail
    FROM cost_state AS t LEFT JOIN (
      SELECT l.sku_id, SUM(l.remaining) AS n, SUM(l.value) AS v FROM cost_layer AS l WHERE l.sku_id IN (?) GROUP BY l.sku_id
    ) AS x ON x.sku_id = t.sku_id
    WHERE t.sku_id IN (?) AND (t.quantity <> COALESCE(x.n, 0) OR COALESCE(x.v, 0) <> IF(t.strategy IN (${pools}), 0, t.value))`,
});

const CHECKS: readonly Check[] = [
  {
    invariant: 'I8',
    sql: `SELECT ${SKU}, CONCAT('owes ', t.owed_quantity, ' for ', t.owed_value, ', its deficits ', COALESCE(x.n, 0), ' for ', COALESCE(x.v, 0)) AS detail
      FROM cost_state AS t LEFT JOIN (
        SELECT d.sku_id, SUM(d.quantity) AS n, SUM(d.value) AS v FROM cost_deficit AS d WHERE d.sku_id IN (?) GROUP BY d.sku_id
      ) AS x ON x.sku_id = t.sku_id
      WHERE t.sku_id IN (?) AND (t.owed_quantity <> COALESCE(x.n, 0) OR t.owed_value <> COALESCE(x.v, 0))`,
  },
  {
    invariant: 'I8',
    sql: `SELECT ${SKU}, CONCAT('is ', t.quantity - t.owed_quantity, ' for ', t.value - t.owed_value + COALESCE(c.carried, 0), ' after ', t.record_count,
        ' records, its records say ', COALESCE(x.n, 0), ' for ', COALESCE(x.v, 0), ' in ', COALESCE(x.c, 0)) AS detail
      FROM cost_state AS t LEFT JOIN (
        SELECT r.sku_id, SUM(r.quantity) AS n, SUM(r.value) AS v, COUNT(*) AS c, MAX(r.record_no) AS m
        FROM cost_record AS r FORCE INDEX (PRIMARY) WHERE r.sku_id IN (?) GROUP BY r.sku_id
      ) AS x ON x.sku_id = t.sku_id
      LEFT JOIN cost_recost AS c ON c.sku_id = t.sku_id
      WHERE t.sku_id IN (?) AND (t.quantity - t.owed_quantity <> COALESCE(x.n, 0)
        OR t.value - t.owed_value + COALESCE(c.carried, 0) <> COALESCE(x.v, 0)
        OR t.record_count <> COALESCE(x.c, 0) OR t.record_count <> COALESCE(x.m, 0))`,
  },
  {
    invariant: 'I8',
    sql: `SELECT ${SKU}, CONCAT('holds ', t.quantity, ' for ', t.value) AS detail FROM cost_state AS t
      WHERE t.sku_id IN (?) AND (t.quantity < 0 OR t.value < 0 OR (t.quantity = 0 AND t.value <> 0))`,
  },
  {
    // Goods on their way are the SKU's. Without a state a SKU was never costed: it is opened before anything is posted of it.
    invariant: 'I8',
    sql: `SELECT CONCAT('cost of ', t.sku_id) AS violator,
        CONCAT(t.quantity - t.owed_quantity, ' units are costed, ', COALESCE(s.n, 0) + COALESCE(p.n, 0), ' are there') AS detail
      FROM cost_state AS t
      LEFT JOIN (
        SELECT l.sku_id, SUM(l.on_hand) - SUM(l.deficit) AS n FROM stock_level AS l WHERE l.sku_id IN (?) GROUP BY l.sku_id
      ) AS s ON s.sku_id = t.sku_id
      LEFT JOIN (
        SELECT q.sku_id, SUM(q.in_transit) AS n FROM stock_transfer_part AS q WHERE q.sku_id IN (?) GROUP BY q.sku_id
      ) AS p ON p.sku_id = t.sku_id
      WHERE t.sku_id IN (?) AND t.quantity - t.owed_quantity <> COALESCE(s.n, 0) + COALESCE(p.n, 0)`,
  },
  {
    invariant: 'I8',
    sql: `SELECT DISTINCT CONCAT('cost of ', r.sku_id) AS violator, 'has records and no state' AS detail
      FROM cost_record AS r FORCE INDEX (PRIMARY) LEFT JOIN cost_state AS t ON t.sku_id = r.sku_id
      WHERE r.sku_id IN (?) AND r.record_no = 1 AND t.sku_id IS NULL`,
  },
  {
    invariant: 'I9',
    sql: `SELECT CONCAT('snapshot of ', t.sku_id, ' in ', p.name) AS violator,
        CONCAT('closes with ', t.closing_quantity, ' for ', t.closing_value, ', opens and moves to ',
          t.opening_quantity + t.inbound_quantity - t.outbound_quantity, ' for ',
          t.opening_value + t.inbound_value + t.allocated_value - t.outbound_value) AS detail
      FROM cost_snapshot AS t FORCE INDEX (cost_snapshot_sku) JOIN cost_period AS p ON p.period_id = t.period_id
      WHERE t.sku_id IN (?) AND (t.closing_quantity <> t.opening_quantity + t.inbound_quantity - t.outbound_quantity
        OR t.closing_value <> t.opening_value + t.inbound_value + t.allocated_value - t.outbound_value)`,
  },
  {
    invariant: 'I9',
    sql: `SELECT CONCAT('snapshot of ', t.sku_id, ' in ', p.name) AS violator,
        CONCAT('moves ', t.closing_quantity - t.opening_quantity, ' for ', t.closing_value - t.opening_value,
          ', its records ', COALESCE(x.n, 0), ' for ', COALESCE(x.v, 0)) AS detail
      FROM cost_snapshot AS t FORCE INDEX (cost_snapshot_sku) JOIN cost_period AS p ON p.period_id = t.period_id
      LEFT JOIN (
        SELECT r.sku_id, r.period_id, SUM(r.quantity) AS n, SUM(r.value) AS v
        FROM cost_record AS r FORCE INDEX (PRIMARY) WHERE r.sku_id IN (?) GROUP BY r.sku_id, r.period_id
      ) AS x ON x.sku_id = t.sku_id AND x.period_id = t.period_id
      WHERE t.sku_id IN (?) AND (t.closing_quantity - t.opening_quantity <> COALESCE(x.n, 0)
        OR t.closing_value - t.opening_value <> COALESCE(x.v, 0))`,
  },
  {
    invariant: 'I9',
    sql: `SELECT CONCAT('snapshot of ', t.sku_id, ' in ', t.name) AS violator,
        CONCAT('opens with ', t.opening_quantity, ' for ', t.opening_value, ', the period before closed with ',
          COALESCE(t.n, 0), ' for ', COALESCE(t.v, 0)) AS detail
      FROM (
        SELECT s.sku_id, p.name, s.opening_quantity, s.opening_value,
          LAG(s.closing_quantity) OVER (PARTITION BY s.sku_id ORDER BY p.starts_on) AS n,
          LAG(s.closing_value) OVER (PARTITION BY s.sku_id ORDER BY p.starts_on) AS v
        FROM cost_snapshot AS s FORCE INDEX (cost_snapshot_sku) JOIN cost_period AS p ON p.period_id = s.period_id
        WHERE s.sku_id IN (?)
      ) AS t WHERE t.opening_quantity <> COALESCE(t.n, 0) OR t.opening_value <> COALESCE(t.v, 0)`,
  },
  {
    invariant: 'I9',
    sql: `SELECT CONCAT('cost of ', x.sku_id, ' in ', p.name) AS violator, 'was closed without a snapshot' AS detail
      FROM (SELECT DISTINCT r.sku_id, r.period_id FROM cost_record AS r FORCE INDEX (PRIMARY) WHERE r.sku_id IN (?)) AS x
      JOIN cost_period AS p ON p.period_id = x.period_id AND p.state = 'closed'
      LEFT JOIN cost_snapshot AS s ON s.period_id = x.period_id AND s.sku_id = x.sku_id
      WHERE s.sku_id IS NULL`,
  },
];

/** The rows that break I8 or I9 among some SKUs. */
export async function checkCosts(
  tx: Tx,
  skuIds: readonly string[],
  pools: readonly string[],
): Promise<readonly Violation[]> {
  const violations: Violation[] = [];
  const checks = [layers(pools.map((name) => `'${name.replaceAll("'", "''")}'`).join(', ')), ...CHECKS];
  for (const { invariant, sql } of checks) {
    const parameters = Array.from({ length: sql.split('?').length - 1 }, () => [...skuIds]);
    for (const row of await tx.rows(sql, parameters))
      violations.push({ invariant, row: String(row['violator']), detail: String(row['detail']) });
  }
  return violations;
}

/** The next SKUs that have stock or a cost. */
export async function nextCostedSkus(tx: Tx, after: string, limit: number): Promise<readonly string[]> {
  const rows = await tx.rows(
    `SELECT x.id FROM (
       (SELECT t.sku_id AS id FROM cost_state AS t WHERE t.sku_id > ? ORDER BY t.sku_id LIMIT ${limit})
       UNION (SELECT DISTINCT t.sku_id AS id FROM stock_level AS t WHERE t.sku_id > ? ORDER BY t.sku_id LIMIT ${limit})
     ) AS x ORDER BY x.id LIMIT ${limit}`,
    [after, after],
  );
  return rows.map((row) => String(row['id']));
}
