/** Reservations. */
import type { Fixtures } from '../fixtures.ts';
import type { MakeCall, Sheets } from '../procedure-sheet.ts';
import type { Hold } from '../stock-fixtures.ts';
import { HOLD, STOCK } from './tables.ts';
import { criteria, now, page, soon } from './values.ts';

const line = async (fixtures: Fixtures) => {
  const goods = await fixtures.stocked();
  return {
    ...{ skuId: goods.skuId, quantity: 1, type: 'cart', businessId: fixtures.name(), lineId: fixtures.name() },
    ...{ ...criteria(goods), batchIds: [goods.batchId], strategy: 'fifo', replace: false },
  };
};
const lasting = async (fixtures: Fixtures) => ({ ...(await line(fixtures)), ttlSeconds: 70_000 });
/** The same line with the other way to name a deadline. */
const untilThen = async (fixtures: Fixtures) => ({ ...(await line(fixtures)), expiresAt: soon() });

const target = ({ type, businessId }: Hold) => ({ type, businessId });
const byId =
  (more: object = {}): MakeCall =>
  async (fixtures) => ({ id: (await fixtures.hold()).id, ...more });
const byBusiness =
  (more: () => object = () => ({})): MakeCall =>
  async (fixtures) => ({ ...target(await fixtures.hold()), ...more() });

export const reservationSheets: Sheets = {
  'reservation.reserve': {
    calls: [lasting, untilThen],
    writes: [...HOLD, ...STOCK],
    keeps: ['businessId', 'lineId'],
    mayAnswer: { '*': 'INV_002' },
  },
  'reservation.reserveMany': {
    calls: [
      async (fixtures) => ({ lines: [await lasting(fixtures)] }),
      async (fixtures) => ({ lines: [await untilThen(fixtures)] }),
    ],
    writes: [...HOLD, ...STOCK],
    keeps: ['lines.0.businessId', 'lines.0.lineId'],
    mayAnswer: { '*': 'INV_002' },
  },
  'reservation.confirm': { calls: [byId(), byBusiness()], writes: HOLD },
  'reservation.release': { calls: [byId({ reason: 'A reason' }), byBusiness()], writes: [...HOLD, ...STOCK] },
  'reservation.deduct': {
    calls: [
      async (fixtures) => ({ id: (await fixtures.hold()).id, quantity: 1, occurredAt: now() }),
      byBusiness(),
      async (fixtures) => {
        const { reservationId, serials } = await fixtures.held();
        return { id: reservationId, quantity: 1, serials: [serials[0]] };
      },
    ],
    writes: [...HOLD, ...STOCK],
    // Before the goods came there was nothing to cost.
    mayAnswer: { '*': 'INV_010', occurredAt: 'COST_002' },
    // The quantity of the whole hold.
    toldOtherwise: ['quantity'],
  },
  'reservation.extend': {
    calls: [
      byId({ ttlSeconds: 85_000 }),
      byBusiness(() => ({ expiresAt: new Date(Date.now() + 85_000_000).toISOString() })),
    ],
    writes: HOLD,
    mayAnswer: { '*': 'INV_010' },
  },
  'reservation.convert': {
    calls: [
      async (fixtures) => {
        const hold = await fixtures.hold();
        return { from: target(hold), to: { type: 'order', businessId: fixtures.name() }, ttlSeconds: 70_000 };
      },
    ],
    writes: HOLD,
    keeps: ['to.businessId'],
    // The business that it became.
    toldOtherwise: ['from.businessId'],
  },
  'reservation.expireDue': { calls: [() => page], writes: [...HOLD, ...STOCK] },
  'reservation.get': { calls: [byId()] },
  'reservation.list': {
    calls: [
      async (fixtures) => {
        const hold = await fixtures.hold();
        return { ...target(hold), skuId: hold.skuId, state: 'active', ...page };
      },
    ],
  },
};
