/**
 * Serials: one row per piece, found by its name, by its batch and by its place; and what happened to each, found by the
 * document as well. Pieces that were never moved by a document or left long ago cost the indexes nothing more.
 */
const name = (length: number) => `varchar(${length}) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin`;
const word = (length: number) => `varchar(${length}) CHARACTER SET ascii COLLATE ascii_bin`;
const ulid = 'char(26) CHARACTER SET ascii COLLATE ascii_bin';
const instant = 'datetime(6)';
const table = (definition: string) =>
  `CREATE TABLE IF NOT EXISTS ${definition} ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin`;

export const serials = {
  name: '0011-serials',
  steps: [
    table(`stock_serial (
      sku_id ${name(64)} NOT NULL, serial ${name(100)} NOT NULL, state ${word(24)} NOT NULL, batch_id ${ulid} NOT NULL,
      location_id ${name(64)} NOT NULL, document_id ${ulid} NULL, reservation_id ${ulid} NULL, version bigint NOT NULL,
      created_at ${instant} NOT NULL, changed_at ${instant} NOT NULL, command_id ${ulid} NOT NULL,
      PRIMARY KEY (sku_id, serial),
      KEY stock_serial_batch (batch_id, state, serial),
      KEY stock_serial_place (sku_id, state, location_id, serial))`),
    table(`stock_serial_event (
      sku_id ${name(64)} NOT NULL, serial ${name(100)} NOT NULL, seq bigint NOT NULL, kind ${word(16)} NOT NULL,
      state ${word(24)} NOT NULL, batch_id ${ulid} NOT NULL, location_id ${name(64)} NOT NULL, document_id ${ulid} NULL,
      line_no int NULL, reservation_id ${ulid} NULL, command_id ${ulid} NOT NULL, occurred_at ${instant} NOT NULL,
      recorded_at ${instant} NOT NULL,
      PRIMARY KEY (sku_id, serial, seq),
      KEY stock_serial_event_document (document_id, line_no))`),
  ],
};
