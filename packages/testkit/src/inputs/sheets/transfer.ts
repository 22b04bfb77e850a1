/** Transfers between two places. */
import type { Fixtures } from '../fixtures.ts';
import type { MakeCall, Sheets } from '../procedure-sheet.ts';
import { COST, DOCUMENT, IN_TRANSIT, PIECES, STOCK, TRANSFER } from './tables.ts';
import { FAR, happened, now, page, said } from './values.ts';

const plan = async (fixtures: Fixtures) => {
  const { skuId, batchId, qualityLevel, locationId } = await fixtures.stocked();
  return {
    ...{ transferNo: fixtures.name(), fromLocationId: locationId, toLocationId: await fixtures.location() },
    ...{ expectedAt: FAR, ...said, lines: [{ skuId, quantity: 1, batchId, strategy: 'fifo', qualityLevel }] },
  };
};
/** One piece, which is named as it leaves. */
const piecePlan: MakeCall = async (fixtures) => {
  const { skuId, locationId, serials } = await fixtures.tracked();
  return {
    ...{ transferNo: fixtures.name(), fromLocationId: locationId, toLocationId: await fixtures.location() },
    ...{ lines: [{ skuId, quantity: 1 }], serials: [{ line: 1, serials: [serials[0]] }] },
  };
};

const arrived = ({ batchNo }: { readonly batchNo: string }, fixtures: Fixtures) => ({
  ...{ documentNo: fixtures.name(), lines: [{ line: 1, batchNo, quantity: 1 }] },
  ...{ isFinal: true, writeOff: { reason: 'A reason' }, ...happened() },
});
const piecesArrived = async (fixtures: Fixtures) => {
  const { transferNo, serials } = await fixtures.travelling();
  return { transferNo, lines: [{ line: 1, quantity: 1, serials: [serials[0]] }] };
};
const received: readonly MakeCall[] = [
  async (fixtures) => {
    const transfer = await fixtures.transfer();
    return { transferNo: transfer.transferNo, ...arrived(transfer, fixtures) };
  },
  async (fixtures) => {
    const transfer = await fixtures.transfer();
    return { transferId: transfer.transferId, ...arrived(transfer, fixtures) };
  },
  async (fixtures) => ({ ...(await piecesArrived(fixtures)), documentNo: fixtures.name() }),
];

const MOVED = [...TRANSFER, ...IN_TRANSIT, ...DOCUMENT, ...STOCK];
/** A line that it has not, more than is on the way, or before it left. */
const SHORT = { '*': 'INV_010', line: 'INV_007', occurredAt: 'INV_005' };

export const transferSheets: Sheets = {
  'transfer.create': {
    calls: [plan],
    writes: TRANSFER,
    keeps: ['transferNo', 'lines.0.qualityLevel'],
  },
  'outbound.transfer': {
    calls: [async (fixtures) => ({ ...(await plan(fixtures)), occurredAt: now() }), piecePlan],
    writes: MOVED,
    keeps: ['transferNo'],
    unique: ['transferNo'],
    // Pieces of a line that the plan has not.
    mayAnswer: { '*': 'INV_002', line: 'INV_005' },
  },
  'transfer.ship': {
    calls: [
      async (fixtures) => ({ transferNo: (await fixtures.transfer('draft')).transferNo, occurredAt: now() }),
      async (fixtures) => ({ transferId: (await fixtures.transfer('draft')).transferId, occurredAt: now() }),
      async (fixtures) => {
        const { transferNo, serials } = await fixtures.travelling('draft');
        return { transferNo, serials: [{ line: 1, serials: [serials[0]] }] };
      },
    ],
    writes: MOVED,
    mayAnswer: { line: 'INV_005' },
  },
  'transfer.receive': {
    calls: received,
    writes: MOVED,
    keeps: ['documentNo'],
    mayAnswer: SHORT,
    toldOtherwise: ['writeOff.reason'],
  },
  'inbound.transfer': {
    calls: received,
    writes: MOVED,
    keeps: ['documentNo'],
    unique: ['documentNo'],
    mayAnswer: SHORT,
    toldOtherwise: ['writeOff.reason'],
  },
  'transfer.writeOff': {
    calls: [
      async (fixtures) => {
        const { transferNo, batchNo } = await fixtures.transfer();
        return { transferNo, lines: [{ line: 1, batchNo, quantity: 1 }], reason: 'A reason' };
      },
      async (fixtures) => ({ transferId: (await fixtures.transfer()).transferId, reason: 'A reason' }),
      async (fixtures) => ({ ...(await piecesArrived(fixtures)), reason: 'A reason' }),
    ],
    writes: [...TRANSFER, ...IN_TRANSIT, ...PIECES, ...COST],
    mayAnswer: SHORT,
    // The answer has the reason of the plan; why it ended is told as endReason, and how many were planned as quantity.
    toldOtherwise: ['reason', 'lines.0.quantity'],
  },
  'transfer.cancel': {
    calls: [
      async (fixtures) => ({
        ...{ transferNo: (await fixtures.transfer()).transferNo, documentNo: fixtures.name(), reason: 'A reason' },
      }),
      async (fixtures) => ({ transferId: (await fixtures.transfer()).transferId, reason: 'A reason' }),
    ],
    writes: MOVED,
    keeps: ['documentNo'],
    unique: ['documentNo'],
    toldOtherwise: ['reason'],
  },
  'transfer.get': {
    calls: [
      async (fixtures) => ({ transferNo: (await fixtures.transfer()).transferNo }),
      async (fixtures) => ({ transferId: (await fixtures.transfer()).transferId }),
    ],
  },
  'transfer.list': {
    calls: [
      async (fixtures) => {
        const { skuId, fromLocationId, toLocationId } = await fixtures.transfer();
        return { state: 'shipped', fromLocationId, toLocationId, skuId, ...page };
      },
    ],
  },
};
