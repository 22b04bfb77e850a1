/** Classes 22 and 23: each number is fine, and their sum with what is there is not. */
import type { Fixtures } from '../fixtures.ts';
import { INVALID, type Scenario, SHORT } from './scenario.ts';

const MOST = 2_147_483_647;
const tooMuch = ['INV_005', 'INV_010'];

const times = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_each, index) => make(index));

const receipt = async (fixtures: Fixtures) => {
  const { skuId, locationId } = await fixtures.stocked();
  return { skuId, locationId, quantity: MOST, unitCost: '1.00' };
};
const found = async (fixtures: Fixtures) => {
  const { skuId, locationId } = await fixtures.stocked();
  return { skuId, locationId, delta: MOST };
};
const header = { reasonCode: 'found', operator: 'Somebody' };
const wanted = async (fixtures: Fixtures) => ({ skuId: (await fixtures.stocked()).skuId, quantity: MOST });

const receipts = (['inbound.purchase', 'inbound.return', 'inbound.production'] as const).flatMap(
  (procedure): Scenario[] => [
    {
      ...{ class: 22, procedure, what: 'more than a level can count', codes: tooMuch },
      make: async (fixtures) => ({ documentNo: fixtures.name(), lines: [await receipt(fixtures)] }),
    },
    {
      ...{ class: 23, procedure, what: 'a thousand lines that are', codes: tooMuch },
      make: async (fixtures) => {
        const line = await receipt(fixtures);
        return { documentNo: fixtures.name(), lines: times(1000, () => line) };
      },
    },
  ],
);

/** Of a SKU that nobody has: one line fits, and many are more than a level can count. */
const openings = ([22, 23] as const).map((number): Scenario => ({
  ...{ class: number, procedure: 'inbound.opening', what: 'lines that are more than a level can count' },
  codes: tooMuch,
  make: async (fixtures) => {
    const line = { ...(await receipt(fixtures)), skuId: fixtures.name(), batchNo: fixtures.name() };
    const lines = times(number === 22 ? 2 : 1000, () => line);
    return { documentNo: fixtures.name(), asOf: '2026-01-02T03:04:05Z', lines };
  },
}));

const takings = (['outbound.sales', 'outbound.damage', 'outbound.pick', 'outbound.supplierReturn'] as const).map(
  (procedure): Scenario => ({
    ...{ class: 23, procedure, what: 'a thousand lines of all there can be', codes: [...SHORT, ...INVALID] },
    make: async (fixtures) => {
      const line = await wanted(fixtures);
      return {
        ...(procedure === 'outbound.sales' ? { orderNo: fixtures.name() } : { documentNo: fixtures.name() }),
        ...(procedure === 'outbound.supplierReturn' ? { supplier: 'A supplier' } : {}),
        ...(procedure === 'outbound.damage' ? { reason: 'A reason' } : {}),
        lines: times(1000, () => line),
      };
    },
  }),
);

const adjustments: readonly Scenario[] = [
  {
    ...{ class: 22, procedure: 'adjustment.adjust', what: 'more than a level can count', codes: tooMuch },
    make: async (fixtures) => ({ ...(await found(fixtures)), ...header }),
  },
  {
    ...{ class: 22, procedure: 'adjustment.adjustMany', what: 'more than a level can count', codes: tooMuch },
    make: async (fixtures) => ({ ...header, lines: [await found(fixtures)] }),
  },
  {
    ...{ class: 23, procedure: 'adjustment.adjustMany', what: 'a thousand lines that are', codes: tooMuch },
    make: async (fixtures) => {
      const line = await found(fixtures);
      return { ...header, lines: times(1000, () => line) };
    },
  },
];

const holds = ([false, true] as const).map((isApart): Scenario => ({
  ...{ class: 23, procedure: 'reservation.reserveMany', codes: [...SHORT, ...INVALID] },
  what: `two hundred lines of all there can be, ${isApart ? 'each its own' : 'of one hold'}`,
  make: async (fixtures) => {
    const hold = { ...(await wanted(fixtures)), type: 'cart', businessId: fixtures.name() };
    return { lines: times(200, (index) => (isApart ? { ...hold, lineId: `l${index}` } : hold)) };
  },
}));

export const overflows: readonly Scenario[] = [
  ...receipts,
  ...openings,
  ...takings,
  ...adjustments,
  ...holds,
  {
    ...{ class: 22, procedure: 'batch.create', what: 'more than a level can count', codes: tooMuch },
    make: async (fixtures) => ({ ...(await receipt(fixtures)), batchNo: fixtures.name() }),
  },
];
