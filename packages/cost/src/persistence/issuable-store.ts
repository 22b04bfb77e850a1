/** States as far as the next issue looks at them, of many SKUs at once: their layers are most of what is read, and few of them are taken. */
import { fromDatabaseTime } from '@granary/domain/persistence/database-time';
import type { Raw } from '@granary/domain/persistence/table';
import type { Tx } from '@granary/domain/persistence/transaction';
import { ascending, type Layer } from '../core/layer.ts';
import type { CostState } from '../core/state.ts';
import type { CostStateRow } from '../entities/cost-state.ts';
import type { LayerScan } from '../strategies/strategy.ts';
import { loadStates, toState } from './cost-state-store.ts';

/** The first so many units of a SKU whose layers are taken in the order of receipt. */
export interface Taking {
  readonly first: LayerScan;
  readonly units: number;
}

/** Of a SKU of which nothing is said, all there is. */
export async function readIssuable(
  tx: Tx,
  rows: readonly CostStateRow[],
  takings: ReadonlyMap<string, Taking>,
): Promise<ReadonlyMap<string, CostState>> {
  const states = new Map(
    await loadStates(
      tx,
      rows.filter(({ skuId }) => !takings.has(skuId)),
    ),
  );
  const lean = rows.filter(({ skuId, quantity }) => takings.has(skuId) && quantity > 0);
  const layers = await readLean(
    tx,
    lean.map(({ skuId }) => skuId),
  );
  for (const row of rows) {
    const taking = takings.get(row.skuId);
    if (taking === undefined) continue;
    const taken = firstOf(layers.get(row.skuId) ?? [], taking).map(toLeanLayer);
    // What is owed is for receipts to settle; no issue looks at it.
    states.set(row.skuId, toState(row, { layers: taken, deficits: [] }));
  }
  return states;
}

/** What tells the order of receipt, and what is there: each further column costs as much as a tenth of all. */
const LEAN = `SELECT t.sku_id AS skuId, t.layer_id AS layerId, t.received_at AS at, t.remaining AS remaining, t.value AS value
  FROM cost_layer AS t FORCE INDEX (PRIMARY) WHERE t.sku_id IN (?) ORDER BY t.sku_id, t.layer_id`;

async function readLean(tx: Tx, skuIds: readonly string[]): Promise<ReadonlyMap<string, Raw[]>> {
  const bySku = new Map<string, Raw[]>(skuIds.map((skuId) => [skuId, []]));
  if (skuIds.length === 0) return bySku;
  for (const row of await tx.rows(LEAN, [[...skuIds]])) bySku.get(String(row['skuId']))?.push(row);
  return bySku;
}

/** As `oldestFirst` has it: the texts of times sort like the times. */
function firstOf(rows: Raw[], { first, units }: Taking): readonly Raw[] {
  rows.sort(byReceipt);
  if (first === 'newest') rows.reverse();
  let left = units;
  const last = rows.findIndex((row) => (left -= Number(row['remaining'])) <= 0);
  return last === -1 ? rows : rows.slice(0, last + 1);
}

function byReceipt(a: Raw, b: Raw): number {
  return ascending(String(a['at']), String(b['at'])) || ascending(String(a['layerId']), String(b['layerId']));
}

/** Written out, as a literal that spreads others takes several times as long. */
function toLeanLayer(raw: Raw): Layer {
  const layerId = String(raw['layerId']);
  const remaining = Number(raw['remaining']);
  return {
    layerId,
    receiptId: layerId,
    at: fromDatabaseTime(String(raw['at'])),
    quantity: remaining,
    remaining,
    // The column has six decimals, and so has every text of it.
    value: BigInt(String(raw['value']).replace('.', '')),
    lot: null,
    expiresAt: null,
  };
}
