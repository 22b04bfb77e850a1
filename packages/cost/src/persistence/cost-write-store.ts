/** Writes what costing decided: states by version, layers and flows as differences, events and records appended. */
import type { Tx } from '@granary/domain/persistence/transaction';
import { appendRows, changeRows } from '@granary/domain/persistence/write-rows';
import type { CostFlowRow, CostLayerRow } from '../entities/cost-layer.ts';
import type { CostEventRow, CostRecordRow } from '../entities/cost-record.ts';
import type { CostStateRow } from '../entities/cost-state.ts';
import type { Flow } from '../core/event.ts';
import type { CostState } from '../core/state.ts';
import { costDeficits, costEvents, costFlows, costLayers, costRecords, costStates } from './tables.ts';

/** One SKU before and after, and what is appended of it. */
export interface CostWrite {
  readonly row: CostStateRow;
  /** As it was loaded; without layers where they were not. */
  readonly before: CostState;
  readonly after: CostState;
  readonly lastAt: CostStateRow['lastAt'];
  readonly flowsBefore: ReadonlyMap<string, CostFlowRow>;
  readonly flowsAfter: ReadonlyMap<string, Flow>;
  readonly events: readonly CostEventRow[];
  readonly records: readonly CostRecordRow[];
}

export async function writeCosts(tx: Tx, writes: readonly CostWrite[]): Promise<void> {
  const planned = writes.map((write) => ({ row: stateRow(write), from: write.row.version }));
  await changeRows(tx, { table: costStates, keys: ['skuId'], set: STATE, fence: 'version' }, planned);
  await writeLayers(tx, writes);
  await writeDeficits(tx, writes);
  await writeFlows(tx, writes);
  const events = writes.flatMap((write) => write.events);
  if (events.length > 0) await appendRows(tx, costEvents, events);
  const records = writes.flatMap((write) => write.records);
  if (records.length > 0) await appendRows(tx, costRecords, records);
}

const STATE = [
  ...(['strategy', 'quantity', 'value', 'owedQuantity', 'owedValue', 'lastValue', 'lastQuantity'] as const),
  ...(['standardValue', 'standardQuantity', 'recordCount', 'lastAt'] as const),
] satisfies (keyof CostStateRow)[];

export function stateRow({ row, after, records, lastAt }: CostWrite): CostStateRow {
  const { strategy, quantity, value, lastCost, standardCost } = after;
  return {
    ...{ skuId: row.skuId, strategy, quantity, value },
    owedQuantity: after.deficits.reduce((sum, deficit) => sum + deficit.quantity, 0),
    owedValue: after.deficits.reduce((sum, deficit) => sum + deficit.value, 0n),
    lastValue: lastCost?.value ?? null,
    lastQuantity: lastCost?.quantity ?? null,
    standardValue: standardCost?.value ?? null,
    standardQuantity: standardCost?.quantity ?? null,
    recordCount: row.recordCount + records.length,
    lastAt,
    version: row.version + 1,
  };
}

async function writeLayers(tx: Tx, writes: readonly CostWrite[]): Promise<void> {
  const opened: CostLayerRow[] = [];
  const changed: { readonly row: CostLayerRow }[] = [];
  const used: [string, string][] = [];
  for (const { row, before, after } of writes) {
    const { skuId } = row;
    const known = new Map(before.layers.map((layer) => [layer.layerId, layer]));
    for (const layer of after.layers) {
      const old = known.get(layer.layerId);
      known.delete(layer.layerId);
      if (old === undefined) opened.push({ skuId, ...layer });
      else if (!isSame(old, layer)) changed.push({ row: { skuId, ...layer } });
    }
    for (const layerId of known.keys()) used.push([skuId, layerId]);
  }
  if (used.length > 0) {
    await tx.write('DELETE t FROM cost_layer AS t FORCE INDEX (PRIMARY) WHERE (t.sku_id, t.layer_id) IN (?)', [used]);
  }
  const set = ['at', 'quantity', 'remaining', 'value', 'lot', 'expiresAt'] satisfies (keyof CostLayerRow)[];
  await changeRows(tx, { table: costLayers, keys: ['skuId', 'layerId'], set }, changed);
  if (opened.length > 0) await appendRows(tx, costLayers, opened);
}

type LayerFacts = Omit<CostLayerRow, 'skuId'>;

function isSame(a: LayerFacts, b: LayerFacts): boolean {
  const isLike = a.remaining === b.remaining && a.value === b.value && a.quantity === b.quantity;
  return isLike && a.lot === b.lot && a.expiresAt === b.expiresAt && a.at === b.at;
}

/** Few and rare, and paid from the front: they are written anew. */
async function writeDeficits(tx: Tx, writes: readonly CostWrite[]): Promise<void> {
  const owing = writes.filter(({ before, after }) => before.deficits.length > 0 || after.deficits.length > 0);
  const cleared = owing.filter(({ before }) => before.deficits.length > 0).map(({ row }) => row.skuId);
  if (cleared.length > 0)
    await tx.write('DELETE t FROM cost_deficit AS t FORCE INDEX (PRIMARY) WHERE t.sku_id IN (?)', [cleared]);
  const rows = owing.flatMap(({ row, after }) =>
    after.deficits.map((deficit, place) => ({ skuId: row.skuId, place, ...deficit })),
  );
  if (rows.length > 0) await appendRows(tx, costDeficits, rows);
}

async function writeFlows(tx: Tx, writes: readonly CostWrite[]): Promise<void> {
  const made: CostFlowRow[] = [];
  const changed: { readonly row: CostFlowRow }[] = [];
  for (const { row, flowsBefore, flowsAfter } of writes) {
    for (const [flowId, { quantity, value }] of flowsAfter) {
      const old = flowsBefore.get(flowId);
      const next = { skuId: row.skuId, flowId, quantity, value };
      if (old === undefined) made.push({ ...next, closedQuantity: null, closedValue: null });
      else if (old.quantity !== quantity || old.value !== value) changed.push({ row: { ...old, ...next } });
    }
  }
  const set = ['quantity', 'value'] satisfies (keyof CostFlowRow)[];
  await changeRows(tx, { table: costFlows, keys: ['skuId', 'flowId'], set }, changed);
  if (made.length > 0) await appendRows(tx, costFlows, made);
}
