/** A walk over every mutation of costing, in an order in which each one finds what it needs. `W` must have stock, received on PO-W. */
import type { Call } from '@granary/domain/call';
import { periodOfToday } from './shop.ts';
import type { TestCost } from './test-cost.ts';

export interface CostWalker {
  readonly at: TestCost;
  readonly call: Call;
}

export interface CostStep {
  readonly procedure: string;
  readonly work: (walker: CostWalker) => Promise<unknown>;
}

const receiptOf = async ({ at }: CostWalker) => {
  const { id, lines } = await at.domain.inbound.get({ type: 'purchase', documentNo: 'PO-W' });
  return { documentId: id, batchId: lines[0]?.batchId ?? '' };
};

/** What is posted on the day on which it is called. */
export const costPostings: readonly CostStep[] = [
  {
    procedure: 'cost.switchStrategy',
    work: ({ at, call }) => at.cost.switchStrategy({ skuId: 'W', to: 'lifo' }, call),
  },
  {
    procedure: 'cost.revalue',
    work: ({ at, call }) => at.cost.revalue({ skuId: 'W', amount: '-0.50', reason: 'walked' }, call),
  },
  {
    procedure: 'cost.standardCost',
    work: ({ at, call }) => at.cost.standardCost({ skuId: 'W', cost: '2.00', reason: 'walked' }, call),
  },
  {
    procedure: 'costAllocation.allocate',
    work: ({ at, call }) => at.cost.allocations.allocate({ rule: 'walked', amount: '1.00' }, call),
  },
  {
    procedure: 'costAllocation.lateCost',
    work: async (walker) => {
      const input = { ...(await receiptOf(walker)), skuId: 'W', amount: '1.00', reason: 'walked' };
      return await walker.at.cost.allocations.lateCost(input, walker.call);
    },
  },
];

export const makeRule: CostStep = {
  procedure: 'costAllocation.createRule',
  work: ({ at, call }) => {
    const targets = [{ skuId: 'W', weight: '1.00' }];
    return at.cost.allocations.createRule({ name: 'walked', source: 'direct', method: 'ratio', targets }, call);
  },
};

const OLD = { startsOn: '2001-01-01', endsOn: '2001-01-31' };

const updateRule: CostStep = {
  procedure: 'costAllocation.updateRule',
  work: ({ at, call }) => at.cost.allocations.updateRule({ rule: 'walked', amount: '5.00' }, call),
};

const RATE = { currency: 'EUR', on: '2001-01-01', rate: '7.8', reason: 'walked' };

const setRate: CostStep = {
  procedure: 'cost.setRate',
  work: ({ at, call }) => at.cost.setRate(RATE, call),
};

/** Other currencies must be switched on. Ends with the period of today open, as it was. */
export const everyCostMutation: readonly CostStep[] = [
  makeRule,
  updateRule,
  setRate,
  ...costPostings,
  { procedure: 'period.create', work: ({ at, call }) => at.cost.periods.create(OLD, call) },
  {
    procedure: 'period.freeze',
    work: async ({ at, call }) => at.cost.periods.freeze({ periodId: (await periodOfToday(at)).periodId }, call),
  },
  {
    procedure: 'period.unfreeze',
    work: async ({ at, call }) =>
      at.cost.periods.unfreeze({ periodId: (await periodOfToday(at)).periodId, reason: 'walked' }, call),
  },
  {
    procedure: 'period.close',
    work: async ({ at, call }) => {
      const { items } = await at.cost.periods.list({ limit: 500 });
      return await at.cost.periods.close({ periodId: items.at(-1)?.periodId ?? '' }, call);
    },
  },
];
