/** The walk's steps over bundles and virtual SKUs: each is defined, changed and taken away. */
import type { Step } from './mutation-step.ts';

const components = (quantity: number) => [
  { skuId: 'W', quantity },
  { skuId: 'W2', quantity: 1 },
];

/** `W` and `W2` must be there. */
export const assemblyMutations: readonly Step[] = [
  {
    procedure: 'bundle.create',
    types: ['stock.bundle.created', 'stock.sku.created'],
    before: null,
    after: { skuId: 'W-SET', components: components(2), state: 'active', version: 1 },
    work: ({ at, call }) => at.domain.bundles.create({ skuId: 'W-SET', components: components(2) }, call),
  },
  {
    procedure: 'bundle.update',
    types: ['stock.bundle.updated'],
    before: { components: components(2) },
    after: { components: components(3), version: 2 },
    work: ({ at, call }) => at.domain.bundles.update({ skuId: 'W-SET', components: components(3) }, call),
  },
  {
    procedure: 'bundle.remove',
    types: ['stock.bundle.removed', 'stock.sku.updated'],
    before: { state: 'active' },
    after: { state: 'removed', version: 3 },
    work: ({ at, call }) => at.domain.bundles.remove({ skuId: 'W-SET' }, call),
  },
  {
    // The same SKU once more, so that its versions go on.
    procedure: 'virtual.create',
    types: ['stock.virtual.created', 'stock.sku.updated'],
    before: { state: 'removed' },
    after: { skuId: 'W-SET', realSkuId: 'W', batchId: null, ratio: 12, cap: 5, version: 4 },
    work: ({ at, call }) => at.domain.virtuals.create({ skuId: 'W-SET', realSkuId: 'W', ratio: 12, cap: 5 }, call),
  },
  {
    procedure: 'virtual.update',
    types: ['stock.virtual.updated'],
    before: { ratio: 12, cap: 5 },
    after: { ratio: 6, cap: null, version: 5 },
    work: ({ at, call }) => at.domain.virtuals.update({ skuId: 'W-SET', ratio: 6, cap: null }, call),
  },
  {
    procedure: 'virtual.remove',
    types: ['stock.virtual.removed', 'stock.sku.updated'],
    before: { state: 'active' },
    after: { state: 'removed', version: 6 },
    work: ({ at, call }) => at.domain.virtuals.remove({ skuId: 'W-SET' }, call),
  },
];
