/** The constraints that stand in the way of a corruption: what the database itself refuses. */

/** Without these the database itself refuses most of the corruptions. Unique keys stay as plain ones: queries name them. */
export const takeDownTheWalls: readonly string[] = [
  ...['stock_level', 'stock_batch'].flatMap((table) =>
    ['on_hand', 'reserved', 'locked', 'free'].map((check) => `ALTER TABLE ${table} DROP CONSTRAINT ${table}_${check}`),
  ),
  'ALTER TABLE stock_level DROP CONSTRAINT stock_level_deficit',
  'ALTER TABLE stock_movement DROP CONSTRAINT stock_movement_cause',
  'ALTER TABLE stock_transfer_part DROP CONSTRAINT stock_transfer_part_sum',
  'ALTER TABLE stock_document DROP INDEX stock_document_no, ADD INDEX stock_document_no (type, document_no)',
  'ALTER TABLE command DROP INDEX command_key, ADD INDEX command_key (actor, idempotency_key)',
  'ALTER TABLE stock_lock DROP INDEX stock_lock_held, ADD INDEX stock_lock_held (business_id, type, held)',
  'ALTER TABLE reservation DROP INDEX reservation_held, ADD INDEX reservation_held (business_id, type, sku_id, line_id, held)',
];
