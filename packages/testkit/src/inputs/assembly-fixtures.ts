/** SKUs that stand for others: bundles and virtual ones. */
import type { FixtureTools } from './fixture-tools.ts';
import type { GoodsFixtures } from './goods-fixtures.ts';

export interface AssemblyFixtures {
  /** A bundle of two SKUs. */
  bundle(): Promise<{ readonly skuId: string; readonly componentSkuId: string }>;
  /** A SKU that stands for twelve units of such a one. */
  virtual(): Promise<{ readonly skuId: string; readonly realSkuId: string; readonly batchId: string }>;
}

export function createAssemblyFixtures(
  { name, call }: FixtureTools,
  { sku, stocked }: Pick<GoodsFixtures, 'sku' | 'stocked'>,
): AssemblyFixtures {
  return {
    async bundle() {
      const [skuId, componentSkuId, other] = [name(), await sku(), await sku()];
      const components = [componentSkuId, other].map((each) => ({ skuId: each, quantity: 1 }));
      await call('bundle.create', { skuId, components });
      return { skuId, componentSkuId };
    },
    async virtual() {
      const [skuId, goods] = [name(), await stocked()];
      await call('virtual.create', { skuId, realSkuId: goods.skuId, ratio: 12 });
      return { skuId, realSkuId: goods.skuId, batchId: goods.batchId };
    },
  };
}
