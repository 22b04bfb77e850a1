/**
 * What must be true of reservations in their own units, plain or put together: every part is held so many times for each
 * unit that has not left, and of a bundle each place holds whole ones. And what owns no level has none.
 */
interface Check {
  readonly invariant: string;
  readonly sql: string;
}

/** Of a range of reservations: `?` are, by turns, the ids before the first and of the last. */
export const wholesOfReservations: readonly Check[] = [
  {
    invariant: 'I5',
    // One of a part for each unit where a reservation holds what it names.
    sql: `SELECT CONCAT('reservation ', p.reservation_id) AS violator,
        CONCAT(p.state, ', quantity ', p.quantity, ', fulfilled ', p.fulfilled, ', lines of ', COALESCE(p.part, 'nothing'), ' sum to ',
          p.total, ' and hold ', p.held) AS detail
      FROM (
        SELECT r.reservation_id, r.state, r.quantity, r.fulfilled, l.sku_id AS part, COALESCE(SUM(l.quantity), 0) AS total,
          COALESCE(SUM(l.held), 0) AS held, IF(l.sku_id <=> r.sku_id, 1, COALESCE(SUM(l.quantity), 0) DIV r.quantity) AS each_takes
        FROM reservation AS r FORCE INDEX (PRIMARY) LEFT JOIN reservation_line AS l ON l.reservation_id = r.reservation_id
        WHERE r.reservation_id > ? AND r.reservation_id <= ?
        GROUP BY r.reservation_id, r.sku_id, r.state, r.quantity, r.fulfilled, l.sku_id
      ) AS p
      WHERE p.each_takes = 0 OR p.total <> p.quantity * p.each_takes
        OR p.held <> IF(p.state IN ('active', 'confirmed'), (p.quantity - p.fulfilled) * p.each_takes, 0)
        OR (p.state = 'fulfilled' AND p.fulfilled <> p.quantity) OR (p.state IN ('active', 'confirmed') AND p.fulfilled >= p.quantity)`,
  },
  {
    invariant: 'I5',
    sql: `SELECT CONCAT('reservation ', u.reservation_id) AS violator, CONCAT('holds no whole bundles at ', u.location_id) AS detail
      FROM (
        SELECT l.reservation_id, l.location_id, l.sku_id, p.parts, SUM(l.held) * r.quantity / s.total AS units
        FROM reservation_line AS l FORCE INDEX (PRIMARY)
        JOIN reservation AS r ON r.reservation_id = l.reservation_id
        JOIN (SELECT reservation_id, sku_id, SUM(quantity) AS total FROM reservation_line FORCE INDEX (PRIMARY)
          WHERE reservation_id > ? AND reservation_id <= ? GROUP BY reservation_id, sku_id) AS s
          ON s.reservation_id = l.reservation_id AND s.sku_id = l.sku_id
        JOIN (SELECT reservation_id, COUNT(DISTINCT sku_id) AS parts FROM reservation_line FORCE INDEX (PRIMARY)
          WHERE reservation_id > ? AND reservation_id <= ? GROUP BY reservation_id HAVING parts > 1) AS p
          ON p.reservation_id = l.reservation_id
        WHERE l.reservation_id > ? AND l.reservation_id <= ? AND l.held > 0
        GROUP BY l.reservation_id, l.location_id, l.sku_id, p.parts, r.quantity, s.total
      ) AS u GROUP BY u.reservation_id, u.location_id
      HAVING COUNT(*) <> MAX(u.parts) OR MIN(u.units) <> MAX(u.units)`,
  },
];

/** Of the whole database. */
export const wholesOverall: readonly Check[] = [
  {
    invariant: 'I2',
    sql: `SELECT CONCAT('level ', t.sku_id, ' / ', t.location_id) AS violator,
        CONCAT('is of a SKU that is ', k.kind, ', has no stock of its own and yet ', t.on_hand, ' on hand') AS detail
      FROM sku AS k JOIN stock_level AS t FORCE INDEX (PRIMARY) ON t.sku_id = k.sku_id
      WHERE k.kind <> 'stock' AND (t.on_hand > 0 OR t.deficit > 0)`,
  },
  {
    invariant: 'I2',
    sql: `SELECT CONCAT('SKU ', k.sku_id) AS violator, CONCAT('is ', k.kind, ', its definition says ', COALESCE(a.kind, 'nothing')) AS detail
      FROM sku AS k LEFT JOIN stock_assembly AS a ON a.sku_id = k.sku_id AND a.state = 'active'
      WHERE k.kind <> COALESCE(a.kind, 'stock')`,
  },
];
