/** Looking at stock, and the settings of a level. */
import type { Sheets } from '../procedure-sheet.ts';
import { ofPieces } from './pieces.ts';
import { BEFORE, criteria, FAR, page } from './values.ts';

const MOST = 2_147_483_647;

export const stockSheets: Sheets = {
  'stock.check': { calls: [async (fixtures) => ({ skuId: (await fixtures.stocked()).skuId })] },
  'stock.checkMany': { calls: [async (fixtures) => ({ skuIds: [(await fixtures.stocked()).skuId] })] },
  'stock.available': {
    calls: [
      async (fixtures) => {
        const goods = await fixtures.stocked();
        return { skuId: goods.skuId, ...criteria(goods), excludeExpired: true, includeReserved: false };
      },
      async (fixtures) => {
        const goods = await fixtures.family();
        return { spuId: goods.spuId, ...criteria(goods) };
      },
    ],
  },
  'stock.allocate': {
    calls: [
      async (fixtures) => {
        const goods = await fixtures.stocked();
        return { skuId: goods.skuId, quantity: 1, strategy: 'fifo', ...criteria(goods) };
      },
    ],
    mayAnswer: { '*': 'INV_002' },
  },
  'stock.explain': { calls: [async (fixtures) => ({ skuId: (await fixtures.stocked()).skuId })] },
  'stock.asOf': {
    calls: [
      async (fixtures) => {
        const { skuId, locationId } = await fixtures.stocked();
        return { skuId, locationId, at: BEFORE };
      },
    ],
  },
  'stock.movements': {
    calls: [
      async (fixtures) => {
        const { skuId, locationId } = await fixtures.stocked();
        return { skuId, locationId, kinds: ['receive'], from: BEFORE, to: FAR, ...page };
      },
      async (fixtures) => ({ commandId: await fixtures.command(), ...page }),
      async (fixtures) => ({ documentId: (await fixtures.stocked()).documentId, ...page }),
    ],
  },
  'stock.lowStock': {
    calls: [async (fixtures) => ({ severity: 'warning', locationId: (await fixtures.stocked()).locationId, ...page })],
  },
  'stock.levels': {
    calls: [
      async (fixtures) => {
        const { skuId, locationId } = await fixtures.stocked();
        return { skuId, locationId, ...page };
      },
    ],
  },
  'stock.configure': {
    // Critical must stay within warning, whichever of the two is tried.
    calls: [
      async (fixtures) => {
        const { skuId, locationId } = await fixtures.stocked();
        return { skuId, locationId, warningThreshold: 10, highThreshold: 1000, isActive: true };
      },
      async (fixtures) => {
        const { skuId, locationId } = await fixtures.stocked();
        return { skuId, locationId, criticalThreshold: 5, warningThreshold: MOST };
      },
    ],
    writes: ['stock_level'],
  },
  'stock.trace': {
    calls: [
      async (fixtures) => ({ orderNo: (await fixtures.sale()).documentNo, ...page }),
      async (fixtures) => ({ documentId: (await fixtures.sale()).documentId, ...page }),
      async (fixtures) => ({ reservationId: (await fixtures.hold()).id, ...page }),
      ofPieces(({ skuId, serials }) => ({ skuId, serial: serials[0], ...page })),
    ],
  },
};
