/** Valid calls about pieces with serial numbers: of the two procedures that read them, and beside the plain call of each that moves them. */
import type { BaseInputs, MakeBase } from './base-inputs.ts';
import type { Fixtures } from './fixtures.ts';
import type { Tracked } from './serial-fixtures.ts';

const page = { limit: 10 };

export const serialCalls: Readonly<Record<string, MakeBase>> = {
  'serial.get': async (fixtures) => {
    const { skuId, serials } = await fixtures.tracked();
    return [{ skuId, serial: serials[0] }];
  },
  'serial.list': async (fixtures) => {
    const { skuId, batchId, locationId } = await fixtures.tracked();
    return [{ skuId, batchId, locationId, state: 'inStock', ...page }];
  },
};

type Line = (goods: Tracked, fixtures: Fixtures) => Record<string, unknown>;

/** One more piece comes in. */
const comes: Line = ({ skuId, locationId }, fixtures) => ({
  ...{ skuId, locationId, quantity: 1, unitCost: '2.50', serials: [fixtures.name()] },
});
/** One of those that are there leaves. */
const leaves: Line = ({ skuId, serials }) => ({ skuId, quantity: 1, serials: [serials[0]] });
const found = ({ skuId, locationId }: Tracked, fixtures: Fixtures) => ({
  ...{ skuId, locationId, serials: [fixtures.name()] },
});
const header = { reasonCode: 'found', operator: 'Somebody' };

const of =
  (make: (goods: Tracked, fixtures: Fixtures) => Record<string, unknown>): MakeBase =>
  async (fixtures) => [make(await fixtures.tracked(), fixtures)];
const document = (line: Line, more: object = {}) =>
  of((goods, fixtures) => ({ documentNo: fixtures.name(), ...more, lines: [line(goods, fixtures)] }));

const shipped = async (fixtures: Fixtures) => {
  const goods = await fixtures.tracked();
  const { skuId, locationId: fromLocationId, serials } = goods;
  const toLocationId = (await fixtures.stocked()).locationId;
  return {
    serials,
    plan: { transferNo: fixtures.name(), fromLocationId, toLocationId, lines: [{ skuId, quantity: 1 }] },
  };
};
const arrives = async (fixtures: Fixtures) => {
  const { transferNo, serials } = await fixtures.travelling();
  return { transferNo, lines: [{ line: 1, quantity: 1, serials: [serials[0]] }] };
};
const received: MakeBase = async (fixtures) => [{ ...(await arrives(fixtures)), documentNo: fixtures.name() }];

/** What stands beside the plain call of a procedure. */
const beside: Readonly<Record<string, MakeBase>> = {
  'inbound.purchase': document(comes),
  'inbound.production': document(comes),
  'inbound.return': document(comes),
  'inbound.opening': async (fixtures) => {
    const { skuId, serials } = await fixtures.unmoved();
    const line = { skuId, quantity: 1, unitCost: '2.50', serials };
    return [{ documentNo: fixtures.name(), asOf: '2026-01-02T03:04:05Z', lines: [line] }];
  },
  'batch.create': of((goods, fixtures) => ({ ...comes(goods, fixtures), batchNo: fixtures.name() })),
  'batch.split': of(({ batchId, serials }) => ({ batchId, quantities: [1], serials: [[serials[0]]] })),
  'outbound.sales': of((goods, fixtures) => ({ orderNo: fixtures.name(), lines: [leaves(goods, fixtures)] })),
  'outbound.damage': document(leaves, { reason: 'A reason' }),
  'outbound.pick': document(leaves),
  'outbound.supplierReturn': document(leaves, { supplier: 'A supplier' }),
  'adjustment.adjust': of((goods, fixtures) => ({ ...found(goods, fixtures), ...header, delta: 1 })),
  'adjustment.adjustMany': of((goods, fixtures) => ({ ...header, lines: [{ ...found(goods, fixtures), delta: 1 }] })),
  'adjustment.count': of((goods, fixtures) => ({ ...found(goods, fixtures), ...header, counted: 4, onHandVersion: 1 })),
  'adjustment.countMany': of((goods, fixtures) => ({
    ...header,
    lines: [{ ...found(goods, fixtures), counted: 4, onHandVersion: 1 }],
  })),
  'reservation.deduct': async (fixtures) => {
    const { reservationId, serials } = await fixtures.held();
    return [{ id: reservationId, quantity: 1, serials: [serials[0]] }];
  },
  'outbound.transfer': async (fixtures) => {
    const { plan, serials } = await shipped(fixtures);
    return [{ ...plan, serials: [{ line: 1, serials: [serials[0]] }] }];
  },
  'transfer.ship': async (fixtures) => {
    const { transferNo, serials } = await fixtures.travelling('draft');
    return [{ transferNo, serials: [{ line: 1, serials: [serials[0]] }] }];
  },
  'transfer.receive': received,
  'inbound.transfer': received,
  'transfer.writeOff': async (fixtures) => [{ ...(await arrives(fixtures)), reason: 'A reason' }],
  'stock.trace': of(({ skuId, serials }) => ({ skuId, serial: serials[0], ...page })),
};

/** The same calls, those with pieces last. */
export function withPieces(calls: Readonly<Record<string, MakeBase>>): Readonly<Record<string, MakeBase>> {
  const added = Object.entries(calls).map(([procedure, make]): [string, MakeBase] => {
    const more = beside[procedure];
    if (more === undefined) return [procedure, make];
    return [procedure, async (fixtures): Promise<BaseInputs> => [...(await make(fixtures)), ...(await more(fixtures))]];
  });
  return Object.fromEntries(added);
}
