/** How adjustments and counts are explained. Counts come first: they name the version that stock.levels has just told. */
import { example, type Guide } from './guide.ts';

const WITHIN =
  'What is reserved or locked is never cut into (INV_002 names what is free), frozen batches are INV_016, and nothing is clamped. ' +
  'The same number with the same content answers the first result.';

/** Where the examples find a level and its version. */
const LEVEL = 'stock.levels#/items/0';
const COUNTED = { skuId: 'TSHIRT-M', locationId: 'default', counted: 41, onHandVersion: 7 };

export const adjustmentGuide: Guide = {
  'adjustment.count': {
    summary: 'Set the stock of a SKU, or of one batch, to what was counted',
    description:
      'Names the onHandVersion at which it was counted (stock.levels); reservations do not raise it. When goods have moved since, INV_010 tells the current value and version in details.current. ' +
      `A count that finds what the books say moves nothing and is kept as a document without lines. ${WITHIN}`,
    examples: example(
      { ...COUNTED, reasonCode: 'stocktake', operator: 'Ann', countNo: 'CNT-1' },
      {
        skuId: `${LEVEL}/skuId`,
        locationId: `${LEVEL}/locationId`,
        counted: `${LEVEL}/onHand`,
        onHandVersion: `${LEVEL}/onHandVersion`,
      },
    ),
  },
  'adjustment.countMany': {
    summary: 'Count up to 1,000 lines, all or none',
    description: `Each level, or each of its batches, is counted once. Of several stale lines details.current tells all. ${WITHIN}`,
    examples: example(
      { reasonCode: 'stocktake', operator: 'Ann', lines: [COUNTED] },
      {
        'lines/0/skuId': `${LEVEL}/skuId`,
        'lines/0/locationId': `${LEVEL}/locationId`,
        'lines/0/counted': `${LEVEL}/onHand`,
        'lines/0/onHandVersion': `${LEVEL}/onHandVersion`,
      },
    ),
  },
  'adjustment.adjust': {
    summary: 'Correct the stock of one SKU by so many units',
    description:
      "A minus takes from the named batch (also an expired one), else from free stock by the SKU's strategy. A plus goes into the named batch, else into the newest open one, else into a new batch `ADJ-…`; " +
      `left out, the unit cost is the last one known. ${WITHIN}`,
    examples: example({
      skuId: 'MUG',
      delta: -1,
      reasonCode: 'damage',
      reason: 'handle came off',
      operator: 'Ann',
      adjustmentNo: 'ADJ-31',
    }),
  },
  'adjustment.adjustMany': {
    summary: 'Correct up to 1,000 lines, all or none',
    description: `Of several lines that fail, details.failures names every one. ${WITHIN}`,
    examples: example({
      reasonCode: 'found',
      operator: 'Ann',
      lines: [
        { skuId: 'MUG', delta: 1 },
        { skuId: 'TSHIRT-M', delta: 1 },
      ],
    }),
  },
  'adjustment.get': {
    summary: 'One adjustment or count with its lines',
    description: 'By id, or by type and documentNo.',
    examples: example({ type: 'adjustment', documentNo: 'ADJ-31' }),
  },
  'adjustment.list': {
    summary: 'Adjustments and counts, newest first, page by page',
    description: 'By type, reason code and time.',
    examples: example({ reasonCode: 'damage' }),
  },
};
