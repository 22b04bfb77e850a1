/** SKUs that stand for others: bundles and virtual ones. */
import type { Fixtures } from '../fixtures.ts';
import type { Sheets } from '../procedure-sheet.ts';
import { ASSEMBLY } from './tables.ts';
import { page } from './values.ts';

const components = async (fixtures: Fixtures) => [
  { skuId: await fixtures.sku(), quantity: 2 },
  { skuId: await fixtures.sku(), quantity: 1 },
];

export const assemblySheets: Sheets = {
  'bundle.create': {
    calls: [async (fixtures) => ({ skuId: fixtures.name(), components: await components(fixtures) })],
    writes: ['sku', ...ASSEMBLY],
    keeps: ['skuId'],
    unique: ['skuId'],
  },
  'bundle.update': {
    calls: [async (fixtures) => ({ skuId: (await fixtures.bundle()).skuId, components: await components(fixtures) })],
    writes: ASSEMBLY,
  },
  'bundle.remove': {
    calls: [async (fixtures) => ({ skuId: (await fixtures.bundle()).skuId })],
    writes: ['sku', ...ASSEMBLY],
  },
  'bundle.get': { calls: [async (fixtures) => ({ skuId: (await fixtures.bundle()).skuId })] },
  'bundle.list': {
    calls: [
      async (fixtures) => ({ componentSkuId: (await fixtures.bundle()).componentSkuId, state: 'active', ...page }),
    ],
  },
  'virtual.create': {
    calls: [
      async (fixtures) => ({ skuId: fixtures.name(), realSkuId: await fixtures.sku(), ratio: 12, cap: 5 }),
      async (fixtures) => ({ skuId: fixtures.name(), batchId: (await fixtures.stocked()).batchId, ratio: 12 }),
    ],
    writes: ['sku', ...ASSEMBLY],
    keeps: ['skuId'],
    unique: ['skuId'],
  },
  'virtual.update': {
    calls: [
      async (fixtures) => {
        const { skuId, realSkuId } = await fixtures.virtual();
        return { skuId, realSkuId, ratio: 6, cap: 5 };
      },
      async (fixtures) => {
        const { skuId, batchId } = await fixtures.virtual();
        return { skuId, batchId, ratio: 6 };
      },
    ],
    writes: ASSEMBLY,
  },
  'virtual.remove': {
    calls: [async (fixtures) => ({ skuId: (await fixtures.virtual()).skuId })],
    writes: ['sku', ...ASSEMBLY],
  },
  'virtual.get': { calls: [async (fixtures) => ({ skuId: (await fixtures.virtual()).skuId })] },
  'virtual.list': {
    calls: [async (fixtures) => ({ realSkuId: (await fixtures.virtual()).realSkuId, state: 'active', ...page })],
  },
};
