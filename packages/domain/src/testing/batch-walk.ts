/** The part of the walk over every mutation that is about what becomes of batches. */
import { expect } from 'vitest';
import { hold, inbound, receipt, secondsFromNow } from './inputs.ts';
import { batchIdOf } from './lock-inputs.ts';
import type { Step, Walker } from './mutation-step.ts';

const SKU = 'WB';
const ID = expect.stringMatching(/^[0-9A-Z]{26}$/) as unknown;
const idOf = ({ at }: Walker, batchNo: string) => batchIdOf(at, SKU, batchNo);

const mergeInto =
  (targetBatchNo: string, ...numbers: readonly string[]) =>
  async (walker: Walker) => {
    const batchIds = await Promise.all(numbers.map((number) => idOf(walker, number)));
    return await walker.at.domain.batches.merge({ batchIds, targetBatchNo }, walker.call);
  };

export const batchMutations: readonly Step[] = [
  {
    procedure: 'batch.split',
    types: ['stock.batch.split', 'stock.batch.created', 'stock.level.changed'],
    before: { batchNo: 'LOT', onHand: 10 },
    after: { batchNo: 'LOT', onHand: 6, children: [ID, ID] },
    prepare: async ({ at, call }) => {
      const lines = ['LOT', 'OTHER'].map((batchNo) => receipt(SKU, 10, { batchNo }));
      await at.domain.inbound.purchase(inbound('SPLITTABLE', lines), call);
    },
    work: async (walker) => {
      const batchId = await idOf(walker, 'LOT');
      return await walker.at.domain.batches.split({ batchId, quantities: [3, 1] }, walker.call);
    },
  },
  {
    procedure: 'batch.merge',
    types: [
      ...(['stock.batch.merged', 'stock.batch.created'] as const),
      ...(['stock.reservation.reallocated', 'stock.level.changed'] as const),
    ],
    before: { batchNo: 'LOT-1', status: 'available', onHand: 3, mergedInto: null },
    after: { batchNo: 'LOT-1', status: 'merged', onHand: 0, mergedInto: ID },
    prepare: async (walker) => {
      const batchIds = [await idOf(walker, 'LOT-1')];
      await walker.at.domain.reservations.reserve(hold(SKU, 2, { businessId: 'MERGED', batchIds }), walker.call);
    },
    work: mergeInto('BOTH', 'LOT-1', 'LOT-2'),
  },
  {
    procedure: 'batch.merge',
    types: ['stock.batch.updated', 'stock.batch.merged', 'stock.level.changed'],
    before: { batchNo: 'LOT', onHand: 6 },
    after: { batchNo: 'LOT', onHand: 16, sourceIds: [ID] },
    work: mergeInto('LOT', 'LOT', 'OTHER'),
  },
  {
    procedure: 'batch.update',
    types: ['stock.batch.updated'],
    before: { batchNo: 'LOT', expiresAt: null, attributes: null },
    after: { batchNo: 'LOT', attributes: { bay: 4 } },
    work: async (walker) => {
      const facts = { expiresAt: secondsFromNow(-60), attributes: { bay: 4 } };
      return await walker.at.domain.batches.update({ batchId: await idOf(walker, 'LOT'), ...facts }, walker.call);
    },
  },
  {
    procedure: 'batch.expireDue',
    types: ['stock.batch.expired'],
    before: { batchNo: 'LOT', status: 'available', onHand: 16 },
    after: { batchNo: 'LOT', status: 'expired', onHand: 16 },
    work: ({ at, call }) => at.domain.batches.expireDue({ limit: 10 }, call),
  },
];
