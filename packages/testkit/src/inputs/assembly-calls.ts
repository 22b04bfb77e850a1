/** A valid call of every procedure about bundles and virtual SKUs, with every field filled in. */
import type { MakeBase } from './base-inputs.ts';
import type { Fixtures } from './fixtures.ts';

const page = { limit: 10 };

const components = async (fixtures: Fixtures) => [
  { skuId: (await fixtures.stocked()).skuId, quantity: 2 },
  { skuId: (await fixtures.stocked()).skuId, quantity: 1 },
];

export const assemblyCalls: Readonly<Record<string, MakeBase>> = {
  'bundle.create': async (fixtures) => [{ skuId: fixtures.name(), components: await components(fixtures) }],
  'bundle.update': async (fixtures) => [
    { skuId: (await fixtures.bundle()).skuId, components: await components(fixtures) },
  ],
  'bundle.remove': async (fixtures) => [{ skuId: (await fixtures.bundle()).skuId }],
  'bundle.get': async (fixtures) => [{ skuId: (await fixtures.bundle()).skuId }],
  'bundle.list': async (fixtures) => [
    { componentSkuId: (await fixtures.bundle()).componentSkuId, state: 'active', ...page },
  ],
  'virtual.create': async (fixtures) => {
    const { skuId, batchId } = await fixtures.stocked();
    return [
      { skuId: fixtures.name(), realSkuId: skuId, ratio: 12, cap: 5 },
      { skuId: fixtures.name(), batchId, ratio: 12 },
    ];
  },
  'virtual.update': async (fixtures) => {
    const { skuId, realSkuId, batchId } = await fixtures.virtual();
    return [
      { skuId, realSkuId, ratio: 6, cap: 5 },
      { skuId, batchId, ratio: 6 },
    ];
  },
  'virtual.remove': async (fixtures) => [{ skuId: (await fixtures.virtual()).skuId }],
  'virtual.get': async (fixtures) => [{ skuId: (await fixtures.virtual()).skuId }],
  'virtual.list': async (fixtures) => [{ realSkuId: (await fixtures.virtual()).realSkuId, state: 'active', ...page }],
};
