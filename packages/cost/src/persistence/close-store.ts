/** What a close reads and leaves behind: the records of a period by what they count as, the events of some SKUs, the flows as they stand. */
import type { Instant } from '@granary/contracts/instant';
import { parseMoney } from '@granary/contracts/money';
import { toDatabaseTime } from '@granary/domain/persistence/database-time';
import type { Tx } from '@granary/domain/persistence/transaction';
import { changeRows } from '@granary/domain/persistence/write-rows';
import type { Flow } from '../core/event.ts';
import type { Account, CostRecord, RecordKind } from '../core/record.ts';
import type { CostFlowRow } from '../entities/cost-layer.ts';
import type { CostEventRow } from '../entities/cost-record.ts';
import { bySku } from './cost-state-store.ts';
import { costEvents, costFlows } from './tables.ts';

/** Records of one SKU and period that count as the same, summed up. */
export interface RecordSum extends Pick<CostRecord, 'kind' | 'account' | 'quantity' | 'value'> {
  readonly skuId: string;
  readonly periodId: string;
}

export async function sumRecords(
  tx: Tx,
  by: { readonly periodId: string } | { readonly skuIds: readonly string[] },
): Promise<readonly RecordSum[]> {
  if ('skuIds' in by && by.skuIds.length === 0) return [];
  const rows = await tx.rows(
    `SELECT t.sku_id AS skuId, t.period_id AS periodId, t.kind AS kind, t.account AS account,
       SUM(t.quantity) AS quantity, SUM(t.value) AS value
     FROM cost_record AS t WHERE ${'skuIds' in by ? 't.sku_id IN (?)' : 't.period_id = ?'}
     GROUP BY t.sku_id, t.period_id, t.kind, t.account, t.quantity > 0`,
    ['skuIds' in by ? [...by.skuIds] : by.periodId],
  );
  return rows.map((row) => ({
    skuId: String(row['skuId']),
    periodId: String(row['periodId']),
    kind: String(row['kind']) as RecordKind,
    account: String(row['account']) as Account,
    quantity: Number(row['quantity']),
    value: parseMoney(String(row['value'])),
  }));
}

/** The events of some SKUs up to a moment and not from it on, in the order of time. */
export async function readEvents(
  tx: Tx,
  skuIds: readonly string[],
  { from, until }: { readonly from?: Instant; readonly until?: Instant },
): Promise<ReadonlyMap<string, readonly CostEventRow[]>> {
  if (skuIds.length === 0) return new Map();
  const bounds = `${from === undefined ? '' : 'AND t.happened_at >= ?'} ${until === undefined ? '' : 'AND t.happened_at < ?'}`;
  const moments = [from, until].filter((moment) => moment !== undefined).map((moment) => toDatabaseTime(moment));
  const where = `FORCE INDEX (PRIMARY) WHERE t.sku_id IN (?) ${bounds} ORDER BY t.sku_id, t.happened_at, t.event_id`;
  return bySku(await tx.select(costEvents, where, [[...skuIds], ...moments]));
}

/** Some flows of a SKU as they stand when its period closes. */
export async function keepClosedFlows(tx: Tx, skuId: string, flows: ReadonlyMap<string, Flow>): Promise<void> {
  const rows = [...flows].map(([flowId, { quantity, value }]) => ({
    row: { skuId, flowId, quantity, value, closedQuantity: quantity, closedValue: value } satisfies CostFlowRow,
  }));
  const set = ['closedQuantity', 'closedValue'] satisfies (keyof CostFlowRow)[];
  await changeRows(tx, { table: costFlows, keys: ['skuId', 'flowId'], set }, rows);
}
