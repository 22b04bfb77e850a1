/** What was told last of SKUs that stray from their standard costs. */
import type { Tx } from '@granary/domain/persistence/transaction';
import { appendRows, changeRows } from '@granary/domain/persistence/write-rows';
import type { CostVarianceRow } from '../entities/cost-variance.ts';
import { costVariances } from './tables.ts';

export async function readVariances(
  tx: Tx,
  periodId: string,
  skuIds: readonly string[],
): Promise<ReadonlyMap<string, CostVarianceRow>> {
  if (skuIds.length === 0) return new Map();
  const where = 'FORCE INDEX (PRIMARY) WHERE t.period_id = ? AND t.sku_id IN (?)';
  const rows = await tx.select(costVariances, where, [periodId, [...skuIds]]);
  return new Map(rows.map((row) => [row.skuId, row]));
}

/** Of two that write the same news the second is refused by the key or the version, runs again and finds nothing to tell. */
export async function writeVariances(tx: Tx, rows: readonly CostVarianceRow[]): Promise<void> {
  const made = rows.filter(({ version }) => version === 1);
  const changed = rows.filter(({ version }) => version > 1).map((row) => ({ row, from: row.version - 1 }));
  if (made.length > 0) await appendRows(tx, costVariances, made);
  const set = ['isExceeded', 'seenAt'] satisfies (keyof CostVarianceRow)[];
  await changeRows(tx, { table: costVariances, keys: ['periodId', 'skuId'], set, fence: 'version' }, changed);
}
