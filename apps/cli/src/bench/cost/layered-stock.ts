/** SKUs with layers of cost, written straight into the tables: what is measured is reading them. */
import type { openDatabase } from '@granary/platform/database';

export const LAYERS_A_SKU = 20;
const SKUS_A_STATEMENT = 500;
const UNITS_A_LAYER = 10;

export const skuName = (place: number): string => `BENCH-${String(place).padStart(6, '0')}`;

/** By fifo, each layer at a cost of its own; states and layers tell the same. */
export async function writeLayeredStock(
  dataSource: Awaited<ReturnType<typeof openDatabase>>,
  skus: number,
): Promise<void> {
  for (let from = 0; from < skus; from += SKUS_A_STATEMENT) {
    const places = Array.from({ length: Math.min(SKUS_A_STATEMENT, skus - from) }, (_, at) => from + at);
    await dataSource.query(
      `INSERT INTO cost_state (sku_id, strategy, quantity, value, owed_quantity, owed_value, record_count, version) VALUES ?`,
      [places.map((place) => [skuName(place), 'fifo', LAYERS_A_SKU * UNITS_A_LAYER, valueOf(place), 0, '0', 0, 1])],
    );
    const layers = places.flatMap((place) =>
      Array.from({ length: LAYERS_A_SKU }, (_, layer) => layerRow(place, layer)),
    );
    await dataSource.query(
      `INSERT INTO cost_layer (sku_id, layer_id, receipt_id, received_at, quantity, remaining, value, lot, expires_at) VALUES ?`,
      [layers],
    );
  }
  await dataSource.query('ANALYZE TABLE cost_state, cost_layer');
}

/** Of one layer, in whole units of the currency. */
const worthOf = (place: number, layer: number): number => UNITS_A_LAYER * (1 + ((place * 7 + layer * 3) % 50));

function valueOf(place: number): string {
  let sum = 0;
  for (let layer = 0; layer < LAYERS_A_SKU; layer += 1) sum += worthOf(place, layer);
  return `${sum}.000000`;
}

function layerRow(place: number, layer: number): readonly unknown[] {
  const serial = String(place * LAYERS_A_SKU + layer).padStart(22, '0');
  const at = `2026-07-${String(1 + layer).padStart(2, '0')} 12:00:00.000000`;
  const id = `01AB${serial}`;
  return [
    ...[skuName(place), id, `${id}:${id}`, at, UNITS_A_LAYER, UNITS_A_LAYER],
    ...[`${worthOf(place, layer)}.000000`, `LOT-${layer}`, null],
  ];
}
