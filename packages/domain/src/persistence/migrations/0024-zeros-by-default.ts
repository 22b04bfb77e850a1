/**
 * Counts that are nearly always zero are so by default: a statement that writes many rows leaves out what is zero in all of them,
 * and the server has the less to read. An expanding step: whoever names the columns goes on as before.
 */
const zero = (table: string, columns: readonly string[]): string =>
  `ALTER TABLE ${table} ${columns.map((column) => `ALTER COLUMN ${column} SET DEFAULT 0`).join(', ')}`;

export const zerosByDefault = {
  name: '0024-zeros-by-default',
  isExpansion: true,
  steps: [
    zero('stock_movement', ['on_hand_delta', 'reserved_delta', 'locked_delta', 'deficit_delta', 'locked', 'deficit']),
    zero('reservation', ['fulfilled']),
  ],
};
