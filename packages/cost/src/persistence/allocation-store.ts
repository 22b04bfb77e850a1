/** Rules by which costs are shared out, and what was. */
import type { Tx } from '@granary/domain/persistence/transaction';
import { appendRows } from '@granary/domain/persistence/write-rows';
import type { CostAllocationRow, CostRuleRow } from '../entities/cost-allocation.ts';
import { costAllocations, costRules } from './tables.ts';

export async function findRule(tx: Tx, name: string): Promise<CostRuleRow | undefined> {
  const [row] = await tx.select(costRules, 'WHERE t.name = ?', [name]);
  return row;
}

export async function readRules(tx: Tx): Promise<readonly CostRuleRow[]> {
  return await tx.select(costRules, 'ORDER BY t.rule_id');
}

export async function appendRule(tx: Tx, row: CostRuleRow): Promise<void> {
  await appendRows(tx, costRules, [row]);
}

export async function appendAllocation(tx: Tx, row: CostAllocationRow): Promise<void> {
  await appendRows(tx, costAllocations, [row]);
}

export async function readAllocations(tx: Tx, periodId: string): Promise<readonly CostAllocationRow[]> {
  const where = 'FORCE INDEX (cost_allocation_period) WHERE t.period_id = ? ORDER BY t.allocation_id';
  return await tx.select(costAllocations, where, [periodId]);
}

/** What has been shared out to a SKU up to a moment, onto its stock and into its cost of sales. */
export async function readAllocated(
  tx: Tx,
  skuId: string,
  until: string | undefined,
): Promise<{ readonly capitalised: string; readonly expensed: string }> {
  const [row] = await tx.rows(
    `SELECT CAST(COALESCE(SUM(IF(t.account = 'allocations', t.value, 0)), 0) AS CHAR) AS total,
       CAST(COALESCE(SUM(IF(t.account = 'cost_of_sales', -t.value, 0)), 0) AS CHAR) AS expensed
     FROM cost_record AS t FORCE INDEX (PRIMARY) WHERE t.sku_id = ? AND t.kind = 'allocation'
       ${until === undefined ? '' : 'AND t.happened_at < ?'}`,
    until === undefined ? [skuId] : [skuId, until],
  );
  return { capitalised: String(row?.['total']), expensed: String(row?.['expensed']) };
}
