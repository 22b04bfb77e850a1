/**
 * Flows: what a receipt brought or an issue took, less what was taken back since. Most are never touched again and told by the
 * records of the document that made them; so a row is kept of those only that come to something else, or had no document.
 */
import type { Instant } from '@granary/contracts/instant';
import { parseMoney } from '@granary/contracts/money';
import { fromDatabaseTime, toDatabaseTime } from '@granary/domain/persistence/database-time';
import type { Raw } from '@granary/domain/persistence/table';
import type { Tx } from '@granary/domain/persistence/transaction';
import { appendRows, changeRows } from '@granary/domain/persistence/write-rows';
import type { Flow, Flows } from '../core/event.ts';
import type { RecordKind } from '../core/record.ts';
import type { CostFlowRow } from '../entities/cost-layer.ts';
import type { CostRecordRow } from '../entities/cost-record.ts';
import type { FlowMove } from '../rules/place-in-past.ts';
import { bySku } from './cost-state-store.ts';
import { costFlows } from './tables.ts';

export interface KnownFlow extends CostFlowRow {
  /** Has a row of its own, which then tells all of it. */
  readonly isKept: boolean;
}

export type KnownFlows = ReadonlyMap<string, KnownFlow>;

/** What a record adds to the flow that it is about; records of other kinds take from flows by rules of their own. */
const ADDING: readonly RecordKind[] = ['receipt', 'issue', 'adjustment'];

const ADDED = `SELECT t.sku_id AS skuId, t.subject_id AS flowId, SUM(ABS(t.quantity)) AS quantity,
    SUM(IF(t.quantity < 0, -t.value, t.value)) AS value FROM cost_record AS t`;
const ADDS = `t.subject_id LIKE CONCAT(t.document_id, ':%') AND t.kind IN (${ADDING.map((kind) => `'${kind}'`).join(', ')}) AND t.quantity <> 0 AND t.corrects_id IS NULL
    GROUP BY t.sku_id, t.subject_id`;

/** What is left of some flows, by SKU; those that are not there are new. */
export async function readFlows(
  tx: Tx,
  named: ReadonlyMap<string, readonly string[]>,
): Promise<ReadonlyMap<string, KnownFlows>> {
  const pairs = [...named].flatMap(([skuId, flowIds]) => flowIds.map((flowId) => [skuId, flowId]));
  if (pairs.length === 0) return new Map();
  const documentIds = documentsOf([...named.values()].flat());
  const [kept, added] = await Promise.all([
    tx.select(costFlows, 'FORCE INDEX (PRIMARY) WHERE (t.sku_id, t.flow_id) IN (?)', [pairs]),
    tx.rows(`${ADDED} FORCE INDEX (cost_record_document) WHERE t.document_id IN (?) AND t.sku_id IN (?) AND ${ADDS}`, [
      documentIds,
      [...named.keys()],
    ]),
  ]);
  const asked = new Map([...named].map(([skuId, flowIds]) => [skuId, new Set(flowIds)]));
  const known = merged(kept, added).filter(({ skuId, flowId }) => asked.get(skuId)?.has(flowId) === true);
  return new Map([...bySku(known)].map(([skuId, own]) => [skuId, new Map(own.map((flow) => [flow.flowId, flow]))]));
}

/** Those that may have made some flows: a flow is named by what made it and its batch. */
function documentsOf(flowIds: readonly string[]): readonly string[] {
  return [...new Set(flowIds.map((flowId) => flowId.slice(0, flowId.indexOf(':'))))];
}

/** Which of some flows are known of some SKUs, as `<SKU>\0<flow>`. */
export async function readKnown(
  tx: Tx,
  skuIds: readonly string[],
  flowIds: readonly string[],
): Promise<ReadonlySet<string>> {
  if (skuIds.length === 0 || flowIds.length === 0) return new Set();
  const [kept, added] = await Promise.all([
    tx.select(costFlows, 'FORCE INDEX (PRIMARY) WHERE t.sku_id IN (?) AND t.flow_id IN (?)', [skuIds, flowIds]),
    tx.rows(`${ADDED} FORCE INDEX (cost_record_document) WHERE t.document_id IN (?) AND t.sku_id IN (?) AND ${ADDS}`, [
      documentsOf(flowIds),
      skuIds,
    ]),
  ]);
  return new Set(merged(kept, added).map(({ skuId, flowId }) => `${skuId}\0${flowId}`));
}

export async function readAllFlows(tx: Tx, skuId: string): Promise<readonly KnownFlow[]> {
  const [kept, added] = await Promise.all([
    tx.select(costFlows, 'FORCE INDEX (PRIMARY) WHERE t.sku_id = ?', [skuId]),
    tx.rows(`${ADDED} FORCE INDEX (PRIMARY) WHERE t.sku_id = ? AND ${ADDS}`, [skuId]),
  ]);
  return merged(kept, added);
}

/** What the events of a SKU did to some flows, in the order of costing, from a moment on. */
export async function readFlowMoves(
  tx: Tx,
  skuId: string,
  { flowIds, from }: { readonly flowIds: readonly string[]; readonly from: Instant | undefined },
): Promise<readonly FlowMove[]> {
  if (flowIds.length === 0) return [];
  const flowId = "COALESCE(JSON_VALUE(t.body, '$.issueId'), JSON_VALUE(t.body, '$.receiptId'))";
  const rows = await tx.rows(
    `SELECT ${flowId} AS flowId, t.happened_at AS at, t.type AS type,
       CAST(JSON_VALUE(t.body, '$.quantity') AS SIGNED) AS quantity
     FROM cost_event AS t FORCE INDEX (PRIMARY)
     WHERE t.sku_id = ? ${from === undefined ? '' : 'AND t.happened_at >= ?'}
       AND t.type IN ('receipt', 'issue', 'return', 'reversal') AND ${flowId} IN (?)
     ORDER BY t.happened_at, t.event_id`,
    [skuId, ...(from === undefined ? [] : [toDatabaseTime(from)]), [...flowIds]],
  );
  return rows.map(({ flowId: id, at, type, quantity }) => ({
    flowId: String(id),
    at: fromDatabaseTime(String(at)),
    units: type === 'receipt' || type === 'issue' ? Number(quantity) : -Number(quantity),
  }));
}

function merged(kept: readonly CostFlowRow[], added: readonly Raw[]): readonly KnownFlow[] {
  const keys = new Set(kept.map(({ skuId, flowId }) => `${skuId}\0${flowId}`));
  const told = added.map(toldFlow).filter(({ skuId, flowId }) => !keys.has(`${skuId}\0${flowId}`));
  return [...kept.map((row) => ({ ...row, isKept: true })), ...told];
}

function toldFlow({ skuId, flowId, quantity, value }: Raw): KnownFlow {
  const row = { skuId: String(skuId), flowId: String(flowId), closedQuantity: null, closedValue: null };
  return { ...row, quantity: Number(quantity), value: parseMoney(String(value)), isKept: false };
}

export interface FlowWrite {
  readonly skuId: string;
  readonly before: KnownFlows;
  readonly after: Flows;
  /** Appended with them. */
  readonly records: readonly CostRecordRow[];
}

export async function writeFlows(tx: Tx, writes: readonly FlowWrite[]): Promise<void> {
  const rows: KnownFlow[] = [];
  for (const { skuId, before, after, records } of writes) {
    const added = addedBy(records);
    for (const [flowId, { quantity, value }] of after) {
      const old = before.get(flowId);
      const { closedQuantity = null, closedValue = null, isKept = false } = old ?? {};
      const more = isKept ? undefined : added.get(flowId);
      if (quantity === sum(old?.quantity, more?.quantity) && value === (old?.value ?? 0n) + (more?.value ?? 0n))
        continue;
      rows.push({ skuId, flowId, quantity, value, closedQuantity, closedValue, isKept });
    }
  }
  await keepFlows(tx, rows, ['quantity', 'value']);
}

const sum = (some = 0, more = 0): number => some + more;

function addedBy(records: readonly CostRecordRow[]): Flows {
  const flows = new Map<string, Flow>();
  for (const { kind, quantity, value, subjectId, correctsId, documentId } of records) {
    const isOwn = documentId !== null && subjectId.startsWith(`${documentId}:`);
    if (!isOwn || quantity === 0 || correctsId !== null || !ADDING.includes(kind)) continue;
    const { quantity: units, value: worth } = flows.get(subjectId) ?? { quantity: 0, value: 0n };
    flows.set(subjectId, { quantity: units + Math.abs(quantity), value: worth + (quantity < 0 ? -value : value) });
  }
  return flows;
}

/** Those that have no row yet get one. */
export async function keepFlows(
  tx: Tx,
  flows: readonly KnownFlow[],
  set: readonly (keyof CostFlowRow)[],
): Promise<void> {
  const kept = flows.filter(({ isKept }) => isKept);
  const fresh = flows.filter(({ isKept }) => !isKept);
  await changeRows(
    tx,
    { table: costFlows, keys: ['skuId', 'flowId'], set },
    kept.map((row) => ({ row })),
  );
  if (fresh.length > 0) await appendRows(tx, costFlows, fresh);
}

/** Some flows of each SKU as they stand when its period closes. */
export async function keepClosedFlows(tx: Tx, closed: ReadonlyMap<string, Flows>): Promise<void> {
  const known = await readFlows(tx, new Map([...closed].map(([skuId, own]) => [skuId, [...own.keys()]])));
  const rows = [...closed].flatMap(([skuId, own]) =>
    [...own].map(([flowId, { quantity, value }]): KnownFlow => {
      const flow = known.get(skuId)?.get(flowId);
      if (flow === undefined) throw new Error(`the flow ${flowId} of ${skuId} is told by no record`);
      return { ...flow, closedQuantity: quantity, closedValue: value };
    }),
  );
  await keepFlows(tx, rows, ['closedQuantity', 'closedValue']);
}
