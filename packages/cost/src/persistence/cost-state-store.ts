/** Cost states with what belongs to them: locked in byte order, loaded in bulk, and written as differences. */
import type { CostDeficitRow, CostFlowRow } from '../entities/cost-layer.ts';
import type { CostStateRow } from '../entities/cost-state.ts';
import type { Flow } from '../core/event.ts';
import type { Layer } from '../core/layer.ts';
import { compareBytes } from '@granary/domain/rules/byte-order';
import type { Rate } from '../core/share.ts';
import type { CostState } from '../core/state.ts';
import type { LayerScan } from '../strategies/strategy.ts';
import { fromDatabaseTime } from '@granary/domain/persistence/database-time';
import type { Raw } from '@granary/domain/persistence/table';
import type { Selection, Tx } from '@granary/domain/persistence/transaction';
import { ensureRows } from '@granary/domain/persistence/write-rows';
import { costDeficits, costFlows, costLayers, costStates } from './tables.ts';

export async function lockStates(
  tx: Tx,
  skuIds: readonly string[],
  strategy: string,
): Promise<ReadonlyMap<string, CostStateRow>> {
  const sorted = inLockOrder(skuIds);
  return await withMissing(tx, { sorted, found: await lockRows(tx, sorted), strategy });
}

/**
 * The same with what is locked next, in one round trip. Where a SKU has no state yet its first one is made after that,
 * out of the one order: two who do so while a period is frozen may have to run again, once in the life of a SKU.
 */
export async function lockStatesAnd<Row>(
  tx: Tx,
  { skuIds, strategy }: { readonly skuIds: readonly string[]; readonly strategy: string },
  next: Selection<Row>,
): Promise<readonly [ReadonlyMap<string, CostStateRow>, readonly Row[]]> {
  const sorted = inLockOrder(skuIds);
  const [found, others] = await tx.selectBoth(lockingSelection(sorted), next);
  return [await withMissing(tx, { sorted, found, strategy }), others];
}

const inLockOrder = (skuIds: readonly string[]) => [...new Set(skuIds)].toSorted(compareBytes);

interface Locking {
  readonly sorted: readonly string[];
  readonly found: readonly CostStateRow[];
  readonly strategy: string;
}

/** Missing rows are made: insert first, select after, as a locking read of nothing would lock a gap. */
async function withMissing(tx: Tx, { sorted, found, strategy }: Locking): Promise<ReadonlyMap<string, CostStateRow>> {
  const rows = new Map(found.map((row) => [row.skuId, row]));
  const missing = sorted.filter((skuId) => !rows.has(skuId));
  if (missing.length === 0) return rows;
  const fresh = missing.map((skuId) => emptyRow(skuId, strategy));
  await ensureRows(tx, costStates, fresh);
  for (const row of await lockRows(tx, missing)) rows.set(row.skuId, row);
  return rows;
}

async function lockRows(tx: Tx, skuIds: readonly string[]): Promise<readonly CostStateRow[]> {
  if (skuIds.length === 0) return [];
  const { table, tail, parameters } = lockingSelection(skuIds);
  return await tx.select(table, tail, parameters);
}

function lockingSelection(skuIds: readonly string[]): Selection<CostStateRow> {
  const tail = 'FORCE INDEX (PRIMARY) WHERE t.sku_id IN (?) ORDER BY t.sku_id FOR UPDATE';
  return { table: costStates, tail, parameters: [[...skuIds]] };
}

/** The next SKUs that have a cost, in their order. */
export async function nextStates(tx: Tx, after: string, limit: number): Promise<readonly string[]> {
  const rows = await tx.rows(
    `SELECT t.sku_id AS skuId FROM cost_state AS t WHERE t.sku_id > ? ORDER BY t.sku_id LIMIT ${limit}`,
    [after],
  );
  return rows.map((row) => String(row['skuId']));
}

/** For answers: all of them, or some. */
export async function readStates(tx: Tx, skuIds?: readonly string[]): Promise<readonly CostStateRow[]> {
  if (skuIds === undefined) return await tx.select(costStates, 'FORCE INDEX (PRIMARY) ORDER BY t.sku_id');
  if (skuIds.length === 0) return [];
  return await tx.select(costStates, 'FORCE INDEX (PRIMARY) WHERE t.sku_id IN (?) ORDER BY t.sku_id', [[...skuIds]]);
}

/** As they would be locked, without a lock: for whoever only wants to know. */
export async function readOrEmpty(
  tx: Tx,
  skuIds: readonly string[],
  strategy: string,
): Promise<ReadonlyMap<string, CostStateRow>> {
  const rows = new Map((await readStates(tx, skuIds)).map((row) => [row.skuId, row]));
  for (const skuId of skuIds) if (!rows.has(skuId)) rows.set(skuId, emptyRow(skuId, strategy));
  return rows;
}

export function emptyRow(skuId: string, strategy: string): CostStateRow {
  return {
    ...{ skuId, strategy, quantity: 0, value: 0n, owedQuantity: 0, owedValue: 0n },
    ...{ lastValue: null, lastQuantity: null, standardValue: null, standardQuantity: null },
    ...{ recordCount: 0, lastAt: null, version: 0 },
  };
}

/** None for whoever only adds to them, or those that hold the first so many units. */
export type WantedLayers = 'none' | { readonly first: LayerScan; readonly units: number };

/** The states in full; of the SKUs that are `wanted` otherwise, no more layers than that. */
export async function loadStates(
  tx: Tx,
  rows: readonly CostStateRow[],
  wanted: ReadonlyMap<string, WantedLayers> = new Map(),
): Promise<ReadonlyMap<string, CostState>> {
  const held = rows.filter(({ quantity, skuId }) => quantity > 0 && wanted.get(skuId) !== 'none');
  const owing = rows.filter(({ owedQuantity }) => owedQuantity > 0);
  const layers = await readLayers(tx, held, wanted);
  const deficits = bySku(await readDeficits(tx, owing));
  return new Map(
    rows.map((row): [string, CostState] => [
      row.skuId,
      toState(row, { layers: layers.get(row.skuId) ?? [], deficits: deficits.get(row.skuId) ?? [] }),
    ]),
  );
}

/** Layers are the most rows by far that a calculation of many SKUs reads, so each is made at once and only once. */
async function readLayers(
  tx: Tx,
  rows: readonly CostStateRow[],
  wanted: ReadonlyMap<string, WantedLayers>,
): Promise<ReadonlyMap<string, Layer[]>> {
  const layers = new Map<string, Layer[]>(rows.map(({ skuId }) => [skuId, []]));
  const all = [...layers.keys()].filter((skuId) => !wanted.has(skuId));
  const raw = all.length === 0 ? [] : await tx.rows(ALL_LAYERS, [all]);
  for (const first of ['oldest', 'newest'] as const) {
    const some = [...layers.keys()].flatMap((skuId) => {
      const want = wanted.get(skuId);
      return want === undefined || want === 'none' || want.first !== first ? [] : [{ skuId, units: want.units }];
    });
    if (some.length === 0) continue;
    // Of the SKU that needs most; the others are given some more than they need.
    const units = Math.max(...some.map((each) => each.units));
    const given = [some.map(({ skuId }) => skuId), units];
    for (const each of await tx.rows(FIRST_LAYERS[first], given))
      layers.get(String(each['skuId']))?.push(toLayer(each));
  }
  for (const each of raw) layers.get(String(each['skuId']))?.push(toLayer(each));
  return layers;
}

const ALL_LAYERS = `SELECT ${costLayers.select} FROM cost_layer AS t FORCE INDEX (PRIMARY)
  WHERE t.sku_id IN (?) ORDER BY t.sku_id, t.layer_id`;

/** What lies before a layer is less than the need: so it, or some of it, is taken. Summed over narrow rows, as there may be many. */
const firstLayers = (order: string) => `SELECT ${costLayers.select} FROM (
    SELECT l.sku_id, l.layer_id,
      SUM(l.remaining) OVER (PARTITION BY l.sku_id ORDER BY ${order} ROWS UNBOUNDED PRECEDING) - l.remaining AS ahead
    FROM cost_layer AS l FORCE INDEX (PRIMARY) WHERE l.sku_id IN (?)
  ) AS x STRAIGHT_JOIN cost_layer AS t FORCE INDEX (PRIMARY) ON t.sku_id = x.sku_id AND t.layer_id = x.layer_id WHERE x.ahead < ?`;
const FIRST_LAYERS: Readonly<Record<LayerScan, string>> = {
  oldest: firstLayers('l.received_at, l.layer_id'),
  newest: firstLayers('l.received_at DESC, l.layer_id DESC'),
};

function toLayer(raw: Raw): Layer {
  const { lot, expiresAt } = raw;
  return {
    layerId: String(raw['layerId']),
    receiptId: String(raw['receiptId']),
    at: fromDatabaseTime(String(raw['at'])),
    quantity: Number(raw['quantity']),
    remaining: Number(raw['remaining']),
    // The column has six decimals, and so has every text of it.
    value: BigInt(String(raw['value']).replace('.', '')),
    lot: lot === null ? null : String(lot),
    expiresAt: expiresAt === null ? null : fromDatabaseTime(String(expiresAt)),
  };
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

export function toState(
  row: CostStateRow,
  { layers, deficits }: { layers: readonly Layer[]; deficits: readonly CostDeficitRow[] },
): CostState {
  const { skuId, strategy, quantity, value } = row;
  return {
    skuId,
    strategy,
    quantity,
    value,
    layers,
    deficits: deficits.map(({ skuId: _sku, place: _place, ...deficit }) => deficit),
    lastCost: rateOf(row.lastValue, row.lastQuantity),
    standardCost: rateOf(row.standardValue, row.standardQuantity),
  };
}

export function rateOf(value: bigint | null, quantity: number | null): Rate | null {
  return value === null || quantity === null ? null : { value, quantity };
}

export const toFlow = ({ quantity, value }: CostFlowRow): Flow => ({ quantity, value });
