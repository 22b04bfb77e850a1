/** What units cost and stock is worth, and what accountants decide about a SKU. */
import type { Sheets } from '../procedure-sheet.ts';
import { COST } from './tables.ts';
import { BEFORE, now, page } from './values.ts';

export const costSheets: Sheets = {
  'cost.calculate': {
    calls: [async (fixtures) => ({ skuId: (await fixtures.stocked()).skuId, quantity: 1, strategy: 'fifo' })],
    // More than there is to be costed.
    mayAnswer: { quantity: 'COST_002' },
  },
  'cost.calculateMany': {
    calls: [
      async (fixtures) => ({
        items: [{ skuId: (await fixtures.stocked()).skuId, quantity: 1, strategy: 'fifo' }],
      }),
    ],
    refusesWithin: 'items',
    mayAnswer: { quantity: 'COST_002' },
  },
  'cost.averageCost': { calls: [async (fixtures) => ({ skuId: (await fixtures.stocked()).skuId })] },
  'cost.inventoryValue': {
    calls: [async (fixtures) => ({ skuIds: [(await fixtures.stocked()).skuId], byLocation: true, ...page })],
  },
  'cost.records': {
    calls: [
      async (fixtures) => {
        const periodId = await fixtures.currentPeriod();
        const { skuId, documentId } = await fixtures.stocked();
        return { skuId, periodId, documentId, kind: 'receipt', account: 'purchases', ...page };
      },
    ],
  },
  'cost.preview': {
    calls: [
      async (fixtures) => ({
        ...{ skuId: (await fixtures.stocked()).skuId, type: 'receipt', quantity: 5, unitCost: '2.50' },
        occurredAt: now(),
      }),
      async (fixtures) => {
        const { skuId, documentId, batchId } = await fixtures.stocked();
        return { skuId, type: 'lateCost', documentId, batchId, amount: '10.00' };
      },
    ],
  },
  'cost.strategies': { calls: [() => ({})] },
  'cost.switchStrategy': {
    calls: [async (fixtures) => ({ skuId: (await fixtures.stocked()).skuId, to: 'fifo' })],
    writes: COST,
  },
  'cost.revalue': {
    calls: [async (fixtures) => ({ skuId: (await fixtures.stocked()).skuId, amount: '-25.00', reason: 'A reason' })],
    writes: COST,
    mayAnswer: { amount: 'INV_010' },
  },
  'cost.standardCost': {
    calls: [
      async (fixtures) => ({
        ...{ skuId: (await fixtures.stocked()).skuId, cost: '12.00', per: 1, reason: 'A reason' },
      }),
    ],
    writes: [...COST, 'standard_cost'],
  },
  'cost.setRate': {
    calls: [(fixtures) => ({ currency: 'USD', on: BEFORE.slice(0, 10), rate: '7.25', reason: fixtures.name() })],
    writes: ['currency_rate'],
  },
  'cost.rates': { calls: [async (fixtures) => ({ currency: await fixtures.currency(), ...page })] },
};
