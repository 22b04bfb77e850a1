/** Writes what costing decided: states by version, layers and flows as differences, events and records appended. */
import type { Tx } from '@granary/domain/persistence/transaction';
import { appendRows, changeRows } from '@granary/domain/persistence/write-rows';
import type { CostLayerRow } from '../entities/cost-layer.ts';
import type { CostEventRow, CostRecordRow } from '../entities/cost-record.ts';
import type { CostStateRow } from '../entities/cost-state.ts';
import type { Flow } from '../core/event.ts';
import type { Layer } from '../core/layer.ts';
import type { CostState } from '../core/state.ts';
import { type KnownFlows, writeFlows } from './flow-store.ts';
import { costDeficits, costEvents, costLayers, costRecords, costStates } from './tables.ts';

/** One SKU before and after, and what is appended of it. */
export interface CostWrite {
  readonly row: CostStateRow;
  /** As it was loaded; without layers where they were not. */
  readonly before: CostState;
  readonly after: CostState;
  readonly lastAt: CostStateRow['lastAt'];
  readonly flowsBefore: KnownFlows;
  readonly flowsAfter: ReadonlyMap<string, Flow>;
  readonly events: readonly CostEventRow[];
  readonly records: readonly CostRecordRow[];
}

export async function writeCosts(tx: Tx, writes: readonly CostWrite[]): Promise<void> {
  await writeStates(tx, writes);
  await writeLayers(tx, writes);
  await writeDeficits(tx, writes);
  await writeFlows(
    tx,
    writes.map(({ row, flowsBefore, flowsAfter, records }) => {
      return { skuId: row.skuId, before: flowsBefore, after: flowsAfter, records };
    }),
  );
  const events = writes.flatMap((write) => write.events);
  if (events.length > 0) await appendRows(tx, costEvents, events);
  const records = writes.flatMap((write) => write.records);
  if (records.length > 0) await appendRows(tx, costRecords, records);
}

/** What no SKU of the list has changed is not sent: of a receipt, most of the row stands. */
async function writeStates(tx: Tx, writes: readonly CostWrite[]): Promise<void> {
  const planned = writes.map((write) => ({ row: stateRow(write), was: write.row, from: write.row.version }));
  await changeRows(tx, { table: costStates, keys: ['skuId'], set: STATE, fence: 'version' }, planned);
}

const STATE = [
  ...(['strategy', 'quantity', 'value', 'owedQuantity', 'owedValue', 'lastValue', 'lastQuantity'] as const),
  ...(['standardValue', 'standardQuantity', 'recordCount', 'lastAt'] as const),
] satisfies (keyof CostStateRow)[];

export function stateRow({ row, after, records, lastAt }: CostWrite): CostStateRow {
  const { lastCost, standardCost } = after;
  return {
    skuId: row.skuId,
    strategy: after.strategy,
    quantity: after.quantity,
    value: after.value,
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
  const changed: { readonly row: CostLayerRow; readonly old: Layer }[] = [];
  const used: [string, string][] = [];
  for (const { row, before, after } of writes) {
    const { skuId } = row;
    const known = new Map(before.layers.map((layer) => [layer.layerId, layer]));
    for (const layer of after.layers) {
      const old = known.get(layer.layerId);
      known.delete(layer.layerId);
      if (old === undefined) opened.push(layerRow(skuId, layer));
      else if (LAYER.some((property) => old[property] !== layer[property]))
        changed.push({ row: layerRow(skuId, layer), old });
    }
    for (const layerId of known.keys()) used.push([skuId, layerId]);
  }
  if (used.length > 0) {
    const sql = 'DELETE t FROM cost_layer AS t FORCE INDEX (PRIMARY) WHERE (t.sku_id, t.layer_id) IN (?)';
    await tx.later({ sql, parameters: [used], rows: used.length });
  }
  const set = LAYER.filter((property) => changed.some(({ row, old }) => row[property] !== old[property]));
  await changeRows(tx, { table: costLayers, keys: ['skuId', 'layerId'], set }, changed);
  if (opened.length > 0) await appendRows(tx, costLayers, opened);
}

/** What may change of a layer; most issues change two of them. */
const LAYER = ['at', 'quantity', 'remaining', 'value', 'lot', 'expiresAt'] as const satisfies (keyof Layer)[];

function layerRow(skuId: string, layer: Layer): CostLayerRow {
  return {
    skuId,
    layerId: layer.layerId,
    receiptId: layer.receiptId,
    at: layer.at,
    quantity: layer.quantity,
    remaining: layer.remaining,
    value: layer.value,
    lot: layer.lot,
    expiresAt: layer.expiresAt,
  };
}

/** Few and rare, and paid from the front: they are written anew. */
async function writeDeficits(tx: Tx, writes: readonly CostWrite[]): Promise<void> {
  const owing = writes.filter(({ before, after }) => before.deficits.length > 0 || after.deficits.length > 0);
  const cleared = owing.filter(({ before }) => before.deficits.length > 0).map(({ row }) => row.skuId);
  if (cleared.length > 0) {
    const sql = 'DELETE t FROM cost_deficit AS t FORCE INDEX (PRIMARY) WHERE t.sku_id IN (?)';
    await tx.later({ sql, parameters: [cleared], rows: cleared.length });
  }
  const rows = owing.flatMap(({ row, after }) =>
    after.deficits.map((deficit, place) => ({ skuId: row.skuId, place, ...deficit })),
  );
  if (rows.length > 0) await appendRows(tx, costDeficits, rows);
}
