/**
 * Why the books were corrected, what a count found beside what it changed, and the rows that caps on holds stand on: one to
 * wait at, so that two calls of one holder are decided one after the other, and who made which hold, written only under a cap.
 */
const name = (length: number) => `varchar(${length}) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin`;
const word = (length: number) => `varchar(${length}) CHARACTER SET ascii COLLATE ascii_bin`;
const ulid = 'char(26) CHARACTER SET ascii COLLATE ascii_bin';
const table = (definition: string) =>
  `CREATE TABLE IF NOT EXISTS ${definition} ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin`;

export const adjustments = {
  name: '0016-adjustments',
  steps: [
    `ALTER TABLE stock_document ADD COLUMN reason_code ${word(24)} NULL`,
    table(`stock_count_line (
      document_id ${ulid} NOT NULL, line_no int NOT NULL, sku_id ${name(64)} NOT NULL, location_id ${name(64)} NOT NULL,
      batch_id ${ulid} NULL, expected int NOT NULL, counted int NOT NULL,
      PRIMARY KEY (document_id, line_no), CONSTRAINT stock_count_line_counted CHECK (counted >= 0))`),
    table('hold_guard (slot int NOT NULL, PRIMARY KEY (slot))'),
    table(`hold_maker (
      actor ${name(64)} NOT NULL, reservation_id ${ulid} NOT NULL, PRIMARY KEY (actor, reservation_id))`),
  ],
};
