/** Classes 87, 88, 106, 110 to 113 and 117: calls that come in the wrong state, or too late, or ask for what cannot be. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Fixtures } from '../fixtures.ts';
import { HOLD, STOCK } from '../sheets/tables.ts';
import { at } from '../wire.ts';
import { DONE, INVALID, naming, type Scenario, SHORT, WRONG_STATE } from './scenario.ts';

const ended = (how: 'release' | 'deduct') => async (fixtures: Fixtures) => {
  const { id } = await fixtures.hold();
  await fixtures.call(`reservation.${how}`, { id });
  return { id };
};
const over = (procedure: string, how: 'release' | 'deduct', more: object = {}): Scenario => ({
  ...{ class: 110, procedure, what: `after a ${how}`, codes: WRONG_STATE },
  make: async (fixtures) => ({ ...(await ended(how)(fixtures)), ...more }),
  shows: naming(how === 'release' ? 'released' : 'fulfilled'),
});

const ENDINGS: readonly Scenario[] = [
  over('reservation.confirm', 'release'),
  over('reservation.deduct', 'release'),
  over('reservation.extend', 'release', { ttlSeconds: 80_000 }),
  over('reservation.release', 'deduct'),
  over('reservation.extend', 'deduct', { ttlSeconds: 80_000 }),
  {
    ...{ class: 110, procedure: 'reservation.release', what: 'once more', codes: DONE, make: ended('release') },
    shows: ({ data }) => JSON.stringify(data).includes('released'),
  },
  {
    ...{ class: 87, procedure: 'reservation.extend', what: 'to an earlier time', codes: [...INVALID, ...WRONG_STATE] },
    make: async (fixtures) => ({ id: (await fixtures.hold()).id, ttlSeconds: 60 }),
  },
  {
    ...{ class: 111, procedure: 'reservation.confirm', what: 'past its deadline', codes: ['INV_003'] },
    make: async (fixtures) => {
      const { skuId } = await fixtures.stocked();
      const hold = { skuId, quantity: 1, type: 'cart', businessId: fixtures.name(), ttlSeconds: 1 };
      const id = await fixtures.callFor('reservation.reserve', hold, ['id']);
      await sleep(1100);
      return { id };
    },
    // It is expired by whoever meets it, and stays so.
    leaves: [...HOLD, ...STOCK, 'command', 'command_sku', 'outbox'],
  },
];

const reserve = ({ skuId, locationId }: { skuId: string; locationId: string }, fixtures: Fixtures) => ({
  ...{ skuId, locationId, quantity: 1, type: 'cart', businessId: fixtures.name() },
});
const sell = ({ skuId, locationId }: { skuId: string; locationId: string }, fixtures: Fixtures) => ({
  ...{ orderNo: fixtures.name(), lines: [{ skuId, locationId, quantity: 1 }] },
});

const inactive = (
  [
    ['reservation.reserve', reserve],
    ['outbound.sales', sell],
  ] as const
).flatMap(([procedure, input]): Scenario[] => [
  {
    ...{ class: 106, procedure, what: 'of a SKU that is not sold', codes: WRONG_STATE },
    make: async (fixtures) => {
      const goods = await fixtures.stocked();
      await fixtures.call('sku.update', { skuId: goods.skuId, status: 'inactive' });
      return input(goods, fixtures);
    },
  },
  {
    ...{ class: 106, procedure, what: 'at a level that is shut', codes: [...WRONG_STATE, ...SHORT] },
    make: async (fixtures) => {
      const goods = await fixtures.stocked();
      const { skuId, locationId } = goods;
      await fixtures.call('stock.configure', { skuId, locationId, isActive: false });
      return input(goods, fixtures);
    },
  },
  {
    ...{ class: 106, procedure, what: 'at a place that is shut', codes: [...WRONG_STATE, ...SHORT] },
    make: async (fixtures) => {
      const [{ skuId }, locationId] = [await fixtures.stocked(), await fixtures.location()];
      const line = { skuId, locationId, quantity: 5, unitCost: '1.00' };
      await fixtures.call('inbound.purchase', { documentNo: fixtures.name(), lines: [line] });
      await fixtures.call('location.update', { locationId, isActive: false });
      return input({ skuId, locationId }, fixtures);
    },
  },
]);

const said = { reasonCode: 'loss', operator: 'Somebody' };
const BELOW: readonly Scenario[] = [
  {
    ...{ class: 112, procedure: 'adjustment.adjust', what: 'into what is held', codes: SHORT },
    make: async (fixtures) => {
      const { skuId, locationId, batchId } = await fixtures.hold();
      return { skuId, locationId, batchId, delta: -801, ...said };
    },
  },
  {
    ...{ class: 112, procedure: 'adjustment.adjust', what: 'into what is locked', codes: SHORT },
    make: async (fixtures) => {
      const { skuId, locationId, batchId } = await fixtures.lock();
      return { skuId, locationId, batchId, delta: -901, ...said };
    },
  },
  {
    ...{ class: 112, procedure: 'adjustment.count', what: 'into what is held', codes: SHORT },
    make: async (fixtures) => {
      const { skuId, locationId, batchId } = await fixtures.hold();
      return { skuId, locationId, batchId, counted: 199, onHandVersion: 1, ...said };
    },
  },
  {
    ...{ class: 117, procedure: 'stock.configure', what: 'critical above warning', codes: INVALID },
    make: async (fixtures) => {
      const { skuId, locationId } = await fixtures.stocked();
      return { skuId, locationId, warningThreshold: 5, criticalThreshold: 6 };
    },
  },
  {
    ...{ class: 88, procedure: 'stock.asOf', what: 'before the first movement', codes: DONE },
    make: async (fixtures) => {
      const { skuId, locationId } = await fixtures.stocked();
      return { skuId, locationId, at: '2020-01-01T00:00:00Z' };
    },
    shows: ({ data }) => at(data, ['onHand']) === 0 && at(data, ['version']) === 0,
  },
];

const circle = async (fixtures: Fixtures) => {
  const { skuId, locationId } = await fixtures.stocked();
  const transferNo = fixtures.name();
  return { transferNo, fromLocationId: locationId, toLocationId: locationId, lines: [{ skuId, quantity: 1 }] };
};
const RECEIVING = ['transfer.receive', 'inbound.transfer'] as const;
const TRANSFERS: readonly Scenario[] = [
  ...['transfer.create', 'outbound.transfer'].map((procedure): Scenario => ({
    ...{ class: 113, procedure, what: 'to where it is', codes: INVALID, make: circle },
  })),
  ...RECEIVING.flatMap((procedure): Scenario[] => [
    {
      ...{ class: 113, procedure, what: 'more than is on its way', codes: WRONG_STATE },
      make: async (fixtures) => ({
        ...{ transferNo: (await fixtures.transfer()).transferNo, documentNo: fixtures.name() },
        lines: [{ line: 1, quantity: 1001 }],
      }),
    },
    {
      ...{ class: 113, procedure, what: 'all of it twice', codes: WRONG_STATE },
      make: async (fixtures) => {
        const { transferNo } = await fixtures.transfer();
        const lines = [{ line: 1, quantity: 1000 }];
        await fixtures.call(procedure, { transferNo, documentNo: fixtures.name(), lines });
        return { transferNo, documentNo: fixtures.name(), lines };
      },
    },
  ]),
];

export const stateScenarios: readonly Scenario[] = [...ENDINGS, ...inactive, ...BELOW, ...TRANSFERS];
