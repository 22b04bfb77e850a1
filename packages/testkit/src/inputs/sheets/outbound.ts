/** Documents that take stock out. */
import type { Fixtures } from '../fixtures.ts';
import type { MakeCall, Sheets } from '../procedure-sheet.ts';
import { leaves, ofPieces, pieceDocument } from './pieces.ts';
import { DOCUMENT, HOLD, STOCK } from './tables.ts';
import { BEFORE, criteria, FAR, happened, page } from './values.ts';

/** Free stock of a batch that is named. */
const taking =
  (header: (fixtures: Fixtures) => object = () => ({})): MakeCall =>
  async (fixtures) => {
    const goods = await fixtures.stocked();
    const line = { skuId: goods.skuId, quantity: 1, strategy: 'fifo', ...criteria(goods), batchId: goods.batchId };
    return { documentNo: fixtures.name(), ...happened(), ...header(fixtures), lines: [line] };
  };

const sentBack =
  (original: (fixtures: Fixtures) => Promise<object>): MakeCall =>
  async (fixtures) => ({
    ...{ documentNo: fixtures.name(), supplier: 'A supplier' },
    lines: [{ quantity: 1, originalLine: 1, ...(await original(fixtures)) }],
  });

/** Too little of it, or nothing yet at the time that is named. */
const SHORT = { '*': 'INV_002', occurredAt: 'COST_002' };

export const outboundSheets: Sheets = {
  'outbound.sales': {
    calls: [
      async (fixtures) => {
        const goods = await fixtures.stocked();
        const numbers = { orderNo: fixtures.name(), documentNo: fixtures.name() };
        const line = { skuId: goods.skuId, quantity: 1, strategy: 'fifo', ...criteria(goods) };
        return { ...numbers, ...happened(), lines: [line] };
      },
      ofPieces((goods, fixtures) => ({ orderNo: fixtures.name(), lines: [leaves(goods, fixtures)] })),
    ],
    writes: [...DOCUMENT, ...HOLD, ...STOCK],
    keeps: ['documentNo', 'orderNo'],
    mayAnswer: SHORT,
  },
  'outbound.damage': {
    calls: [taking(), pieceDocument(leaves, { reason: 'A reason' })],
    writes: [...DOCUMENT, ...STOCK],
    keeps: ['documentNo'],
    mayAnswer: SHORT,
  },
  'outbound.pick': {
    calls: [taking((fixtures) => ({ workOrderNo: fixtures.name() })), pieceDocument(leaves)],
    writes: [...DOCUMENT, ...STOCK],
    keeps: ['documentNo', 'workOrderNo'],
    mayAnswer: SHORT,
  },
  'outbound.supplierReturn': {
    calls: [
      taking(() => ({ supplier: 'A supplier' })),
      sentBack(async (fixtures) => {
        const { skuId, documentId } = await fixtures.stocked();
        return { skuId, originalDocumentId: documentId };
      }),
      sentBack(async (fixtures) => {
        const { skuId, documentNo } = await fixtures.stocked();
        return { skuId, originalDocumentNo: documentNo };
      }),
      pieceDocument(leaves, { supplier: 'A supplier' }),
    ],
    writes: [...DOCUMENT, ...STOCK],
    keeps: ['documentNo'],
    mayAnswer: { ...SHORT, originalLine: 'INV_007' },
  },
  'outbound.reverse': {
    calls: [
      async (fixtures) => ({
        ...{ documentId: (await fixtures.sale()).documentId, documentNo: fixtures.name() },
        ...happened(),
      }),
    ],
    writes: [...DOCUMENT, ...STOCK],
    keeps: ['documentNo'],
    unique: ['documentNo'],
    // Nothing is taken back before it happened.
    mayAnswer: { occurredAt: 'INV_005' },
  },
  'outbound.get': {
    calls: [
      async (fixtures) => ({ id: (await fixtures.sale()).documentId }),
      async (fixtures) => ({ type: 'sales', documentNo: (await fixtures.sale()).documentNo }),
    ],
  },
  'outbound.list': {
    calls: [
      async (fixtures) => ({
        ...{ type: 'sales', orderNo: (await fixtures.sale()).documentNo, supplier: 'A supplier' },
        ...{ from: BEFORE, to: FAR, ...page },
      }),
    ],
  },
};
