/** I12: of a serial-tracked SKU as many pieces lie in each batch as are on hand, and as many travel as are in transit. */
import type { Check } from './verify-transit.ts';

/** Of some SKUs: `?` is the list of them. */
export const perSkuSerials: readonly Check[] = [
  {
    invariant: 'I12',
    sql: `SELECT CONCAT('level ', t.sku_id, ' / ', t.location_id) AS violator,
        CONCAT('onHand is ', t.on_hand, ', ', COALESCE(x.n, 0), ' serials are in stock') AS detail
      FROM stock_level AS t FORCE INDEX (PRIMARY) JOIN sku AS k ON k.sku_id = t.sku_id AND k.serial_tracked = 1
      LEFT JOIN (
        SELECT s.sku_id, s.location_id, COUNT(*) AS n FROM stock_serial AS s FORCE INDEX (stock_serial_place)
        WHERE s.sku_id IN (?) AND s.state = 'inStock' GROUP BY s.sku_id, s.location_id
      ) AS x ON x.sku_id = t.sku_id AND x.location_id = t.location_id
      WHERE t.sku_id IN (?) AND t.on_hand <> COALESCE(x.n, 0)`,
  },
  {
    invariant: 'I12',
    sql: `SELECT CONCAT('batch ', t.batch_id) AS violator,
        CONCAT('onHand is ', t.on_hand, ', ', COALESCE(x.n, 0), ' serials lie in it') AS detail
      FROM stock_batch AS t FORCE INDEX (stock_batch_no) JOIN sku AS k ON k.sku_id = t.sku_id AND k.serial_tracked = 1
      LEFT JOIN (
        SELECT s.batch_id, COUNT(*) AS n FROM stock_serial AS s FORCE INDEX (stock_serial_place)
        WHERE s.sku_id IN (?) AND s.state = 'inStock' GROUP BY s.batch_id
      ) AS x ON x.batch_id = t.batch_id
      WHERE t.sku_id IN (?) AND t.on_hand <> COALESCE(x.n, 0)`,
  },
  {
    invariant: 'I12',
    sql: `SELECT CONCAT('serial ', s.sku_id, ' / ', s.serial) AS violator, 'is in stock where its batch does not lie' AS detail
      FROM stock_serial AS s FORCE INDEX (stock_serial_place)
      LEFT JOIN stock_batch AS b ON b.batch_id = s.batch_id
      WHERE s.sku_id IN (?) AND s.state = 'inStock'
        AND (b.batch_id IS NULL OR b.sku_id <> s.sku_id OR b.location_id <> s.location_id)`,
  },
  {
    invariant: 'I12',
    sql: `SELECT CONCAT('serial ', s.sku_id, ' / ', s.serial) AS violator,
        CONCAT('is ', s.state, ' at version ', s.version, ', its newest event says ', COALESCE(e.state, 'nothing')) AS detail
      FROM stock_serial AS s FORCE INDEX (PRIMARY)
      LEFT JOIN stock_serial_event AS e ON e.sku_id = s.sku_id AND e.serial = s.serial AND e.seq = s.version
      WHERE s.sku_id IN (?) AND (e.seq IS NULL OR e.state <> s.state OR e.batch_id <> s.batch_id OR e.location_id <> s.location_id)`,
  },
  {
    invariant: 'I12',
    sql: `SELECT CONCAT('SKU ', p.sku_id) AS violator, CONCAT(p.n, ' in transit, ', COALESCE(x.n, 0), ' serials are') AS detail
      FROM (
        SELECT t.sku_id, SUM(t.in_transit) AS n FROM stock_transfer_part AS t FORCE INDEX (stock_transfer_part_sku)
        JOIN sku AS k ON k.sku_id = t.sku_id AND k.serial_tracked = 1
        WHERE t.sku_id IN (?) GROUP BY t.sku_id
      ) AS p LEFT JOIN (
        SELECT s.sku_id, COUNT(*) AS n FROM stock_serial AS s FORCE INDEX (stock_serial_place)
        WHERE s.sku_id IN (?) AND s.state = 'inTransit' GROUP BY s.sku_id
      ) AS x ON x.sku_id = p.sku_id
      WHERE p.n <> COALESCE(x.n, 0)`,
  },
];
