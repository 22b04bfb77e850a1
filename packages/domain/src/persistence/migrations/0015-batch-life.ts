/**
 * What the life of a batch needs: a count of the events that told of it, and a way to what is past its date. The index stands
 * on a column that is null for what is undated, empty, frozen, merged or marked already, and that no reservation touches:
 * InnoDB writes an index only when its value changes, so the hot path does not pay for it.
 */
export const batchLife = {
  name: '0015-batch-life',
  steps: [
    'ALTER TABLE stock_batch ADD COLUMN revision int NOT NULL DEFAULT 1',
    `ALTER TABLE stock_batch ADD COLUMN due_at datetime(6)
       AS (if(status = 'available' and on_hand > 0 and year(expires_at) < 9999, expires_at, null)) VIRTUAL`,
    'ALTER TABLE stock_batch ADD KEY stock_batch_due (due_at, batch_id)',
  ],
};
