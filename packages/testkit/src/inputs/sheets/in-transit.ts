/** Goods that are expected from outside. */
import type { Sheets } from '../procedure-sheet.ts';
import { IN_TRANSIT } from './tables.ts';
import { BEFORE, FAR, page } from './values.ts';

export const inTransitSheets: Sheets = {
  'inTransit.create': {
    calls: [
      async (fixtures) => {
        const { skuId, locationId } = await fixtures.stocked();
        const lines = [{ skuId, locationId, quantity: 5 }];
        return { reference: fixtures.name(), source: 'purchase', supplier: 'A supplier', expectedAt: FAR, lines };
      },
    ],
    writes: IN_TRANSIT,
    keeps: ['reference', 'lines.0.skuId'],
  },
  'inTransit.update': {
    calls: [
      async (fixtures) => ({
        ...{ inTransitId: (await fixtures.expected()).inTransitId, expectedAt: FAR },
        lines: [{ line: 1, quantity: 7 }],
      }),
    ],
    writes: IN_TRANSIT,
    mayAnswer: { line: 'INV_007' },
  },
  'inTransit.cancel': {
    calls: [async (fixtures) => ({ inTransitId: (await fixtures.expected()).inTransitId, reason: 'A reason' })],
    writes: IN_TRANSIT,
  },
  'inTransit.get': { calls: [async (fixtures) => ({ inTransitId: (await fixtures.expected()).inTransitId })] },
  'inTransit.list': {
    calls: [
      async (fixtures) => {
        const { skuId, locationId } = await fixtures.expected();
        return { skuId, locationId, status: 'expected', source: 'purchase', from: BEFORE, to: FAR, ...page };
      },
    ],
  },
};
