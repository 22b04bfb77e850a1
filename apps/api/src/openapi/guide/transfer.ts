/** How transfers and expected receipts are explained. */
import { example, type Guide, SOME_ID } from './guide.ts';

const ONCE = 'A repeat with the same number and content answers the first result; other content is INV_008.';
const STEPS = 'draft, shipped, partlyReceived, then done or cancelled';

export const transferGuide: Guide = {
  'inTransit.create': {
    summary: 'Tell what was ordered and when it should come',
    description: `A purchase that names it (inTransitId or expectedReference) lowers what is still on its way. ${ONCE}`,
    examples: example({
      reference: 'ORDERED-55',
      supplier: 'Acme Textiles',
      expectedAt: '2036-02-01T08:00:00Z',
      lines: [{ skuId: 'TSHIRT-M', quantity: 60 }],
    }),
  },
  'inTransit.update': {
    summary: 'Change when goods should come, or how many',
    description: 'Of a purchase alone: a transfer on its way has what was shipped. Never less than arrived already.',
    examples: example(
      { inTransitId: SOME_ID, expectedAt: '2036-02-03T08:00:00Z', lines: [{ line: 1, quantity: 80 }] },
      { inTransitId: 'inTransit.create#/id' },
    ),
  },
  'inTransit.get': {
    summary: 'One expected receipt',
    examples: example({ inTransitId: SOME_ID }, { inTransitId: 'inTransit.create#/id' }),
  },
  'inTransit.list': {
    summary: 'What is on its way, newest first, page by page',
    description:
      'By SKU, location, status, source, and by when it should come. Transfers stand among them from shipping on, under their own id; overdue ones are marked.',
    examples: example({ skuId: 'TSHIRT-M', status: 'expected' }),
  },
  'inTransit.cancel': {
    summary: 'Expect the rest no more',
    description: 'A repeat answers the same; INV_010 once everything has come.',
    examples: example(
      { inTransitId: SOME_ID, reason: 'the supplier has none left' },
      { inTransitId: 'inTransit.create#/id' },
    ),
  },
  'transfer.create': {
    summary: 'Plan a transfer',
    description: `Moves nothing and holds nothing. Then: ${STEPS}. ${ONCE}`,
    examples: example({
      transferNo: 'TR-2026-01',
      fromLocationId: 'default',
      toLocationId: 'NORTH',
      expectedAt: '2036-01-20T12:00:00Z',
      lines: [{ skuId: 'TSHIRT-M', quantity: 6 }],
    }),
  },
  'transfer.ship': {
    summary: 'Send the goods',
    description:
      'Takes free stock at the source by a document of type transferOut: all lines or none, INV_002 names every short one. Shipping it again answers the same document.',
    examples: example({ transferNo: 'TR-2026-01' }),
  },
  'transfer.receive': {
    summary: 'Take in what arrived',
    description:
      'Each receipt is a document of type transferIn. Without lines everything on the way arrives, under the transferNo; a part needs a documentNo of its own. ' +
      'Goods keep batch number, dates, quality and cost. With isFinal and writeOff what is missing is written off. ' +
      ONCE,
    examples: example({ transferNo: 'TR-2026-01', documentNo: 'TR-2026-01/1', lines: [{ line: 1, quantity: 4 }] }),
  },
  'transfer.writeOff': {
    summary: 'Give up goods that will not arrive',
    description: 'They left the source and never came: no stock moves. Without lines everything that is on the way.',
    examples: example({
      transferNo: 'TR-2026-01',
      lines: [{ line: 1, quantity: 1 }],
      reason: 'one fell off the lorry',
    }),
  },
  'transfer.get': {
    summary: 'One transfer: what is where, batch by batch',
    description: 'shipped = received + inTransit + writtenOff + returned, of each line and of each batch.',
    examples: example({ transferNo: 'TR-2026-01' }),
  },
  'transfer.list': {
    summary: 'Transfers, newest first, page by page',
    description: 'By state, source, destination and SKU.',
    examples: example({ skuId: 'TSHIRT-M', toLocationId: 'NORTH' }),
  },
  'transfer.cancel': {
    summary: 'Call a transfer off',
    description:
      'A draft just ends. After shipping, what is still on the way comes back to the batches that it left, by a document of type transferIn. A repeat answers the same.',
    examples: example({ transferNo: 'TR-2026-01', reason: 'sold here after all' }),
  },
  'outbound.transfer': {
    summary: 'Plan and send a transfer in one call',
    description: `transfer.create and transfer.ship as one step: both or neither. ${ONCE}`,
    examples: example({
      transferNo: 'TR-2026-02',
      fromLocationId: 'default',
      toLocationId: 'NORTH',
      operator: 'Ann',
      lines: [{ skuId: 'MUG', quantity: 3 }],
    }),
  },
  'inbound.transfer': {
    summary: 'Take in what arrived, by the number of the transfer',
    description: 'The same as transfer.receive.',
    examples: example({ transferNo: 'TR-2026-02' }),
  },
};
