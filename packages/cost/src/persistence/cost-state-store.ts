/** Cost states with what belongs to them: locked in byte order, loaded in bulk, and written as differences. */
import type { CostDeficitRow, CostFlowRow } from '../entities/cost-layer.ts';
import type { CostStateRow } from '../entities/cost-state.ts';
import type { Flow } from '../core/event.ts';
import type { Layer } from '../core/layer.ts';
import { compareBytes } from '@granary/domain/rules/byte-order';
import type { Rate } from '../core/share.ts';
import type { CostState } from '../core/state.ts';
import type { Selection, Tx } from '@granary/domain/persistence/transaction';
import { ensureRows } from '@granary/domain/persistence/write-rows';
import {
  type FirstLayers,
  guessedLayersOf,
  layersBySku,
  readLayers,
  type ReadLayers,
  type WantedLayers,
} from './cost-layer-store.ts';
import { costDeficits, costLayers, costStates } from './tables.ts';

export async function lockStates(
  tx: Tx,
  skuIds: readonly string[],
  strategy: string,
): Promise<ReadonlyMap<string, CostStateRow>> {
  const sorted = inLockOrder(skuIds);
  return await withMissing(tx, { sorted, found: await lockRows(tx, sorted), strategy });
}

export interface LockingAhead<Row> {
  readonly skuIds: readonly string[];
  /** What is locked next. */
  readonly next: Selection<Row>;
  /** The layers that are most likely wanted. */
  readonly first: ReadonlyMap<string, FirstLayers>;
}

export interface LockedAhead<Row> {
  readonly sorted: readonly string[];
  /** The states of those that have one. */
  readonly found: readonly CostStateRow[];
  readonly next: readonly Row[];
  readonly read: ReadLayers;
}

/** The same with what is locked and read next, in one round trip and ahead of what waits. */
export async function lockStatesAhead<Row>(
  tx: Tx,
  { skuIds, next, first }: LockingAhead<Row>,
): Promise<LockedAhead<Row>> {
  const sorted = inLockOrder(skuIds);
  const states = lockingSelection(sorted);
  const [found, others, ...read] = await Promise.all([
    tx.ahead.select(states.table, states.tail, states.parameters),
    tx.ahead.select(next.table, next.tail, next.parameters),
    ...guessedLayersOf(first).map(({ sql, parameters }) => tx.ahead.rows(costLayers, sql, parameters)),
  ]);
  const layers = layersBySku([...first.keys()], read.flat());
  return { sorted, found, next: others, read: { wanted: first, layers } };
}

const inLockOrder = (skuIds: readonly string[]) => [...new Set(skuIds)].toSorted(compareBytes);

interface Locking {
  readonly sorted: readonly string[];
  readonly found: readonly CostStateRow[];
  readonly strategy: string;
}

/**
 * Missing rows are made: insert first, select after, as a locking read of nothing would lock a gap. What was locked ahead is
 * locked by then, out of the one order: two who do so while a period is frozen may have to run again, once in the life of a SKU.
 */
export async function withMissing(
  tx: Tx,
  { sorted, found, strategy }: Locking,
): Promise<ReadonlyMap<string, CostStateRow>> {
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

export interface Wanted {
  /** Of the SKUs that are named, no more layers than that. */
  readonly wanted?: ReadonlyMap<string, WantedLayers>;
  readonly read?: ReadLayers | undefined;
}

/** The states in full, but for what is `wanted` of them. */
export async function loadStates(
  tx: Tx,
  rows: readonly CostStateRow[],
  { wanted = new Map(), read }: Wanted = {},
): Promise<ReadonlyMap<string, CostState>> {
  const isRead = (row: CostStateRow) => read !== undefined && isAmong(row, wanted.get(row.skuId), read);
  const held = rows.filter((row) => row.quantity > 0 && wanted.get(row.skuId) !== 'none' && !isRead(row));
  const owing = rows.filter(({ owedQuantity }) => owedQuantity > 0);
  const layers = await readLayers(tx, held, wanted);
  const deficits = bySku(await readDeficits(tx, owing));
  return new Map(
    rows.map((row): [string, CostState] => {
      const own = isRead(row) ? read?.layers.get(row.skuId) : layers.get(row.skuId);
      return [row.skuId, toState(row, { layers: own ?? [], deficits: deficits.get(row.skuId) ?? [] })];
    }),
  );
}

/** Whether a guess was right: the layers hold what is wanted of them, or all there is. */
function isAmong({ skuId, quantity }: CostStateRow, wanted: WantedLayers | undefined, read: ReadLayers): boolean {
  if (wanted === undefined || wanted === 'none' || wanted.first !== read.wanted.get(skuId)?.first) return false;
  const held = (read.layers.get(skuId) ?? []).reduce((sum, { remaining }) => sum + remaining, 0);
  return held >= Math.min(wanted.units, quantity);
}

async function readDeficits(tx: Tx, rows: readonly CostStateRow[]): Promise<readonly CostDeficitRow[]> {
  if (rows.length === 0) return [];
  const where = 'FORCE INDEX (PRIMARY) WHERE t.sku_id IN (?) ORDER BY t.sku_id, t.place';
  return await tx.select(costDeficits, where, [rows.map(({ skuId }) => skuId)]);
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
