/** How serials are explained: a SKU of its own, so that no other example needs names for its pieces. */
import { example, type Guide } from './guide.ts';

export const serialGuide: Guide = {
  'serial.get': {
    summary: 'One piece and everything that ever happened to it',
    description:
      'Where it is (or was last), its state, and its history: each event with its document, order, reservation and command. ' +
      'From there batch.trace and stock.trace lead on; the lines of a document name the pieces that it moved.',
    examples: example({ skuId: 'PHONE', serial: 'SN-0001' }),
  },
  'serial.list': {
    summary: 'Pieces of a SKU, page by page',
    description: 'In the order of their numbers (by bytes); by batch, location and state.',
    examples: example({ skuId: 'PHONE', state: 'inStock' }),
  },
};
