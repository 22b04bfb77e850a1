/** Classes 33, 34, 85 and 86: shares that share out nothing, a rate that nobody stated, periods that overlap, and books that are shut. */
import type { Fixtures } from '../fixtures.ts';
import type { Period } from '../cost-fixtures.ts';
import type { Scenario } from './scenario.ts';

/** By which nobody gets anything, or which would give some of it back. */
const SHARES: Readonly<Record<string, readonly string[]>> = {
  'only shares of 0': ['0', '0.00'],
  'a share below 0': ['1.00', '-1.00'],
};
const targets = async (fixtures: Fixtures, weights: readonly string[]) => {
  const list: object[] = [];
  for (const weight of weights) list.push({ skuId: await fixtures.sku(), weight });
  return list;
};

const rules = Object.entries(SHARES).flatMap(([what, weights]): Scenario[] => [
  {
    ...{ class: 33, procedure: 'costAllocation.createRule', what, codes: ['COST_008', 'INV_005'] },
    make: async (fixtures) => ({
      ...{ name: fixtures.name(), source: 'indirect', method: 'ratio', targets: await targets(fixtures, weights) },
    }),
  },
  {
    ...{ class: 33, procedure: 'costAllocation.updateRule', what, codes: ['COST_008', 'INV_005'] },
    make: async (fixtures) => ({ rule: await fixtures.costRule(), targets: await targets(fixtures, weights) }),
  },
]);

const abroad =
  (currency: string, more: object = {}) =>
  (fixtures: Fixtures) => ({
    documentNo: fixtures.name(),
    lines: [{ skuId: fixtures.name(), quantity: 1, unitCost: '1.00', currency }],
    ...more,
  });
const rates: readonly Scenario[] = [
  {
    ...{ class: 34, procedure: 'inbound.purchase', what: 'a currency without a rate', codes: ['COST_009'] },
    make: abroad('XTS'),
  },
  {
    ...{ class: 34, procedure: 'inbound.purchase', what: 'a day before the first rate', codes: ['COST_009'] },
    make: async (fixtures) => abroad(await fixtures.currency(), { occurredAt: '1904-12-30T00:00:00Z' })(fixtures),
  },
];

/** Goods that came on the day of a period. */
const received = (period: (fixtures: Fixtures) => Promise<Period>) => async (fixtures: Fixtures) => {
  const { day } = await period(fixtures);
  const lines = [{ skuId: fixtures.name(), quantity: 1, unitCost: '1.00' }];
  return { documentNo: fixtures.name(), occurredAt: `${day}T12:00:00Z`, lines };
};
const shut: readonly Scenario[] = [
  {
    ...{ class: 85, procedure: 'inbound.purchase', what: 'in a frozen period', codes: ['COST_005'] },
    make: received((fixtures) => fixtures.frozenPeriod()),
  },
  {
    ...{ class: 85, procedure: 'inbound.purchase', what: 'in a closed period', codes: ['COST_006'] },
    make: received(async (fixtures) => {
      const period = await fixtures.duePeriod();
      await fixtures.call('period.close', { periodId: period.periodId });
      return period;
    }),
  },
  {
    ...{ class: 86, procedure: 'period.create', what: 'a day that another one has', codes: ['COST_007'] },
    make: async (fixtures) => {
      const { day } = await fixtures.period();
      return { startsOn: day, endsOn: day };
    },
  },
  {
    ...{ class: 86, procedure: 'period.create', what: 'around another one', codes: ['COST_007'] },
    make: async (fixtures) => {
      const [startsOn] = [await fixtures.freeDay(), await fixtures.period()];
      return { startsOn, endsOn: await fixtures.freeDay() };
    },
  },
];

export const costScenarios: readonly Scenario[] = [...rules, ...rates, ...shut];
