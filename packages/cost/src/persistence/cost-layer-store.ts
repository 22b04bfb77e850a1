/** Open layers, the most rows that costing reads: all of a SKU, or those that it will take next. */
import { fromDatabaseTime } from '@granary/domain/persistence/database-time';
import type { Raw } from '@granary/domain/persistence/table';
import type { Statement, Tx } from '@granary/domain/persistence/transaction';
import type { Layer } from '../core/layer.ts';
import type { CostStateRow } from '../entities/cost-state.ts';
import type { LayerScan } from '../strategies/strategy.ts';
import { costLayers } from './tables.ts';

/** Those that hold the first so many units. */
export interface FirstLayers {
  readonly first: LayerScan;
  readonly units: number;
}

/** None for whoever only adds to them. */
export type WantedLayers = 'none' | FirstLayers;

/** Layers that were read ahead, by SKU, and in which order: the first ones, though perhaps not as many as are wanted. */
export interface ReadLayers {
  readonly wanted: ReadonlyMap<string, FirstLayers>;
  readonly layers: ReadonlyMap<string, Layer[]>;
}

/** Layers are the most rows by far that a calculation of many SKUs reads, so each is made at once and only once. */
export async function readLayers(
  tx: Tx,
  rows: readonly CostStateRow[],
  wanted: ReadonlyMap<string, WantedLayers>,
): Promise<ReadonlyMap<string, Layer[]>> {
  const skuIds = rows.map(({ skuId }) => skuId);
  const some = new Map<string, FirstLayers>();
  for (const skuId of skuIds) {
    const want = wanted.get(skuId);
    if (want !== undefined && want !== 'none') some.set(skuId, want);
  }
  const all = skuIds.filter((skuId) => !some.has(skuId));
  const asked = firstLayersOf(some);
  if (all.length > 0) asked.push({ sql: ALL_LAYERS, parameters: [all] });
  const raw = [];
  for (const { sql, parameters } of asked) raw.push(await tx.rows(sql, parameters));
  return layersBySku(skuIds, raw.flat());
}

export function layersBySku(skuIds: readonly string[], raw: readonly Raw[]): ReadonlyMap<string, Layer[]> {
  const layers = new Map<string, Layer[]>(skuIds.map((skuId) => [skuId, []]));
  for (const each of raw) layers.get(String(each['skuId']))?.push(toLayer(each));
  return layers;
}

/** So few SKUs are asked one by one, in one packet, which is cheaper than to sum up what lies before each layer. */
const FEW = 3;

/** Nearly always enough for the need of one SKU, since most hold more than a unit. */
const FIRST_PAGE = 8;

/** The same on a guess: of few SKUs perhaps less, so that whoever uses them looks whether they suffice. */
export function guessedLayersOf(wanted: ReadonlyMap<string, FirstLayers>): readonly Statement[] {
  if (wanted.size > FEW) return firstLayersOf(wanted);
  return [...wanted].map(([skuId, { first, units }]) => ({
    sql: `SELECT ${costLayers.select} FROM cost_layer AS t FORCE INDEX (PRIMARY) WHERE t.sku_id = ?
      ORDER BY ${ORDERS[first]('t')} LIMIT ${Math.min(units, FIRST_PAGE)}`,
    parameters: [skuId],
  }));
}

/** One statement for each order. */
function firstLayersOf(wanted: ReadonlyMap<string, FirstLayers>): Statement[] {
  return (['oldest', 'newest'] as const).flatMap((first) => {
    const some = [...wanted].filter(([, want]) => want.first === first);
    if (some.length === 0) return [];
    // Of the SKU that needs most; the others are given some more than they need.
    const units = Math.max(...some.map(([, want]) => want.units));
    return [{ sql: FIRST_LAYERS[first], parameters: [some.map(([skuId]) => skuId), units] }];
  });
}

const ORDERS: Readonly<Record<LayerScan, (table: string) => string>> = {
  oldest: (table) => `${table}.received_at, ${table}.layer_id`,
  newest: (table) => `${table}.received_at DESC, ${table}.layer_id DESC`,
};

const ALL_LAYERS = `SELECT ${costLayers.select} FROM cost_layer AS t FORCE INDEX (PRIMARY)
  WHERE t.sku_id IN (?) ORDER BY t.sku_id, t.layer_id`;

/** What lies before a layer is less than the need: so it, or some of it, is taken. Summed over narrow rows, as there may be many. */
const firstLayers = (scan: LayerScan) => `SELECT ${costLayers.select} FROM (
    SELECT l.sku_id, l.layer_id,
      SUM(l.remaining) OVER (PARTITION BY l.sku_id ORDER BY ${ORDERS[scan]('l')} ROWS UNBOUNDED PRECEDING) - l.remaining AS ahead
    FROM cost_layer AS l FORCE INDEX (PRIMARY) WHERE l.sku_id IN (?)
  ) AS x STRAIGHT_JOIN cost_layer AS t FORCE INDEX (PRIMARY) ON t.sku_id = x.sku_id AND t.layer_id = x.layer_id WHERE x.ahead < ?`;
const FIRST_LAYERS: Readonly<Record<LayerScan, string>> = {
  oldest: firstLayers('oldest'),
  newest: firstLayers('newest'),
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
