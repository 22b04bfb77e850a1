/** Finding what the life of batches needs: those past their date, and numbers that children could have. */
import type { Instant } from '@granary/contracts/instant';
import type { BatchRow } from '../entities/batch.ts';
import { toDatabaseTime } from './database-time.ts';
import type { LevelPair } from './level-store.ts';
import { replaceRow } from './replace-row.ts';
import { batches } from './tables.ts';
import type { Tx } from './transaction.ts';

export interface DueBatch extends LevelPair {
  readonly batchId: string;
}

/** The longest past their date first, without a lock. Exported so that a test can look at the plan. */
export function dueBatchesQuery(now: Instant, limit: number) {
  return {
    sql: `SELECT t.batch_id AS batchId, t.sku_id AS skuId, t.location_id AS locationId
      FROM stock_batch AS t FORCE INDEX (stock_batch_due) WHERE t.due_at <= ? ORDER BY t.due_at, t.batch_id LIMIT ${limit}`,
    parameters: [toDatabaseTime(now)],
  };
}

export async function findDueBatches(tx: Tx, now: Instant, limit: number): Promise<readonly DueBatch[]> {
  const { sql, parameters } = dueBatchesQuery(now, limit);
  return (await tx.rows(sql, parameters)).map((row) => ({
    batchId: String(row['batchId']),
    skuId: String(row['skuId']),
    locationId: String(row['locationId']),
  }));
}

/** The numbers of a SKU that begin with `<batchNo>-`: a range of the index, as a dot follows the hyphen in byte order. */
export async function findChildNumbers(
  tx: Tx,
  { skuId, batchNo }: Pick<BatchRow, 'skuId' | 'batchNo'>,
): Promise<ReadonlySet<string>> {
  const rows = await tx.rows(
    `SELECT DISTINCT t.batch_no AS n FROM stock_batch AS t FORCE INDEX (stock_batch_no)
     WHERE t.sku_id = ? AND t.batch_no >= ? AND t.batch_no < ?`,
    [skuId, `${batchNo}-`, `${batchNo}.`],
  );
  return new Set(rows.map((row) => String(row['n'])));
}

/** What the hot path never writes of a batch; guarded by the version that the draft has just given it. */
export async function writeBatchFacts(tx: Tx, row: BatchRow): Promise<void> {
  await replaceRow(tx, {
    table: batches,
    keys: ['batchId'],
    row,
    set: ['qualityLevel', 'attributes'],
    from: row.version,
    fence: 'version',
  });
}
