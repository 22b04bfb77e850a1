/** What the operations on stock need of batches and levels: who froze a batch, where it went, and how late its level's stock last changed. */
const ulid = 'char(26) CHARACTER SET ascii COLLATE ascii_bin';

export const stockOperations = {
  name: '0007-stock-operations',
  steps: [
    `ALTER TABLE stock_batch ADD COLUMN frozen_by ${ulid} NULL, ADD COLUMN merged_into ${ulid} NULL, ADD COLUMN split_from ${ulid} NULL`,
    'ALTER TABLE stock_level ADD COLUMN occurred_at datetime(6) NULL',
  ],
};
