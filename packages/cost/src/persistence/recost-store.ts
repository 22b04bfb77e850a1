/** What is still to be corrected after back-dated events: kept by SKU, and read out of the books themselves. */
import type { Instant } from '@granary/contracts/instant';
import { parseMoney } from '@granary/contracts/money';
import { fromDatabaseTime, toDatabaseTime } from '@granary/domain/persistence/database-time';
import { replaceRow } from '@granary/domain/persistence/replace-row';
import type { Tx } from '@granary/domain/persistence/transaction';
import { appendRows, changeRows } from '@granary/domain/persistence/write-rows';
import type { Account } from '../core/record.ts';
import type { CostRecordRow } from '../entities/cost-record.ts';
import type { CostRecostRow } from '../entities/cost-recost.ts';
import type { CostStateRow } from '../entities/cost-state.ts';
import type { Booked, Moved } from '../rules/recost.ts';
import { keepFlows, readFlows } from './flow-store.ts';
import { costRecords, costRecosts, costStates } from './tables.ts';

/** Asked under the lock of the cost state, which guards it. */
export async function findRecost(tx: Tx, skuId: string): Promise<CostRecostRow | undefined> {
  const [row] = await tx.select(costRecosts, 'WHERE t.sku_id = ?', [skuId]);
  return row;
}

/** The next SKU in their order; from the first again when there is none after it. */
export async function nextRecost(tx: Tx, after: string): Promise<CostRecostRow | undefined> {
  const [row] = await tx.select(costRecosts, 'ORDER BY t.sku_id <= ?, t.sku_id LIMIT 1', [after]);
  return row;
}

/** A SKU that is still being corrected, of some or of all. */
export async function findUnsettled(tx: Tx, skuIds?: readonly string[]): Promise<string | undefined> {
  if (skuIds?.length === 0) return undefined;
  const where = skuIds === undefined ? '' : 'WHERE t.sku_id IN (?)';
  const [row] = await tx.rows(
    `SELECT t.sku_id AS skuId FROM cost_recost AS t ${where} ORDER BY t.sku_id LIMIT 1`,
    skuIds === undefined ? [] : [[...skuIds]],
  );
  return row === undefined ? undefined : String(row['skuId']);
}

export async function writeRecost(tx: Tx, row: CostRecostRow): Promise<void> {
  if (row.version === 1) await appendRows(tx, costRecosts, [row]);
  else await replaceRow(tx, { table: costRecosts, keys: ['skuId'], row, from: row.version - 1 });
}

export async function dropRecost(tx: Tx, skuId: string): Promise<void> {
  await tx.write('DELETE FROM cost_recost WHERE sku_id = ?', [skuId]);
}

/** How many events a SKU has from a moment on, counted no further than to the limit. */
export async function countEvents(
  tx: Tx,
  skuId: string,
  { from, limit }: { from: Instant | undefined; limit?: number },
) {
  const since = from === undefined ? '' : 'AND t.happened_at >= ?';
  const [row] = await tx.rows(
    `SELECT COUNT(*) AS n FROM (SELECT 1 FROM cost_event AS t FORCE INDEX (PRIMARY) WHERE t.sku_id = ? ${since}
     ${limit === undefined ? '' : `LIMIT ${limit}`}) AS x`,
    from === undefined ? [skuId] : [skuId, toDatabaseTime(from)],
  );
  return Number(row?.['n']);
}

/** The fewest units that were held at any time from a moment on: no more than these can have left then. */
export async function leastHeld(tx: Tx, skuId: string, from: Instant): Promise<number> {
  const number = (name: string) => `CAST(COALESCE(JSON_VALUE(t.body, '$.${name}'), 0) AS SIGNED)`;
  const change = `CASE t.type WHEN 'receipt' THEN ${number('quantity')} - ${number('settles')}
    WHEN 'return' THEN ${number('quantity')} - ${number('settles')} WHEN 'issue' THEN ${number('owed')} - ${number('quantity')}
    WHEN 'reversal' THEN -${number('quantity')} ELSE 0 END`;
  const at = toDatabaseTime(from);
  const [row] = await tx.rows(
    `SELECT COALESCE(MIN(CASE WHEN x.at > ? THEN x.held END), 0) AS later, COUNT(CASE WHEN x.at > ? THEN 1 END) AS n,
       COALESCE(SUM(CASE WHEN x.at <= ? THEN x.delta END), 0) AS then_held
     FROM (SELECT t.happened_at AS at, ${change} AS delta,
         SUM(${change}) OVER (ORDER BY t.happened_at, t.event_id) AS held
       FROM cost_event AS t FORCE INDEX (PRIMARY) WHERE t.sku_id = ?) AS x`,
    [at, at, at, skuId],
  );
  const then = Number(row?.['then_held']);
  return Number(row?.['n']) === 0 ? then : Math.min(then, Number(row?.['later']));
}

/** What the books say of each event; of those after a record only what they were posted at. */
export async function readBooked(tx: Tx, skuId: string, after?: number): Promise<readonly Booked[]> {
  const rows = await tx.rows(
    `SELECT COALESCE(t.corrects_id, t.event_id) AS eventId, t.subject_id AS subjectId, t.account AS account,
       SUM(t.value) AS value, MIN(t.happened_at) AS at
     FROM cost_record AS t FORCE INDEX (PRIMARY)
     WHERE t.sku_id = ? ${after === undefined ? '' : 'AND t.record_no > ? AND t.corrects_id IS NULL'}
     GROUP BY COALESCE(t.corrects_id, t.event_id), t.subject_id, t.account`,
    after === undefined ? [skuId] : [skuId, after],
  );
  return rows.map((row) => ({
    eventId: String(row['eventId']),
    subjectId: String(row['subjectId']),
    account: String(row['account']) as Account,
    value: parseMoney(String(row['value'])),
    at: fromDatabaseTime(String(row['at'])),
  }));
}

export interface RecostPart {
  /** Locked. */
  readonly row: CostStateRow;
  readonly recost: CostRecostRow;
  readonly records: readonly CostRecordRow[];
  /** By how much the value of each flow is another. */
  readonly flows: readonly (readonly [flowId: string, valueDelta: bigint])[];
}

/** Some of the corrections; what they bring onto the stock is carried until the state itself is another. */
export async function writeRecostPart(tx: Tx, { row, recost, records, flows }: RecostPart): Promise<void> {
  const { skuId } = row;
  if (records.length > 0) await appendRows(tx, costRecords, records);
  const known = (await readFlows(tx, new Map([[skuId, flows.map(([flowId]) => flowId)]]))).get(skuId);
  const changed = flows.flatMap(([flowId, valueDelta]) => {
    const flow = known?.get(flowId);
    return flow === undefined ? [] : [{ ...flow, value: flow.value + valueDelta }];
  });
  await keepFlows(tx, changed, ['value']);
  const counted = { ...row, recordCount: row.recordCount + records.length, version: row.version + 1 };
  const set = ['recordCount'] satisfies (keyof CostStateRow)[];
  await changeRows(tx, { table: costStates, keys: ['skuId'], set, fence: 'version' }, [
    { row: counted, from: row.version },
  ]);
  await writeRecost(tx, recost);
}

/** Events that cannot have happened when they were said to are costed where they arrived, for good. */
export async function leaveWhereArrived(tx: Tx, skuId: string, moves: readonly Moved[]): Promise<void> {
  for (const { eventId, at, arrivedAt } of moves) {
    await tx.write('UPDATE cost_event SET happened_at = ? WHERE sku_id = ? AND happened_at = ? AND event_id = ?', [
      ...[toDatabaseTime(arrivedAt), skuId, toDatabaseTime(at), eventId],
    ]);
  }
}
