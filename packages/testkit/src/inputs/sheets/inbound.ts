/** Documents that bring stock in. */
import type { Fixtures } from '../fixtures.ts';
import type { MakeCall, Sheets } from '../procedure-sheet.ts';
import { comes, pieceDocument } from './pieces.ts';
import { DOCUMENT, IN_TRANSIT, STOCK } from './tables.ts';
import { BEFORE, FAR, happened, lot, page, said } from './values.ts';

const receipt = async (fixtures: Fixtures) => {
  const where = { locationId: await fixtures.location(), batchNo: fixtures.name() };
  const line = { skuId: fixtures.name(), quantity: 5, unitCost: '2.50', ...where, ...lot };
  return { documentNo: fixtures.name(), ...said, lines: [line] };
};
const bought = async (fixtures: Fixtures) => ({
  ...(await receipt(fixtures)),
  ...{ occurredAt: BEFORE, supplier: 'A supplier' },
});
/** At a price in another currency. */
const abroad: MakeCall = async (fixtures) => {
  const line = { skuId: fixtures.name(), quantity: 5, unitCost: '2.50', currency: await fixtures.currency() };
  return { documentNo: fixtures.name(), lines: [line] };
};
const returned =
  (original: (fixtures: Fixtures) => Promise<object>): MakeCall =>
  async (fixtures) => ({ documentNo: fixtures.name(), lines: [{ quantity: 1, ...(await original(fixtures)) }] });

const KEPT = ['documentNo', 'lines.0.serials.0', 'lines.0.skuId', 'lines.0.batchNo', 'lines.0.qualityLevel'];

export const inboundSheets: Sheets = {
  'inbound.purchase': {
    // One that was expected, by its id and by its reference.
    calls: [
      async (fixtures) => ({ ...(await bought(fixtures)), inTransitId: (await fixtures.expected()).inTransitId }),
      async (fixtures) => ({ ...(await bought(fixtures)), expectedReference: (await fixtures.expected()).reference }),
      pieceDocument(comes),
      abroad,
    ],
    writes: [...DOCUMENT, ...STOCK, ...IN_TRANSIT, 'sku'],
    keeps: KEPT,
  },
  'inbound.return': {
    // Without an original it has a cost; with one it names a sold line, by id or number, or a reservation whose goods left.
    calls: [
      bought,
      returned(async (fixtures) => {
        const { skuId, documentId } = await fixtures.sale();
        return { skuId, originalDocumentId: documentId, originalLine: 1 };
      }),
      returned(async (fixtures) => {
        const { skuId, documentNo } = await fixtures.sale();
        return { skuId, originalDocumentNo: documentNo, originalLine: 1 };
      }),
      returned(async (fixtures) => {
        const { skuId, id } = await fixtures.deducted();
        return { skuId, reservationId: id };
      }),
      pieceDocument(comes),
    ],
    writes: [...DOCUMENT, ...STOCK, 'sku'],
    keeps: KEPT,
    // A line that the original has not.
    mayAnswer: { originalLine: 'INV_007' },
  },
  'inbound.production': {
    calls: [
      async (fixtures) => ({
        ...(await receipt(fixtures)),
        ...{ occurredAt: BEFORE, workOrderNo: fixtures.name() },
      }),
      pieceDocument(comes),
      abroad,
    ],
    writes: [...DOCUMENT, ...STOCK, 'sku'],
    keeps: [...KEPT, 'workOrderNo'],
  },
  'inbound.opening': {
    calls: [
      async (fixtures) => ({ ...(await receipt(fixtures)), asOf: BEFORE }),
      async (fixtures) => {
        const { skuId, serials } = await fixtures.unmoved();
        const line = { skuId, quantity: 1, unitCost: '2.50', serials };
        return { documentNo: fixtures.name(), asOf: BEFORE, lines: [line] };
      },
      async (fixtures) => ({ ...(await abroad(fixtures)), asOf: BEFORE }),
    ],
    writes: [...DOCUMENT, ...STOCK, 'sku'],
    keeps: KEPT,
    // A SKU that never moved.
    unique: ['lines.0.skuId'],
  },
  'inbound.reverse': {
    calls: [
      async (fixtures) => ({
        ...{ documentId: (await fixtures.stocked()).documentId, documentNo: fixtures.name() },
        ...happened(),
      }),
    ],
    writes: [...DOCUMENT, ...STOCK],
    keeps: ['documentNo'],
    unique: ['documentNo'],
    // Nothing is taken back before it happened.
    mayAnswer: { occurredAt: 'INV_005' },
  },
  'inbound.get': {
    calls: [
      async (fixtures) => ({ id: (await fixtures.stocked()).documentId }),
      async (fixtures) => ({ type: 'purchase', documentNo: (await fixtures.stocked()).documentNo }),
    ],
  },
  'inbound.list': { calls: [() => ({ type: 'purchase', supplier: 'A supplier', from: BEFORE, to: FAR, ...page })] },
};
