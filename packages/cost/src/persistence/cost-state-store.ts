/** Cost states with what belongs to them: locked in byte order, loaded in bulk, and written as differences. */
import type { CostDeficitRow, CostFlowRow, CostLayerRow } from '../entities/cost-layer.ts';
import type { CostStateRow } from '../entities/cost-state.ts';
import type { Flow } from '../core/event.ts';
import type { Layer } from '../core/layer.ts';
import { compareBytes } from '../rules/byte-order.ts';
import type { Rate } from '../core/share.ts';
import type { CostState } from '../core/state.ts';
import type { Tx } from '@granary/domain/persistence/transaction';
import { ensureRows } from '@granary/domain/persistence/write-rows';
import { costDeficits, costFlows, costLayers, costStates } from './tables.ts';

/** Missing rows are made: insert first, select after, as a locking read of nothing would lock a gap. */
export async function lockStates(
  tx: Tx,
  skuIds: readonly string[],
  strategy: string,
): Promise<ReadonlyMap<string, CostStateRow>> {
  const sorted = [...new Set(skuIds)].toSorted(compareBytes);
  const rows = new Map((await lockRows(tx, sorted)).map((row) => [row.skuId, row]));
  const missing = sorted.filter((skuId) => !rows.has(skuId));
  if (missing.length === 0) return rows;
  const fresh = missing.map((skuId) => emptyRow(skuId, strategy));
  await ensureRows(tx, costStates, fresh);
  for (const row of await lockRows(tx, missing)) rows.set(row.skuId, row);
  return rows;
}

async function lockRows(tx: Tx, skuIds: readonly string[]): Promise<readonly CostStateRow[]> {
  if (skuIds.length === 0) return [];
  return await tx.select(costStates, 'FORCE INDEX (PRIMARY) WHERE t.sku_id IN (?) ORDER BY t.sku_id FOR UPDATE', [
    [...skuIds],
  ]);
}

/** All that there are, for a close: whoever posts waits until it is done. */
export async function lockAllStates(tx: Tx): Promise<readonly CostStateRow[]> {
  return await tx.select(costStates, 'FORCE INDEX (PRIMARY) ORDER BY t.sku_id FOR UPDATE');
}

/** For answers: all of them, or some. */
export async function readStates(tx: Tx, skuIds?: readonly string[]): Promise<readonly CostStateRow[]> {
  if (skuIds === undefined) return await tx.select(costStates, 'FORCE INDEX (PRIMARY) ORDER BY t.sku_id');
  if (skuIds.length === 0) return [];
  return await tx.select(costStates, 'FORCE INDEX (PRIMARY) WHERE t.sku_id IN (?) ORDER BY t.sku_id', [[...skuIds]]);
}

export function emptyRow(skuId: string, strategy: string): CostStateRow {
  return {
    ...{ skuId, strategy, quantity: 0, value: 0n, owedQuantity: 0, owedValue: 0n },
    ...{ lastValue: null, lastQuantity: null, standardValue: null, standardQuantity: null },
    ...{ recordCount: 0, lastAt: null, version: 0 },
  };
}

/** The states in full; those of `withoutLayers` without layers, for whoever only adds to them. */
export async function loadStates(
  tx: Tx,
  rows: readonly CostStateRow[],
  withoutLayers: ReadonlySet<string> = new Set(),
): Promise<ReadonlyMap<string, CostState>> {
  const held = rows.filter(({ quantity, skuId }) => quantity > 0 && !withoutLayers.has(skuId));
  const owing = rows.filter(({ owedQuantity }) => owedQuantity > 0);
  const layers = bySku(await readLayers(tx, held));
  const deficits = bySku(await readDeficits(tx, owing));
  return new Map(
    rows.map((row): [string, CostState] => [
      row.skuId,
      toState(row, { layers: layers.get(row.skuId) ?? [], deficits: deficits.get(row.skuId) ?? [] }),
    ]),
  );
}

async function readLayers(tx: Tx, rows: readonly CostStateRow[]): Promise<readonly CostLayerRow[]> {
  if (rows.length === 0) return [];
  const where = 'FORCE INDEX (PRIMARY) WHERE t.sku_id IN (?) ORDER BY t.sku_id, t.layer_id';
  return await tx.select(costLayers, where, [rows.map(({ skuId }) => skuId)]);
}

async function readDeficits(tx: Tx, rows: readonly CostStateRow[]): Promise<readonly CostDeficitRow[]> {
  if (rows.length === 0) return [];
  const where = 'FORCE INDEX (PRIMARY) WHERE t.sku_id IN (?) ORDER BY t.sku_id, t.place';
  return await tx.select(costDeficits, where, [rows.map(({ skuId }) => skuId)]);
}

/** What is left of some flows, by SKU; those that are not there are new. */
export async function readFlows(
  tx: Tx,
  named: ReadonlyMap<string, readonly string[]>,
): Promise<ReadonlyMap<string, ReadonlyMap<string, CostFlowRow>>> {
  const pairs = [...named].flatMap(([skuId, flowIds]) => flowIds.map((flowId) => [skuId, flowId]));
  if (pairs.length === 0) return new Map();
  const where = 'FORCE INDEX (PRIMARY) WHERE (t.sku_id, t.flow_id) IN (?)';
  const rows = bySku(await tx.select(costFlows, where, [pairs]));
  return new Map([...rows].map(([skuId, own]) => [skuId, new Map(own.map((row) => [row.flowId, row]))]));
}

export function bySku<Row extends { readonly skuId: string }>(rows: readonly Row[]): ReadonlyMap<string, Row[]> {
  const grouped = new Map<string, Row[]>();
  for (const row of rows) {
    const own = grouped.get(row.skuId);
    if (own === undefined) grouped.set(row.skuId, [row]);
    else own.push(row);
  }
  return grouped;
}

function toState(
  row: CostStateRow,
  { layers, deficits }: { layers: readonly CostLayerRow[]; deficits: readonly CostDeficitRow[] },
): CostState {
  const { skuId, strategy, quantity, value } = row;
  return {
    ...{ skuId, strategy, quantity, value },
    layers: layers.map(({ skuId: _sku, ...layer }): Layer => layer),
    deficits: deficits.map(({ skuId: _sku, place: _place, ...deficit }) => deficit),
    lastCost: rateOf(row.lastValue, row.lastQuantity),
    standardCost: rateOf(row.standardValue, row.standardQuantity),
  };
}

export function rateOf(value: bigint | null, quantity: number | null): Rate | null {
  return value === null || quantity === null ? null : { value, quantity };
}

export const toFlow = ({ quantity, value }: CostFlowRow): Flow => ({ quantity, value });
