/** Adjustments and counts. */
import type { Fixtures } from '../fixtures.ts';
import type { MakeCall, Sheets } from '../procedure-sheet.ts';
import { found, ofPieces } from './pieces.ts';
import { DOCUMENT, STOCK } from './tables.ts';
import { BEFORE, FAR, happened, page } from './values.ts';

/** Just now: what is taken away must have been there, or costs could not follow. */
const header = () => ({ reasonCode: 'correction', ...happened() });
const brief = { reasonCode: 'found', operator: 'Somebody' };

/** A thousand units lie there, by one receipt. */
const place = async (fixtures: Fixtures) => {
  const { skuId, locationId, batchId } = await fixtures.stocked();
  return { skuId, locationId, batchId };
};
/** A cost belongs to a plus alone, so the line whose delta is tried has none. */
const plain = async (fixtures: Fixtures) => ({ ...(await place(fixtures)), delta: 5 });
const costly = async (fixtures: Fixtures) => ({ ...(await plain(fixtures)), unitCost: '2.50' });
const counted = async (fixtures: Fixtures) => ({
  ...(await place(fixtures)),
  ...{ counted: 1005, onHandVersion: 1, unitCost: '2.50' },
});

type MakeLine = (fixtures: Fixtures) => Promise<object>;
const one =
  (line: MakeLine, number: string): MakeCall =>
  async (fixtures) => ({ ...(await line(fixtures)), ...header(), [number]: fixtures.name() });
const many =
  (line: MakeLine, number: string): MakeCall =>
  async (fixtures) => ({ ...header(), [number]: fixtures.name(), lines: [await line(fixtures)] });
const seen = { counted: 4, onHandVersion: 1 };

export const adjustmentSheets: Sheets = {
  'adjustment.adjust': {
    calls: [
      ...[one(plain, 'adjustmentNo'), one(costly, 'adjustmentNo')],
      ofPieces((goods, fixtures) => ({ ...found(goods, fixtures), ...brief, delta: 1 })),
    ],
    writes: [...DOCUMENT, ...STOCK],
    keeps: ['adjustmentNo', 'serials.0'],
    // More than a level can count, or less than nothing.
    mayAnswer: { '*': 'INV_010' },
  },
  'adjustment.adjustMany': {
    calls: [
      ...[many(plain, 'adjustmentNo'), many(costly, 'adjustmentNo')],
      ofPieces((goods, fixtures) => ({ ...brief, lines: [{ ...found(goods, fixtures), delta: 1 }] })),
    ],
    writes: [...DOCUMENT, ...STOCK],
    keeps: ['adjustmentNo', 'lines.0.serials.0'],
    unique: ['adjustmentNo'],
    mayAnswer: { '*': 'INV_010' },
  },
  'adjustment.count': {
    calls: [one(counted, 'countNo'), ofPieces((goods, fixtures) => ({ ...found(goods, fixtures), ...brief, ...seen }))],
    writes: [...DOCUMENT, ...STOCK, 'stock_count_line'],
    keeps: ['countNo', 'serials.0'],
    // Another version than the one that stands.
    mayAnswer: { onHandVersion: 'INV_010' },
  },
  'adjustment.countMany': {
    calls: [
      many(counted, 'countNo'),
      ofPieces((goods, fixtures) => ({ ...brief, lines: [{ ...found(goods, fixtures), ...seen }] })),
    ],
    writes: [...DOCUMENT, ...STOCK, 'stock_count_line'],
    keeps: ['countNo', 'lines.0.serials.0'],
    unique: ['countNo'],
    mayAnswer: { onHandVersion: 'INV_010' },
  },
  'adjustment.get': {
    calls: [
      async (fixtures) => ({ id: (await fixtures.adjustment()).documentId }),
      async (fixtures) => ({ type: 'adjustment', documentNo: (await fixtures.adjustment()).documentNo }),
    ],
  },
  'adjustment.list': {
    calls: [() => ({ type: 'count', reasonCode: 'sample', from: BEFORE, to: FAR, ...page })],
  },
};
