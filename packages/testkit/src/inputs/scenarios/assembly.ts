/** Classes 101 and 102: SKUs that stand for themselves, or for others that stand for something. */
import type { Fixtures } from '../fixtures.ts';
import { INVALID, type Scenario, WRONG_STATE } from './scenario.ts';

/** A bundle has two components at least; the other one is ordinary. */
const of = async (fixtures: Fixtures, skuId: string) => [
  { skuId, quantity: 1 },
  { skuId: await fixtures.sku(), quantity: 1 },
];

const bundles: readonly Scenario[] = [
  {
    ...{ class: 101, procedure: 'bundle.create', what: 'a bundle of itself', codes: INVALID },
    make: async (fixtures) => {
      const skuId = fixtures.name();
      return { skuId, components: await of(fixtures, skuId) };
    },
  },
  {
    ...{ class: 101, procedure: 'bundle.update', what: 'a bundle of itself', codes: INVALID },
    make: async (fixtures) => {
      const { skuId } = await fixtures.bundle();
      return { skuId, components: await of(fixtures, skuId) };
    },
  },
  ...['bundle', 'virtual'].flatMap((kind): Scenario[] => {
    const inner = async (fixtures: Fixtures) =>
      kind === 'bundle' ? (await fixtures.bundle()).skuId : (await fixtures.virtual()).skuId;
    return [
      {
        ...{ class: 101, procedure: 'bundle.create', what: `a bundle of a ${kind} SKU`, codes: WRONG_STATE },
        make: async (fixtures) => ({ skuId: fixtures.name(), components: await of(fixtures, await inner(fixtures)) }),
      },
      {
        ...{ class: 101, procedure: 'bundle.update', what: `a bundle of a ${kind} SKU`, codes: WRONG_STATE },
        make: async (fixtures) => ({
          skuId: (await fixtures.bundle()).skuId,
          components: await of(fixtures, await inner(fixtures)),
        }),
      },
      {
        ...{ class: 102, procedure: 'virtual.create', what: `for a ${kind} SKU`, codes: WRONG_STATE },
        make: async (fixtures) => ({ skuId: fixtures.name(), realSkuId: await inner(fixtures), ratio: 12 }),
      },
      {
        ...{ class: 102, procedure: 'virtual.update', what: `for a ${kind} SKU`, codes: WRONG_STATE },
        make: async (fixtures) => ({
          ...{ skuId: (await fixtures.virtual()).skuId, realSkuId: await inner(fixtures), ratio: 12 },
        }),
      },
    ];
  }),
];

const virtuals: readonly Scenario[] = [
  {
    ...{ class: 102, procedure: 'virtual.create', what: 'for itself', codes: INVALID },
    make: (fixtures) => {
      const skuId = fixtures.name();
      return { skuId, realSkuId: skuId, ratio: 12 };
    },
  },
  {
    ...{ class: 102, procedure: 'virtual.update', what: 'for itself', codes: INVALID },
    make: async (fixtures) => {
      const { skuId } = await fixtures.virtual();
      return { skuId, realSkuId: skuId, ratio: 12 };
    },
  },
];

export const assemblyScenarios: readonly Scenario[] = [...bundles, ...virtuals];
