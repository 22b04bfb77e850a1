/** Rules by which costs are shared out, and what was. */
import { whereOf } from '@granary/domain/persistence/filter';
import type { Tx } from '@granary/domain/persistence/transaction';
import { replaceRow } from '@granary/domain/persistence/replace-row';
import { appendRows } from '@granary/domain/persistence/write-rows';
import type { AutomaticRunRow } from '../entities/automatic-run.ts';
import type { CostAllocationRow, CostRuleRow } from '../entities/cost-allocation.ts';
import { automaticRuns, costAllocations, costRules } from './tables.ts';

export async function findRule(tx: Tx, name: string): Promise<CostRuleRow | undefined> {
  const [row] = await tx.select(costRules, 'WHERE t.name = ?', [name]);
  return row;
}

/** By name. */
export async function listRules(
  tx: Tx,
  { after, limit }: { readonly after: string | undefined; readonly limit: number },
): Promise<readonly CostRuleRow[]> {
  const { where, parameters } = whereOf([['t.name > ?', after]]);
  return await tx.select(costRules, `${where} ORDER BY t.name LIMIT ${limit}`, parameters);
}

export async function appendRule(tx: Tx, row: CostRuleRow): Promise<void> {
  await appendRows(tx, costRules, [row]);
}

export async function changeRule(tx: Tx, row: CostRuleRow, from: number): Promise<void> {
  await replaceRow(tx, { table: costRules, keys: ['ruleId'], row, from });
}

/** Those that each close runs, in the order in which they were made. */
export async function readAutomaticRules(tx: Tx): Promise<readonly CostRuleRow[]> {
  return await tx.select(costRules, 'WHERE t.is_automatic = 1 ORDER BY t.rule_id');
}

export async function isAutomaticRun(tx: Tx, periodId: string, ruleId: string): Promise<boolean> {
  const where = 'WHERE t.period_id = ? AND t.rule_id = ?';
  return (await tx.select(automaticRuns, where, [periodId, ruleId])).length > 0;
}

export async function appendAutomaticRun(tx: Tx, row: AutomaticRunRow): Promise<void> {
  await appendRows(tx, automaticRuns, [row]);
}

export async function appendAllocation(tx: Tx, row: CostAllocationRow): Promise<void> {
  await appendRows(tx, costAllocations, [row]);
}

export interface AllocationQuery {
  readonly periodId: string | undefined;
  readonly before: string | undefined;
  readonly limit: number;
}

/** Newest first. */
export async function listAllocations(
  tx: Tx,
  { periodId, before, limit }: AllocationQuery,
): Promise<readonly CostAllocationRow[]> {
  const { where, parameters } = whereOf([
    ['t.period_id = ?', periodId],
    ['t.allocation_id < ?', before],
  ]);
  return await tx.select(costAllocations, `${where} ORDER BY t.allocation_id DESC LIMIT ${limit}`, parameters);
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
