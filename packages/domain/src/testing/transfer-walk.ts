/** The part of the walk over every mutation that is about transfers and expected receipts. */
import { inTransitCreateInput } from '@granary/contracts/in-transit';
import { transferReceiveInput } from '@granary/contracts/transfer';
import { inbound, receipt, secondsFromNow } from './inputs.ts';
import type { Step, Walker } from './mutation-step.ts';

const plan = (transferNo: string) => ({
  ...{ transferNo, fromLocationId: 'default', toLocationId: 'north' },
  lines: [{ skuId: 'W', quantity: 3 }],
});
const send =
  (transferNo: string) =>
  ({ at, call }: Walker) =>
    at.domain.outbound.transfer(plan(transferNo), call);
const receive = (input: object) => transferReceiveInput.parse(input);
const expected = async ({ at }: Walker) =>
  (await at.domain.inTransit.list({ limit: 1, source: 'purchase' })).items[0]?.id ?? '';

export const transferMutations: readonly Step[] = [
  {
    procedure: 'transfer.create',
    types: ['stock.transfer.created'],
    before: null,
    after: { transferNo: 'T1', state: 'draft', shipped: 0 },
    work: ({ at, call }) => at.domain.transfers.create(plan('T1'), call),
  },
  {
    procedure: 'transfer.ship',
    types: ['stock.transfer.shipped', 'stock.outbound', 'stock.level.changed'],
    before: { state: 'draft' },
    after: { state: 'shipped', shipped: 3, inTransit: 3 },
    work: ({ at, call }) => at.domain.transfers.ship({ transferNo: 'T1' }, call),
  },
  {
    procedure: 'transfer.receive',
    types: ['stock.transfer.received', 'stock.inbound', 'stock.batch.created', 'stock.level.changed'],
    before: { state: 'shipped' },
    after: { state: 'partlyReceived', received: 1, inTransit: 2 },
    work: ({ at, call }) =>
      at.domain.transfers.receive(
        receive({ transferNo: 'T1', documentNo: 'T1/1', lines: [{ line: 1, quantity: 1 }] }),
        call,
      ),
  },
  {
    procedure: 'transfer.receive',
    types: ['stock.transfer.received', 'stock.transfer.lost', 'stock.inbound', 'stock.level.changed'],
    before: { state: 'partlyReceived' },
    after: { state: 'partlyReceived', received: 2, inTransit: 1 },
    work: ({ at, call }) =>
      at.domain.transfers.receive(
        receive({
          ...{ transferNo: 'T1', documentNo: 'T1/2', lines: [{ line: 1, quantity: 1 }] },
          ...{ isFinal: true, writeOff: { reason: 'broken' } },
        }),
        call,
      ),
  },
  {
    procedure: 'outbound.transfer',
    types: ['stock.transfer.shipped', 'stock.transfer.created', 'stock.outbound', 'stock.level.changed'],
    before: { state: 'draft' },
    after: { state: 'shipped', shipped: 3 },
    work: send('T2'),
  },
  {
    procedure: 'transfer.writeOff',
    types: ['stock.transfer.lost'],
    before: { state: 'shipped', inTransit: 3 },
    after: { state: 'shipped', writtenOff: 1, inTransit: 2 },
    work: ({ at, call }) =>
      at.domain.transfers.writeOff({ transferNo: 'T2', lines: [{ line: 1, quantity: 1 }], reason: 'lost' }, call),
  },
  {
    procedure: 'inbound.transfer',
    types: ['stock.transfer.received', 'stock.inbound', 'stock.level.changed'],
    before: { state: 'shipped' },
    after: { state: 'done', received: 2, writtenOff: 1 },
    work: ({ at, call }) => at.domain.inbound.transfer(receive({ transferNo: 'T2' }), call),
  },
  {
    procedure: 'transfer.cancel',
    types: ['stock.transfer.cancelled', 'stock.inbound', 'stock.level.changed'],
    before: { state: 'shipped', inTransit: 3 },
    after: { state: 'cancelled', returned: 3, endReason: 'not needed' },
    prepare: send('T3'),
    work: ({ at, call }) => at.domain.transfers.cancel({ transferNo: 'T3', reason: 'not needed' }, call),
  },
  {
    procedure: 'inTransit.create',
    types: ['stock.transit.created'],
    before: null,
    after: { reference: 'E1', status: 'expected' },
    work: ({ at, call }) =>
      at.domain.inTransit.create(
        inTransitCreateInput.parse({
          reference: 'E1',
          expectedAt: secondsFromNow(9),
          lines: [{ skuId: 'W', quantity: 4 }],
        }),
        call,
      ),
  },
  {
    procedure: 'inTransit.update',
    types: ['stock.transit.updated'],
    before: { lines: [{ quantity: 4 }] },
    after: { lines: [{ quantity: 5, outstanding: 5 }] },
    work: async (walker) =>
      walker.at.domain.inTransit.update(
        { inTransitId: await expected(walker), lines: [{ line: 1, quantity: 5 }] },
        walker.call,
      ),
  },
  {
    procedure: 'inbound.purchase',
    types: ['stock.transit.received', 'stock.inbound', 'stock.batch.created', 'stock.level.changed'],
    before: { status: 'expected' },
    after: { status: 'partlyReceived', lines: [{ received: 2, outstanding: 3 }] },
    work: ({ at, call }) =>
      at.domain.inbound.purchase(inbound('IN-E1', [receipt('W', 2)], { expectedReference: 'E1' }), call),
  },
  {
    procedure: 'inTransit.cancel',
    types: ['stock.transit.cancelled'],
    before: { status: 'partlyReceived' },
    after: { status: 'cancelled', endReason: 'no more' },
    work: async (walker) =>
      walker.at.domain.inTransit.cancel({ inTransitId: await expected(walker), reason: 'no more' }, walker.call),
  },
];
