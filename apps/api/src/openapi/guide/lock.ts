/** How locks, trace and recall are explained. They come last: a recall freezes what the examples before it sell. */
import { example, type Guide, SOME_ID } from './guide.ts';

const MUGS = 'inbound.purchase#/lines/2/batchId';
const FROZEN =
  'Of a frozen batch held stock can be released and expires; deducting, selling, topping up, merging, splitting, adjusting and a second lock are INV_016.';

export const lockGuide: Guide = {
  'lock.business': {
    summary: 'Take stock out of sale',
    description:
      'Free quantities of batches, for a business decision, until released or due (STOCK_LOCK_TTL when the call names no deadline, 0 is none). ' +
      'The same content again answers the lock that stands; other content under the same type and businessId is INV_008. INV_002 names every short batch.',
    examples: example(
      {
        batches: [{ batchId: SOME_ID, quantity: 4 }],
        type: 'promotion',
        businessId: 'SPRING-SALE',
        reason: 'kept for the opening hour',
        ttlSeconds: 3600,
      },
      { 'batches/0/batchId': MUGS },
    ),
  },
  'lock.get': { summary: 'One lock', examples: example({ lockId: SOME_ID }, { lockId: 'lock.business#/id' }) },
  'lock.list': {
    summary: 'Locks, newest first, page by page',
    description: 'By SKU, batch, state, kind or business id.',
    examples: example({ skuId: 'MUG', state: 'active' }),
  },
  'lock.release': {
    summary: 'End a lock',
    description:
      'What it kept goes back into sale, what it froze thaws. A repeat answers the same; a lock that ended by itself is INV_010.',
    examples: example({ lockId: SOME_ID, reason: 'the hour is over' }, { lockId: 'lock.business#/id' }),
  },
  'lock.operation': {
    summary: 'Freeze whole batches',
    description: `For a count, an inspection, a move. Names the batches, all or none. ${FROZEN}`,
    examples: example(
      { batchIds: [SOME_ID], operationType: 'inspection', operator: 'Ida', reason: 'a chipped cup', ttlSeconds: 1 },
      { 'batchIds/0': MUGS },
    ),
  },
  'lock.expireDue': {
    summary: 'End locks that are overdue',
    description: 'The worker does this all the time; call it where none runs.',
    examples: example({ limit: 20 }),
  },
  'batch.trace': {
    summary: 'Where a batch came from and where it went',
    description:
      'By batchId, or by skuId and batchNo: all places where the number lies, what it was split from or merged into, and page by page the documents and reservations that touched it.',
    examples: example({ skuId: 'TSHIRT-M', batchNo: 'LOT-2026-02' }),
  },
  'stock.trace': {
    summary: 'From an order, a document or a reservation back to the receipts',
    description:
      'Name one of orderNo, documentId and reservationId. Answers the batches that it took or holds, each with its receipts.',
    examples: example({ orderNo: 'ORDER-1001' }),
  },
  'batch.recall': {
    summary: 'Freeze a batch everywhere and move what is held of it',
    description:
      'Freezes every batch of the number and all that was split off or merged from it by one operation lock of type recall, then lets holds on it hold other stock of the same quality and place, as far as there is any. ' +
      'At most 500 holds a call: repeat it (with another key) until remaining is 0. Ends with lock.release.',
    examples: example({
      skuId: 'TSHIRT-M',
      batchNo: 'LOT-2026-02',
      reason: 'needle found in a seam',
      operator: 'Ida',
      otherLocations: true,
    }),
  },
};
