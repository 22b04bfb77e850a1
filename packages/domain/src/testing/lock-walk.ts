/** The part of the walk over every mutation that is about locks and recalls. */
import { batchIdOf, freezing, lockOn, recalling } from './lock-inputs.ts';
import { hold, inbound, receipt } from './inputs.ts';
import type { Step, Walker } from './mutation-step.ts';

const SKU = 'WL';

const shelf = async ({ at, call }: Walker) => {
  const lines = ['LOT', 'OTHER'].map((batchNo) => receipt(SKU, 10, { batchNo }));
  await at.domain.inbound.purchase(inbound('LOCKABLE', lines), call);
};
const lot = ({ at }: Walker) => batchIdOf(at, SKU, 'LOT');
const open = async ({ at }: Walker) => {
  const [lock] = (await at.domain.locks.list({ skuId: SKU, state: 'active', limit: 1 })).items;
  return { lockId: lock?.id ?? '', reason: 'over' };
};
const recall = ({ at, call }: Walker) => at.domain.batches.recall(recalling(SKU, 'LOT'), call);

export const lockMutations: readonly Step[] = [
  {
    procedure: 'lock.business',
    types: ['stock.locked', 'stock.level.changed'],
    before: null,
    after: { kind: 'business', businessId: 'L1', state: 'active', batches: [{ quantity: 3, held: 3 }] },
    prepare: shelf,
    work: async (walker) => walker.at.domain.locks.business(lockOn('L1', { [await lot(walker)]: 3 }), walker.call),
  },
  {
    procedure: 'lock.release',
    types: ['stock.lock.released', 'stock.level.changed'],
    before: { state: 'active', batches: [{ held: 3 }] },
    after: { state: 'released', batches: [{ quantity: 3, held: 0 }] },
    work: async (walker) => walker.at.domain.locks.release(await open(walker), walker.call),
  },
  {
    procedure: 'lock.operation',
    types: ['stock.locked', 'stock.batch.frozen'],
    before: null,
    after: { kind: 'operation', type: 'inspection', operator: 'Ida', state: 'active' },
    work: async (walker) => walker.at.domain.locks.operation(freezing([await lot(walker)]), walker.call),
  },
  {
    procedure: 'lock.release',
    types: ['stock.batch.unfrozen', 'stock.lock.released'],
    before: { batches: [{ batchNo: 'LOT', status: 'frozen' }] },
    after: { batches: [{ batchNo: 'LOT', status: 'available' }] },
    work: async (walker) => walker.at.domain.locks.release(await open(walker), walker.call),
  },
  {
    procedure: 'lock.expireDue',
    types: ['stock.lock.expired', 'stock.level.changed'],
    before: { state: 'active' },
    after: { state: 'expired' },
    prepare: async (walker) => {
      const { at, call } = walker;
      await at.domain.locks.business(lockOn('L2', { [await lot(walker)]: 3 }, { ttlSeconds: 5 }), call);
      at.advance(6);
    },
    work: ({ at, call }) => at.domain.locks.expireDue({ limit: 10 }, call),
  },
  {
    procedure: 'batch.recall',
    types: [
      ...(['stock.batch.recalled', 'stock.locked', 'stock.batch.frozen'] as const),
      ...(['stock.reservation.reallocated', 'stock.level.changed'] as const),
    ],
    before: { batchNo: 'LOT', held: 2 },
    after: { batchNo: 'LOT', held: 0, remaining: 0 },
    prepare: ({ at, call }) => at.domain.reservations.reserve(hold(SKU, 2, 'RECALLED'), call),
    work: recall,
  },
];
