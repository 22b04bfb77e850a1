/** Classes 98 to 100, 109, 116 and 124: lines of one call, or two documents of one number. */
import type { Fixtures } from '../fixtures.ts';
import type { CallInput } from '../procedure-sheet.ts';
import { sheetOf } from '../sheets/all.ts';
import { at } from '../wire.ts';
import { DONE, DUPLICATE, INCOMPATIBLE, INVALID, naming, type Scenario, SHORT } from './scenario.ts';

const receipt = (fixtures: Fixtures, lines: readonly object[]) => ({
  documentNo: fixtures.name(),
  lines: lines.map((line) => ({ quantity: 1, unitCost: '1.00', ...line })),
});
const sale = (fixtures: Fixtures, lines: readonly object[]) => ({ orderNo: fixtures.name(), lines });
const cart = (fixtures: Fixtures, lines: readonly object[]) => {
  const businessId = fixtures.name();
  return { lines: lines.map((line, index) => ({ ...line, type: 'cart', businessId, lineId: `l${index}` })) };
};

type Making = (fixtures: Fixtures, lines: readonly object[]) => CallInput;

/** Of a thousand that are there. */
const twice = (make: Making, quantity: number) => async (fixtures: Fixtures) => {
  const { skuId } = await fixtures.stocked();
  return make(fixtures, [
    { skuId, quantity },
    { skuId, quantity },
  ]);
};

const summed = (
  [
    ['reservation.reserveMany', cart],
    ['outbound.sales', sale],
  ] as const
).flatMap(([procedure, make]): Scenario[] => [
  { class: 98, procedure, what: 'one SKU twice, all of it', make: twice(make, 500), codes: DONE },
  {
    ...{ class: 98, procedure, what: 'one SKU twice, one more than there is', codes: SHORT },
    make: async (fixtures) => {
      const { skuId } = await fixtures.stocked();
      return make(fixtures, [
        { skuId, quantity: 500 },
        { skuId, quantity: 501 },
      ]);
    },
    shows: naming('1001'),
  },
  {
    ...{ class: 109, procedure, what: 'two SKUs, both short, and one that is not', codes: SHORT },
    make: async (fixtures) => {
      const [one, two, three] = [await fixtures.stocked(), await fixtures.stocked(), await fixtures.stocked()];
      return make(fixtures, [
        { skuId: one.skuId, quantity: 1101 },
        { skuId: two.skuId, quantity: 1 },
        { skuId: three.skuId, quantity: 1102 },
      ]);
    },
    shows: naming('1101', '1102'),
  },
]);

const LOTS = ['inbound.purchase', 'inbound.production', 'inbound.return'] as const;

const lots = LOTS.flatMap((procedure): Scenario[] => [
  {
    ...{ class: 99, procedure, what: 'one new batch on two lines alike', codes: DONE },
    make: async (fixtures) => {
      const line = { skuId: await fixtures.sku(), batchNo: fixtures.name(), quantity: 5 };
      return receipt(fixtures, [line, line]);
    },
    shows: ({ data }) => at(data, ['lines', 0, 'batchId']) === at(data, ['lines', 1, 'batchId']),
  },
  {
    ...{ class: 99, procedure, what: 'one new batch on two lines of two qualities', codes: INCOMPATIBLE },
    make: async (fixtures) => {
      const line = { skuId: await fixtures.sku(), batchNo: fixtures.name() };
      return receipt(fixtures, [line, { ...line, qualityLevel: 'B' }]);
    },
  },
  ...Object.entries({ qualityLevel: 'another', expiresAt: '2031-01-31', producedOn: '2026-01-01' }).map(
    ([name, value]): Scenario => ({
      ...{ class: 100, procedure, what: `more of a batch with another ${name}`, codes: INCOMPATIBLE },
      make: async (fixtures) => {
        const { skuId, batchNo, locationId, qualityLevel } = await fixtures.stocked();
        return receipt(fixtures, [{ skuId, batchNo, locationId, qualityLevel, [name]: value }]);
      },
    }),
  ),
]);

const pieces: readonly Scenario[] = [
  {
    ...{ class: 116, procedure: 'inbound.purchase', what: 'fewer numbers than pieces', codes: INVALID },
    make: async (fixtures) => {
      const { skuId, serials } = await fixtures.unmoved();
      return receipt(fixtures, [{ skuId, quantity: 2, serials }]);
    },
  },
  {
    ...{ class: 116, procedure: 'inbound.purchase', what: 'one number twice', codes: INVALID },
    make: async (fixtures) => {
      const { skuId, serials } = await fixtures.unmoved();
      return receipt(fixtures, [{ skuId, quantity: 2, serials: [...serials, ...serials] }]);
    },
  },
  {
    ...{ class: 116, procedure: 'inbound.purchase', what: 'a piece that is there already', codes: DUPLICATE },
    make: async (fixtures) => {
      const { skuId, locationId, serials } = await fixtures.tracked();
      return receipt(fixtures, [{ skuId, locationId, serials: serials.slice(0, 1) }]);
    },
  },
  {
    ...{ class: 116, procedure: 'outbound.sales', what: 'fewer numbers than pieces', codes: INVALID },
    make: async (fixtures) => {
      const { skuId, serials } = await fixtures.tracked();
      return sale(fixtures, [{ skuId, quantity: 2, serials: serials.slice(0, 1) }]);
    },
  },
  {
    ...{ class: 116, procedure: 'outbound.sales', what: 'a piece of another SKU', codes: ['INV_005', 'INV_007'] },
    make: async (fixtures) => {
      const [goods, others] = [await fixtures.tracked(), await fixtures.tracked()];
      return sale(fixtures, [{ skuId: goods.skuId, quantity: 1, serials: others.serials.slice(0, 1) }]);
    },
  },
  {
    ...{ class: 116, procedure: 'outbound.sales', what: 'a piece that lies elsewhere', codes: ['INV_005', 'INV_010'] },
    make: async (fixtures) => {
      const { skuId, serials } = await fixtures.tracked();
      const locationId = await fixtures.location();
      await fixtures.call('inbound.purchase', receipt(fixtures, [{ skuId, locationId, serials: [fixtures.name()] }]));
      return sale(fixtures, [{ skuId, locationId, quantity: 1, serials: serials.slice(0, 1) }]);
    },
  },
];

/** The field that numbers each document. */
const NUMBERS: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    ['purchase', 'production', 'return', 'opening'].map((type) => [`inbound.${type}`, 'documentNo']),
  ),
  ...Object.fromEntries(
    ['sales', 'damage', 'pick', 'supplierReturn'].map((type) => [`outbound.${type}`, 'documentNo']),
  ),
  ...{ 'adjustment.adjust': 'adjustmentNo', 'adjustment.adjustMany': 'adjustmentNo' },
  ...{ 'adjustment.count': 'countNo', 'adjustment.countMany': 'countNo' },
  ...{ 'transfer.create': 'transferNo', 'outbound.transfer': 'transferNo' },
};

/** The same number with other lines, which the next valid call has. */
const numbered = Object.entries(NUMBERS).map(([procedure, number]): Scenario => ({
  ...{ class: 124, procedure, what: 'the number of another document', codes: DUPLICATE },
  make: async (fixtures) => {
    const make = sheetOf(procedure)?.calls[0];
    const [first, other] = [await make?.(fixtures), await make?.(fixtures)];
    await fixtures.call(procedure, first);
    return { ...other, [number]: first?.[number] };
  },
}));

export const lineScenarios: readonly Scenario[] = [...summed, ...lots, ...pieces, ...numbered];
