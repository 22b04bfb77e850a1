/**
 * What documents need beyond buying and selling: which one a reversal takes back (each at most once), the work order, what
 * a line comes back from, and lines whose quantity tells a direction.
 */
const name = (length: number) => `varchar(${length}) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin`;
const ulid = 'char(26) CHARACTER SET ascii COLLATE ascii_bin';

export const documents = {
  name: '0008-documents',
  steps: [
    `ALTER TABLE stock_document ADD COLUMN work_order_no ${name(100)} NULL, ADD COLUMN reverses_id ${ulid} NULL`,
    'ALTER TABLE stock_document ADD UNIQUE KEY stock_document_reverses (reverses_id)',
    'ALTER TABLE stock_document ADD KEY stock_document_supplier (supplier, document_id)',
    `ALTER TABLE stock_document_line ADD COLUMN original_id ${ulid} NULL, ADD COLUMN original_line int NULL`,
    'ALTER TABLE stock_document_line ADD KEY stock_document_line_original (original_id, original_line)',
    'ALTER TABLE stock_document_line ADD KEY stock_document_line_reservation (reservation_id)',
    // Dropped and added under one name in one statement, so that it can run again.
    `ALTER TABLE stock_document_line DROP CONSTRAINT stock_document_line_quantity,
      ADD CONSTRAINT stock_document_line_quantity CHECK (quantity <> 0)`,
  ],
};
