/** What a close reads and leaves behind: the records of a period by what they count as, the events of some SKUs, the flows as they stand. */
import type { Instant } from '@granary/contracts/instant';
import { parseMoney } from '@granary/contracts/money';
import { toDatabaseTime } from '@granary/domain/persistence/database-time';
import type { Tx } from '@granary/domain/persistence/transaction';
import type { Account, CostRecord, RecordKind } from '../core/record.ts';
import type { CostEventRow } from '../entities/cost-record.ts';
import { bySku } from './cost-state-store.ts';
import { costEvents } from './tables.ts';

/** Records of one SKU and period that count as the same, summed up. */
export interface RecordSum extends Pick<CostRecord, 'kind' | 'account' | 'quantity' | 'value'> {
  readonly skuId: string;
  readonly periodId: string;
}

export async function sumRecords(
  tx: Tx,
  { skuIds, periodId }: { readonly skuIds: readonly string[]; readonly periodId?: string },
): Promise<readonly RecordSum[]> {
  if (skuIds.length === 0) return [];
  // Of one period by its index, which has the SKU behind it; of all of them along the SKUs.
  const [index, within] = periodId === undefined ? ['PRIMARY', ''] : ['cost_record_period', 't.period_id = ? AND'];
  const rows = await tx.rows(
    `SELECT t.sku_id AS skuId, t.period_id AS periodId, t.kind AS kind, t.account AS account,
       SUM(t.quantity) AS quantity, SUM(t.value) AS value
     FROM cost_record AS t FORCE INDEX (${index}) WHERE ${within} t.sku_id IN (?)
     GROUP BY t.sku_id, t.period_id, t.kind, t.account, t.quantity > 0`,
    [...(periodId === undefined ? [] : [periodId]), [...skuIds]],
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

/** A sum counts like one record of it. */
export const asRecord = ({ kind, account, quantity, value }: RecordSum): CostRecord => {
  return { kind, account, quantity, value, causeId: '', subjectId: '' };
};

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

const EVENTS_A_PART = 2000;

/** The same of one SKU, part by part: of a long past the answers are short, and who reads it is not kept busy by one of them. */
export async function* readLongPast(
  tx: Tx,
  skuId: string,
  from: Instant | undefined,
): AsyncGenerator<readonly CostEventRow[]> {
  const since = from === undefined ? '' : 'AND t.happened_at >= ?';
  const order = `ORDER BY t.happened_at, t.event_id LIMIT ${EVENTS_A_PART}`;
  let place = { where: since, parameters: from === undefined ? [] : [toDatabaseTime(from)] };
  for (;;) {
    const where = `FORCE INDEX (PRIMARY) WHERE t.sku_id = ? ${place.where} ${order}`;
    const rows = await tx.select(costEvents, where, [skuId, ...place.parameters]);
    yield rows;
    const last = rows.at(-1);
    if (last === undefined || rows.length < EVENTS_A_PART) return;
    const at = toDatabaseTime(last.at);
    place = {
      where: 'AND t.happened_at >= ? AND (t.happened_at > ? OR t.event_id > ?)',
      parameters: [at, at, last.eventId],
    };
  }
}

/** By which strategy each SKU was costed first: whatever is the default today, its past was made by that. */
export async function readFirstStrategies(tx: Tx, skuIds: readonly string[]): Promise<ReadonlyMap<string, string>> {
  if (skuIds.length === 0) return new Map();
  const rows = await tx.rows(
    `SELECT t.sku_id AS skuId, t.strategy AS strategy FROM cost_record AS t FORCE INDEX (PRIMARY)
     WHERE t.record_no = 1 AND t.sku_id IN (?)`,
    [[...skuIds]],
  );
  return new Map(rows.map((row) => [String(row['skuId']), String(row['strategy'])]));
}

/** Those of some SKUs whose strategy was switched at a moment or after it. */
export async function switchedSince(tx: Tx, skuIds: readonly string[], from: Instant): Promise<ReadonlySet<string>> {
  if (skuIds.length === 0) return new Set();
  const rows = await tx.rows(
    `SELECT DISTINCT t.sku_id AS skuId FROM cost_event AS t FORCE INDEX (PRIMARY)
     WHERE t.sku_id IN (?) AND t.happened_at >= ? AND t.type = 'switch'`,
    [[...skuIds], toDatabaseTime(from)],
  );
  return new Set(rows.map(({ skuId }) => String(skuId)));
}

/** What a close has come to, told by what it left. */
export async function countClosed(
  tx: Tx,
  periodId: string,
): Promise<{ readonly skus: number; readonly trueUps: number; readonly allocations: number }> {
  const [row] = await tx.rows(
    `SELECT (SELECT COUNT(*) FROM cost_snapshot AS t WHERE t.period_id = ?) AS skus,
       (SELECT COUNT(*) FROM cost_record AS t FORCE INDEX (cost_record_period) WHERE t.period_id = ? AND t.kind = 'true_up') AS trueUps,
       (SELECT COUNT(*) FROM cost_automatic_run AS t WHERE t.period_id = ?) AS allocations`,
    [periodId, periodId, periodId],
  );
  return {
    skus: Number(row?.['skus']),
    trueUps: Number(row?.['trueUps']),
    allocations: Number(row?.['allocations']),
  };
}
