/** Is there any? One query however many SKUs are asked for, and a few more when bundles are among them. */
import type { StockCheck, StockCheckMany } from '@granary/contracts/stock';
import { readAvailable } from '../persistence/available-store.ts';
import { readSkus } from '../persistence/catalog-store.ts';
import { unknownSku } from '../refusal.ts';
import { readMakeable } from './assembly-check.ts';
import type { Engine } from './execution.ts';

export function createStockCheck(engine: Engine) {
  async function checkMany({ skuIds }: { skuIds: readonly string[] }): Promise<StockCheckMany> {
    return await engine.units.read(async (tx) => {
      const asOf = await tx.now();
      const known = await readSkus(tx, skuIds);
      const stranger = skuIds.find((skuId) => !known.has(skuId));
      if (stranger !== undefined) throw unknownSku(stranger);
      const available = new Map([
        ...(await readAvailable(tx, skuIds, asOf)),
        ...(await readMakeable(tx, engine, known)),
      ]);
      const items = skuIds.map((skuId) => {
        const units = known.get(skuId)?.status === 'active' ? (available.get(skuId) ?? 0) : 0;
        return { skuId, inStock: units > 0, available: units, asOf };
      });
      return { items, asOf };
    });
  }

  async function check({ skuId }: { skuId: string }): Promise<StockCheck> {
    const [item] = (await checkMany({ skuIds: [skuId] })).items;
    if (item === undefined) throw unknownSku(skuId);
    return item;
  }

  return { check, checkMany };
}
