/** SKUs that stand for others: bundles and virtual ones. */
import type { FixtureTools } from './fixture-tools.ts';
import type { StockFixtures } from './stock-fixtures.ts';

export interface AssemblyFixtures {
  /** A bundle of a SKU with stock and another one. */
  bundle(): Promise<{ readonly skuId: string; readonly componentSkuId: string }>;
  /** A SKU that stands for twelve units of such a one. */
  virtual(): Promise<{ readonly skuId: string; readonly realSkuId: string; readonly batchId: string }>;
}

export function createAssemblyFixtures(
  { name, call }: FixtureTools,
  { stocked }: Pick<StockFixtures, 'stocked'>,
): AssemblyFixtures {
  return {
    async bundle() {
      const [skuId, goods, others] = [name(), await stocked(), await stocked()];
      const components = [goods, others].map((each) => ({ skuId: each.skuId, quantity: 1 }));
      await call('bundle.create', { skuId, components });
      return { skuId, componentSkuId: goods.skuId };
    },
    async virtual() {
      const [skuId, goods] = [name(), await stocked()];
      await call('virtual.create', { skuId, realSkuId: goods.skuId, ratio: 12 });
      return { skuId, realSkuId: goods.skuId, batchId: goods.batchId };
    },
  };
}
