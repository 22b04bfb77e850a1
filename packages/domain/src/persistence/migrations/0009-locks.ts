/**
 * Locks, and the ways in from a batch: to the locks on it, to what holds it now and to all that ever touched it. The ledger
 * has no index by batch and gets none: documents and reservations tell the same, and their tables are far smaller.
 */
const name = (length: number) => `varchar(${length}) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin`;
const word = (length: number) => `varchar(${length}) CHARACTER SET ascii COLLATE ascii_bin`;
const ulid = 'char(26) CHARACTER SET ascii COLLATE ascii_bin';
const instant = 'datetime(6)';
const table = (definition: string) =>
  `CREATE TABLE IF NOT EXISTS ${definition} ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin`;

export const locks = {
  name: '0009-locks',
  steps: [
    table(`stock_lock (
      lock_id ${ulid} NOT NULL, kind ${word(16)} NOT NULL, type ${name(64)} NOT NULL, business_id ${name(100)} NULL,
      operator ${name(100)} NULL, reason ${name(500)} NOT NULL, state ${word(16)} NOT NULL, expires_at ${instant} NULL,
      content_hash binary(32) NOT NULL, progress ${ulid} NULL, created_at ${instant} NOT NULL, ended_at ${instant} NULL,
      end_reason ${name(500)} NULL, version bigint NOT NULL, command_id ${ulid} NOT NULL,
      held tinyint AS (if(state = 'active', 1, null)) VIRTUAL,
      PRIMARY KEY (lock_id),
      UNIQUE KEY stock_lock_held (business_id, type, held),
      KEY stock_lock_due (state, expires_at, lock_id))`),
    table(`stock_lock_line (
      lock_id ${ulid} NOT NULL, line_no int NOT NULL, sku_id ${name(64)} NOT NULL, location_id ${name(64)} NOT NULL,
      batch_id ${ulid} NOT NULL, batch_no ${name(110)} NOT NULL, quantity int NOT NULL, held int NOT NULL, was ${word(16)} NOT NULL,
      PRIMARY KEY (lock_id, line_no),
      KEY stock_lock_line_batch (batch_id, lock_id),
      KEY stock_lock_line_sku (sku_id, lock_id),
      CONSTRAINT stock_lock_line_held CHECK (held >= 0 AND held <= quantity))`),
    'ALTER TABLE reservation_line ADD COLUMN is_held tinyint AS (if(held > 0, 1, 0)) VIRTUAL',
    'ALTER TABLE reservation_line ADD KEY reservation_line_batch (batch_id, is_held, reservation_id)',
    'ALTER TABLE stock_document_line ADD KEY stock_document_line_batch (batch_id, document_id)',
  ],
};
