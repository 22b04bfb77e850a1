/** How the life of batches is explained: after the receipts, whose batches the examples split and merge. */
import { example, type Guide, SOME_ID } from './guide.ts';

const LOT = 'batch.create#/batchId';

export const batchGuide: Guide = {
  'batch.split': {
    summary: 'Make batches of their own of free units',
    description:
      'One child for each quantity, numbered `<batchNo>-1`, `-2`… as far as they are free, else alike: dates, quality, cost, attributes, and the moment of receipt. Only what nobody holds or locks: INV_002 tells what is free.',
    examples: example({ batchId: SOME_ID, quantities: [2, 1], reason: 'two shelves' }, { batchId: LOT }),
  },
  'batch.merge': {
    summary: 'Make one batch of several',
    description:
      'Of one SKU, location and quality, into one of them or a number that the SKU does not have. Quantities are summed, dates are the earliest, the cost is the mean by quantity. ' +
      'Reservations and locks follow (of at most 1,000 reservations at once), and later receipts of a merged number reach the target. INV_009 when they are not alike; expired goods merge with expired ones alone.',
    examples: example(
      { batchIds: [SOME_ID, SOME_ID.replace('Z5', 'Z6')], targetBatchNo: 'LOT-2026-01/B', operator: 'Ida' },
      { 'batchIds/0': 'batch.split#/children/0/batchId', 'batchIds/1': 'batch.split#/children/1/batchId' },
    ),
  },
  'batch.update': {
    summary: 'Correct what is said of a batch',
    description:
      'Attributes are of the one batch. Dates and quality are what its number means: they are corrected in every batch of the number, wherever it lies; quality only while none is reserved. A later expiry brings expired goods back into sale.',
    examples: example({ batchId: SOME_ID, expiresAt: '2037-01-31', attributes: { bay: 'B4' } }, { batchId: LOT }),
  },
  'batch.expireDue': {
    summary: 'Mark batches that are past their date',
    description:
      'The worker does this all the time; call it where none runs. Such stock is out of sale from the moment of its date, marked or not.',
    examples: example({ limit: 100 }),
  },
};
