/** Batches: made, corrected, merged, split, traced, recalled. */
import { at } from '../wire.ts';
import type { Sheets } from '../procedure-sheet.ts';
import { comes, ofPieces } from './pieces.ts';
import { DOCUMENT, HOLD, LOCK, STOCK } from './tables.ts';
import { happened, lot, page, said } from './values.ts';

export const batchSheets: Sheets = {
  'batch.create': {
    calls: [
      async (fixtures) => {
        const { skuId, locationId } = await fixtures.stocked();
        return { skuId, locationId, batchNo: fixtures.name(), quantity: 5, unitCost: '2.50', ...lot };
      },
      ofPieces((goods, fixtures) => ({ ...comes(goods, fixtures), batchNo: fixtures.name() })),
    ],
    writes: ['sku', ...STOCK],
    keeps: ['skuId', 'batchNo', 'qualityLevel', 'serials.0'],
    mayAnswer: { '*': 'INV_010' },
  },
  'batch.get': { calls: [async (fixtures) => ({ batchId: (await fixtures.stocked()).batchId })] },
  'batch.attributes': { calls: [async (fixtures) => ({ batchId: (await fixtures.stocked()).batchId })] },
  'batch.list': {
    calls: [
      async (fixtures) => {
        const { skuId, locationId } = await fixtures.stocked();
        return { skuId, locationId, status: 'available', ...page };
      },
    ],
  },
  'batch.trace': {
    calls: [
      async (fixtures) => ({ batchId: (await fixtures.stocked()).batchId, ...page }),
      async (fixtures) => {
        const { skuId, batchNo } = await fixtures.stocked();
        return { skuId, batchNo, ...page };
      },
    ],
  },
  'batch.recall': {
    calls: [
      async (fixtures) => {
        const { skuId, batchNo } = await fixtures.stocked();
        return { skuId, batchNo, ...said, otherLocations: false };
      },
    ],
    writes: [...LOCK, ...HOLD, ...STOCK],
  },
  'batch.merge': {
    calls: [
      async (fixtures) => {
        const { batchIds } = await fixtures.children();
        return { batchIds, targetBatchNo: fixtures.name(), ...happened() };
      },
    ],
    writes: [...DOCUMENT, ...STOCK],
    keeps: ['targetBatchNo'],
  },
  'batch.split': {
    calls: [
      async (fixtures) => ({ batchId: (await fixtures.stocked()).batchId, quantities: [2, 3], ...happened() }),
      ofPieces(({ batchId, serials }) => ({ batchId, quantities: [1], serials: [[at(serials, [0])]] })),
    ],
    writes: [...DOCUMENT, ...STOCK],
    mayAnswer: { '*': 'INV_002' },
  },
  'batch.update': {
    calls: [async (fixtures) => ({ batchId: (await fixtures.stocked()).batchId, ...lot })],
    writes: ['stock_batch'],
    keeps: ['qualityLevel'],
  },
  'batch.expireDue': { calls: [() => page], writes: ['stock_batch'] },
};
