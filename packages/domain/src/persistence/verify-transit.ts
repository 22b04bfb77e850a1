/** What must hold of goods on their way (I11: shipped = received + in transit + written off, or came back), as SQL. */

export interface Check {
  readonly invariant: string;
  /** Selects `violator`, the row named for a person, and `detail`. */
  readonly sql: string;
}

const PART = `CONCAT('transfer ', x.transfer_no, ' / ', p.part_no) AS violator`;
const PARTS = `stock_transfer_part AS p FORCE INDEX (stock_transfer_part_sku) JOIN stock_transfer AS x ON x.transfer_id = p.transfer_id`;

/** Of some SKUs: `?` is the list of them. */
export const perSkuInTransit: readonly Check[] = [
  {
    invariant: 'I11',
    sql: `SELECT ${PART}, CONCAT('shipped ', p.shipped, ', received ', p.received, ', in transit ', p.in_transit,
        ', written off ', p.written_off, ', returned ', p.returned) AS detail
      FROM ${PARTS} WHERE p.sku_id IN (?) AND (p.shipped <> p.received + p.in_transit + p.written_off + p.returned
        OR p.received < 0 OR p.in_transit < 0 OR p.written_off < 0 OR p.returned < 0
        OR (p.in_transit > 0) > (x.state IN ('shipped', 'partlyReceived')))`,
  },
  {
    invariant: 'I11',
    sql: `SELECT ${PART}, CONCAT('shipped ', p.shipped, ', its document says ', COALESCE(l.quantity, 0)) AS detail
      FROM ${PARTS} LEFT JOIN stock_document_line AS l ON l.document_id = x.document_id AND l.line_no = p.part_no
      WHERE p.sku_id IN (?) AND (l.quantity IS NULL OR l.quantity <> p.shipped OR l.batch_id <> p.batch_id)`,
  },
  {
    invariant: 'I11',
    sql: `SELECT ${PART}, CONCAT('received ', p.received, ' and returned ', p.returned, ', its documents say ', COALESCE(b.arrived, 0),
        ' and ', COALESCE(b.back, 0)) AS detail
      FROM ${PARTS} LEFT JOIN (
        SELECT l.original_id, l.original_line, SUM(IF(l.location_id = y.to_location_id, l.quantity, 0)) AS arrived,
          SUM(IF(l.location_id = y.from_location_id, l.quantity, 0)) AS back
        FROM stock_transfer_part AS q FORCE INDEX (stock_transfer_part_sku) JOIN stock_transfer AS y ON y.transfer_id = q.transfer_id
        JOIN stock_document_line AS l FORCE INDEX (stock_document_line_original) ON l.original_id = y.document_id AND l.original_line = q.part_no
        JOIN stock_document AS d ON d.document_id = l.document_id AND d.type = 'transferIn'
        WHERE q.sku_id IN (?) GROUP BY l.original_id, l.original_line
      ) AS b ON b.original_id = x.document_id AND b.original_line = p.part_no
      WHERE p.sku_id IN (?) AND (p.received <> COALESCE(b.arrived, 0) OR p.returned <> COALESCE(b.back, 0))`,
  },
  {
    invariant: 'I11',
    sql: `SELECT CONCAT('expected receipt ', t.in_transit_id, ' / ', t.line_no) AS violator,
        CONCAT('received ', t.received, ', outstanding ', t.outstanding, ', its transfer has ', COALESCE(b.received, 0), ' and ', COALESCE(b.moving, 0)) AS detail
      FROM stock_in_transit_line AS t FORCE INDEX (stock_in_transit_line_sku)
      JOIN stock_in_transit AS h ON h.in_transit_id = t.in_transit_id AND h.source = 'transfer'
      LEFT JOIN (
        SELECT p.transfer_id, p.line_no, SUM(p.received) AS received, SUM(p.in_transit) AS moving
        FROM stock_transfer_part AS p FORCE INDEX (stock_transfer_part_sku) WHERE p.sku_id IN (?) GROUP BY p.transfer_id, p.line_no
      ) AS b ON b.transfer_id = t.in_transit_id AND b.line_no = t.line_no
      WHERE t.sku_id IN (?) AND (t.received <> COALESCE(b.received, 0) OR t.outstanding <> COALESCE(b.moving, 0))`,
  },
];
