/** Classes 107, 108, 114 and 115: batches of something else, frozen, split too far, merged with what they are not. */
import type { Fixtures } from '../fixtures.ts';
import type { Stocked } from '../goods-fixtures.ts';
import { INCOMPATIBLE, INVALID, type Scenario, SHORT } from './scenario.ts';

type Naming = (goods: { skuId: string; batchId: string; locationId: string }, fixtures: Fixtures) => object;

/** Procedures that name a batch beside its SKU. */
const NAMING: Readonly<Record<string, Naming>> = {
  'outbound.damage': ({ skuId, batchId }, fixtures) => ({
    ...{ documentNo: fixtures.name(), reason: 'A reason', lines: [{ skuId, batchId, quantity: 1 }] },
  }),
  'outbound.pick': ({ skuId, batchId }, fixtures) => ({
    ...{ documentNo: fixtures.name(), lines: [{ skuId, batchId, quantity: 1 }] },
  }),
  'outbound.supplierReturn': ({ skuId, batchId }, fixtures) => ({
    ...{ documentNo: fixtures.name(), supplier: 'A supplier', lines: [{ skuId, batchId, quantity: 1 }] },
  }),
  'adjustment.adjust': ({ skuId, batchId, locationId }) => ({
    ...{ skuId, locationId, batchId, delta: -1, reasonCode: 'loss', operator: 'Somebody' },
  }),
  'reservation.reserve': ({ skuId, batchId }, fixtures) => ({
    ...{ skuId, batchIds: [batchId], quantity: 1, type: 'cart', businessId: fixtures.name() },
  }),
  'lock.business': ({ skuId, batchId }, fixtures) => ({
    ...{ skuId, batches: [{ batchId, quantity: 1 }], type: 'promotion', businessId: fixtures.name(), reason: 'Why' },
  }),
};

const freeze = async (fixtures: Fixtures, { batchId }: Stocked) => {
  const lock = { batchIds: [batchId], operationType: 'count', operator: 'Somebody', reason: 'A reason' };
  await fixtures.call('lock.operation', lock);
};

const named = Object.entries(NAMING).flatMap(([procedure, input]): Scenario[] => [
  {
    ...{ class: 107, procedure, what: 'a batch of another SKU', codes: INVALID },
    make: async (fixtures) => {
      const [goods, others] = [await fixtures.stocked(), await fixtures.stocked()];
      return { ...input({ ...goods, batchId: others.batchId }, fixtures) };
    },
  },
  {
    ...{ class: 108, procedure, what: 'a frozen batch', codes: ['INV_010', 'INV_016'] },
    make: async (fixtures) => {
      const goods = await fixtures.stocked();
      await freeze(fixtures, goods);
      return { ...input(goods, fixtures) };
    },
  },
]);

/** Two batches, the other of which differs in one thing. */
const merging = (different: (fixtures: Fixtures, goods: Stocked) => Promise<object>) => async (fixtures: Fixtures) => {
  const goods = await fixtures.stocked();
  const { skuId, locationId, qualityLevel } = goods;
  const line = {
    skuId,
    locationId,
    qualityLevel,
    quantity: 5,
    unitCost: '1.00',
    ...(await different(fixtures, goods)),
  };
  const other = await fixtures.callFor('inbound.purchase', { documentNo: fixtures.name(), lines: [line] }, [
    ...['lines', 0, 'batchId'],
  ]);
  return { batchIds: [goods.batchId, other], targetBatchNo: fixtures.name() };
};

const merge = (what: string, codes: readonly string[], make: Scenario['make']): Scenario => ({
  ...{ class: 115, procedure: 'batch.merge', what, codes, make },
});
const merges: readonly Scenario[] = [
  merge('a batch alone', INVALID, async (fixtures) => ({
    ...{ batchIds: [(await fixtures.stocked()).batchId], targetBatchNo: fixtures.name() },
  })),
  merge('one batch twice', INVALID, async (fixtures) => {
    const { batchId } = await fixtures.stocked();
    return { batchIds: [batchId, batchId], targetBatchNo: fixtures.name() };
  }),
  merge('of two SKUs', [...INVALID, ...INCOMPATIBLE], async (fixtures) => ({
    ...{ batchIds: [(await fixtures.stocked()).batchId, (await fixtures.stocked()).batchId] },
    targetBatchNo: fixtures.name(),
  })),
  merge(
    'of two qualities',
    INCOMPATIBLE,
    merging(async () => ({ qualityLevel: 'another' })),
  ),
  merge(
    'at two places',
    INVALID,
    merging(async (fixtures) => ({ locationId: await fixtures.location() })),
  ),
  merge('one of them frozen', ['INV_010', 'INV_016'], async (fixtures) => {
    const make = merging(async (_fixtures, goods) => {
      await freeze(fixtures, goods);
      return {};
    });
    return await make(fixtures);
  }),
];

const splits: readonly Scenario[] = [
  {
    ...{ class: 114, procedure: 'batch.split', what: 'more than there is', codes: SHORT },
    make: async (fixtures) => ({ batchId: (await fixtures.stocked()).batchId, quantities: [500, 501] }),
  },
  {
    ...{ class: 114, procedure: 'batch.split', what: 'what is held', codes: SHORT },
    make: async (fixtures) => ({ batchId: (await fixtures.hold()).batchId, quantities: [801] }),
  },
];

export const batchScenarios: readonly Scenario[] = [...named, ...merges, ...splits];
