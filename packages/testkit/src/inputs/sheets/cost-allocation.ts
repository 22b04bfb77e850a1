/** Costs shared out to SKUs by a rule, and costs that arrive after the goods. */
import type { Fixtures } from '../fixtures.ts';
import type { Sheets } from '../procedure-sheet.ts';
import { COST } from './tables.ts';
import { now, page } from './values.ts';

const terms = async (fixtures: Fixtures) => ({
  ...{ targets: [{ skuId: (await fixtures.stocked()).skuId, weight: '2.50' }], amount: '10.00', isAutomatic: false },
});

const late = async (fixtures: Fixtures) => {
  const { skuId, documentId, batchId } = await fixtures.stocked();
  return { skuId, documentId, batchId, amount: '10.00', reason: 'A reason' };
};

export const costAllocationSheets: Sheets = {
  'costAllocation.createRule': {
    calls: [
      async (fixtures) => ({ name: fixtures.name(), source: 'indirect', method: 'ratio', ...(await terms(fixtures)) }),
    ],
    writes: ['cost_rule'],
    keeps: ['name'],
    // By which nobody would get anything.
    mayAnswer: { weight: 'COST_008' },
  },
  'costAllocation.updateRule': {
    calls: [async (fixtures) => ({ rule: await fixtures.costRule(), ...(await terms(fixtures)) })],
    writes: ['cost_rule'],
    mayAnswer: { weight: 'COST_008' },
  },
  'costAllocation.rules': { calls: [() => page] },
  'costAllocation.allocate': {
    calls: [
      async (fixtures) => ({ rule: await fixtures.costRule(), amount: '10.00', allocatedOn: now().slice(0, 10) }),
      async (fixtures) => ({
        ...{ rule: await fixtures.costRule(), amount: '10.00', currency: await fixtures.currency() },
      }),
    ],
    writes: [...COST, 'cost_allocation'],
    // A day to come.
    mayAnswer: { allocatedOn: 'INV_005' },
  },
  'costAllocation.lateCost': {
    calls: [
      async (fixtures) => ({ ...(await late(fixtures)), occurredAt: now() }),
      async (fixtures) => ({ ...(await late(fixtures)), currency: await fixtures.currency() }),
    ],
    writes: COST,
    // Before the goods came.
    mayAnswer: { occurredAt: 'INV_005' },
  },
  'costAllocation.list': {
    calls: [async (fixtures) => ({ periodId: await fixtures.currentPeriod(), ...page })],
  },
  'costAllocation.allocated': {
    calls: [async (fixtures) => ({ skuId: (await fixtures.stocked()).skuId, on: '2026-01-05' })],
  },
};
