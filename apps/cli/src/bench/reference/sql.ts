/** The SQL of the two references, and nothing else: what a careful engineer writes by hand, one transaction and one statement a round trip. */

/** REF: slim tables of its own, with no more than a reservation needs. */
export const SLIM_TABLES = [
  `CREATE TABLE ref_stock (
    sku VARCHAR(40) CHARACTER SET ascii NOT NULL PRIMARY KEY,
    available INT NOT NULL, reserved INT NOT NULL, version BIGINT NOT NULL) ENGINE=InnoDB`,
  `CREATE TABLE ref_reservation (
    id CHAR(26) CHARACTER SET ascii NOT NULL PRIMARY KEY,
    sku VARCHAR(40) CHARACTER SET ascii NOT NULL, qty INT NOT NULL, status TINYINT NOT NULL,
    created_at DATETIME(6) NOT NULL, KEY (sku)) ENGINE=InnoDB`,
  `CREATE TABLE ref_ledger (
    id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    sku VARCHAR(40) CHARACTER SET ascii NOT NULL, kind TINYINT NOT NULL, delta INT NOT NULL,
    reservation_id CHAR(26) CHARACTER SET ascii NOT NULL,
    created_at DATETIME(6) NOT NULL, KEY (sku, id)) ENGINE=InnoDB`,
] as const;

export const SESSION = 'SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED';
export const BEGIN = 'START TRANSACTION';
export const COMMIT = 'COMMIT';

/** REF, five round trips: BEGIN, take, reservation, ledger, COMMIT. */
export const SLIM = {
  stock: 'INSERT INTO ref_stock (sku, available, reserved, version) VALUES ?',
  take: `UPDATE ref_stock SET available = available - ?, reserved = reserved + ?, version = version + 1
    WHERE sku = ? AND available >= ?`,
  reservation: 'INSERT INTO ref_reservation (id, sku, qty, status, created_at) VALUES (?, ?, ?, 0, UTC_TIMESTAMP(6))',
  ledger: `INSERT INTO ref_ledger (sku, kind, delta, reservation_id, created_at) VALUES (?, 1, ?, ?, UTC_TIMESTAMP(6))`,
  /** What REF is held against: one update of the same row, committed by itself. It takes nothing, so that sums stay comparable. */
  touch: 'UPDATE ref_stock SET version = version + 1 WHERE sku = ? AND available >= ?',
} as const;

/** Several lines in one REF: an UPDATE a line in the order of the SKUs, then one INSERT each with all rows. */
export const SLIM_MANY = {
  reservations: 'INSERT INTO ref_reservation (id, sku, qty, status, created_at) VALUES ?',
  ledger: 'INSERT INTO ref_ledger (sku, kind, delta, reservation_id, created_at) VALUES ?',
} as const;

/** REF-FULL, twelve round trips: BEGIN, these, COMMIT. The rows are those that the service writes for a reserve, byte for byte. */
export const FULL = {
  lockLevel: `SELECT on_hand, reserved, locked, deficit, version, head_hash, recorded_at FROM stock_level
    WHERE sku_id = ? AND location_id = ? FOR UPDATE`,
  /** The time is read after the lock: in the locking statement it would be from before the wait. */
  openBatches: `SELECT UTC_TIMESTAMP(6) AS now, batch_id, on_hand, reserved, locked, version
    FROM stock_batch FORCE INDEX (stock_batch_received)
    WHERE sku_id = ? AND location_id = ? AND open = 1 AND expires_at > UTC_TIMESTAMP(6)
    ORDER BY received_at, batch_id LIMIT 8`,
  movement: `INSERT INTO stock_movement (sku_id, location_id, version, batch_id, kind, on_hand_delta, reserved_delta,
    locked_delta, deficit_delta, on_hand, reserved, locked, deficit, command_id, reservation_id, occurred_at,
    recorded_at, hash) VALUES ?`,
  level: `UPDATE stock_level SET reserved = ?, version = ?, head_hash = ?, recorded_at = ?
    WHERE sku_id = ? AND location_id = ? AND version = ?`,
  batch: 'UPDATE stock_batch SET reserved = ?, version = ? WHERE batch_id = ? AND version = ?',
  reservation: `INSERT INTO reservation (reservation_id, sku_id, type, business_id, line_id, state, quantity, fulfilled,
    expires_at, content_hash, created_at, version, command_id) VALUES ?`,
  line: `INSERT INTO reservation_line (reservation_id, line_no, sku_id, location_id, batch_id, quantity, held, deducted,
    due_at) VALUES ?`,
  command: `INSERT INTO command (command_id, procedure_name, actor, agent, request_id, request_hash, request, outcome,
    recorded_at) VALUES ?`,
  commandSku: 'INSERT INTO command_sku (command_id, sku_id, recorded_at) VALUES ?',
  outbox: 'INSERT INTO outbox (outbox_id, facts, created_at) VALUES ?',
} as const;
