/** Pieces with numbers of their own. */
import type { Sheets } from '../procedure-sheet.ts';
import { ofPieces } from './pieces.ts';
import { page } from './values.ts';

export const serialSheets: Sheets = {
  'serial.get': { calls: [ofPieces(({ skuId, serials }) => ({ skuId, serial: serials[0] }))] },
  'serial.list': {
    calls: [ofPieces(({ skuId, batchId, locationId }) => ({ skuId, batchId, locationId, state: 'inStock', ...page }))],
  },
};
