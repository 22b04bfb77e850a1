/** How reservations are explained. */
import { example, type Guide, SOME_ID } from './guide.ts';

const cart = (businessId: string) => ({ type: 'cart', businessId });
const order = (businessId: string) => ({ type: 'order', businessId });
const TARGET = 'Names one reservation by id, or all of a cart or order by type and businessId.';

export const reservationGuide: Guide = {
  'reservation.reserve': {
    summary: 'Hold stock until a deadline',
    description:
      'Pins batches. The same content again answers the reservation that is held; other content is INV_008 unless replace is true. INV_002 says what could be had.',
    examples: [
      { name: 'cart', input: { skuId: 'TSHIRT-M', quantity: 2, ...cart('CART-500'), ttlSeconds: 900 } },
      {
        name: 'fromOneLocation',
        input: { skuId: 'TSHIRT-M', quantity: 1, ...cart('CART-501'), locationId: 'NORTH', strategy: 'fifo' },
      },
    ],
  },
  'reservation.reserveMany': {
    summary: 'Hold several lines, all or none',
    examples: example({
      lines: [
        { skuId: 'TSHIRT-M', quantity: 2, ...order('ORDER-1001') },
        { skuId: 'MUG', quantity: 1, ...order('ORDER-1001') },
      ],
    }),
  },
  'reservation.get': {
    summary: 'One reservation',
    examples: example({ id: SOME_ID }, { id: 'reservation.reserve#/id' }),
  },
  'reservation.list': {
    summary: 'Reservations, page by page',
    description: 'Name at least one of businessId, skuId and state.',
    examples: example({ skuId: 'TSHIRT-M', state: 'active' }),
  },
  'reservation.extend': {
    summary: 'Move the deadline',
    description: `${TARGET} The deadline only moves later; name ttlSeconds (from now) or expiresAt.`,
    examples: example({ ...cart('CART-500'), ttlSeconds: 3600 }),
  },
  'reservation.convert': {
    summary: 'Turn a cart into an order',
    description: 'What is held keeps its batches and gets the name of the order. A repeat changes nothing.',
    examples: example({ from: cart('CART-500'), to: order('ORDER-1002') }),
  },
  'reservation.confirm': {
    summary: 'Hold without a deadline, once it is paid',
    description: TARGET,
    examples: example(order('ORDER-1002')),
  },
  'reservation.deduct': {
    summary: 'Let held goods leave',
    description: `${TARGET} With an id a part may be deducted; the rest stays held.`,
    examples: example(order('ORDER-1002')),
  },
  'reservation.release': {
    summary: 'Give held stock back',
    description: TARGET,
    examples: example({ ...cart('CART-501'), reason: 'cart emptied' }),
  },
  'reservation.expireDue': {
    summary: 'End what is overdue',
    description: 'The worker does this all the time; call it where none runs.',
    examples: example({ limit: 100 }),
  },
};
