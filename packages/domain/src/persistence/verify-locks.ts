/** I6: what is locked is what open business locks hold, and what is frozen an open operation lock freezes. */
import type { Check } from './verify-transit.ts';

/** Of some SKUs: `?` is the list of them. */
export const perSkuLocks: readonly Check[] = [
  {
    invariant: 'I6',
    sql: `SELECT CONCAT('batch ', t.batch_id) AS violator, CONCAT('locked is ', t.locked, ', its open business locks hold ', COALESCE(x.q, 0)) AS detail
      FROM stock_batch AS t FORCE INDEX (stock_batch_no) LEFT JOIN (
        SELECT l.batch_id, SUM(l.held) AS q FROM stock_lock_line AS l FORCE INDEX (stock_lock_line_sku)
        JOIN stock_lock AS k ON k.lock_id = l.lock_id AND k.state = 'active' AND k.kind = 'business'
        WHERE l.sku_id IN (?) GROUP BY l.batch_id
      ) AS x ON x.batch_id = t.batch_id
      WHERE t.sku_id IN (?) AND t.locked <> COALESCE(x.q, 0)`,
  },
  {
    invariant: 'I6',
    sql: `SELECT CONCAT('lock ', k.lock_id) AS violator, CONCAT('line ', l.line_no, ' of a lock that is ', k.state, ' holds ', l.held, ' of ', l.quantity) AS detail
      FROM stock_lock_line AS l FORCE INDEX (stock_lock_line_sku) JOIN stock_lock AS k ON k.lock_id = l.lock_id
      WHERE l.sku_id IN (?) AND l.held <> IF(k.state = 'active' AND k.kind = 'business', l.quantity, 0)`,
  },
  {
    invariant: 'I6',
    sql: `SELECT CONCAT('batch ', t.batch_id) AS violator, CONCAT('is ', t.status, ' by lock ', COALESCE(t.frozen_by, 'none'), ', which is no open operation lock on it') AS detail
      FROM stock_batch AS t FORCE INDEX (stock_batch_no)
      LEFT JOIN stock_lock_line AS l ON l.batch_id = t.batch_id AND l.lock_id = t.frozen_by
      LEFT JOIN stock_lock AS k ON k.lock_id = l.lock_id AND k.state = 'active' AND k.kind = 'operation'
      WHERE t.sku_id IN (?) AND ((t.status = 'frozen') <> (t.frozen_by IS NOT NULL) OR (t.frozen_by IS NOT NULL AND k.lock_id IS NULL))`,
  },
  {
    invariant: 'I6',
    sql: `SELECT CONCAT('lock ', k.lock_id) AS violator, CONCAT('is open and does not freeze batch ', l.batch_id) AS detail
      FROM stock_lock_line AS l FORCE INDEX (stock_lock_line_sku) JOIN stock_lock AS k ON k.lock_id = l.lock_id
      LEFT JOIN stock_batch AS t ON t.batch_id = l.batch_id
      WHERE l.sku_id IN (?) AND k.state = 'active' AND k.kind = 'operation' AND NOT (t.frozen_by <=> k.lock_id)`,
  },
];
