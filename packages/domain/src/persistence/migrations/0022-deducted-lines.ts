/**
 * What left of each line of a reservation without a document. It cannot be told from what is held: frozen goods are passed over,
 * named pieces decide the batch, and a release empties lines as well. Of what was deducted before, as far as the lines tell.
 */
export const deductedLines = {
  name: '0022-deducted-lines',
  steps: [
    'ALTER TABLE reservation_line ADD COLUMN deducted int NOT NULL DEFAULT 0',
    `UPDATE reservation_line AS l
     JOIN reservation AS r ON r.reservation_id = l.reservation_id AND r.fulfilled > 0 AND r.state IN ('active', 'confirmed', 'fulfilled')
     LEFT JOIN (
       SELECT d.reservation_id, d.batch_id, SUM(d.quantity) AS shipped FROM stock_document_line AS d
       WHERE d.reservation_id IS NOT NULL AND d.original_id IS NULL GROUP BY d.reservation_id, d.batch_id
     ) AS s ON s.reservation_id = l.reservation_id AND s.batch_id = l.batch_id
     SET l.deducted = GREATEST(0, l.quantity - l.held - COALESCE(s.shipped, 0)) WHERE l.deducted = 0`,
  ],
};
