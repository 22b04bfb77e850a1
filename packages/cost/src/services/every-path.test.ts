/** Every path that changes stock has its consequence for cost: whatever the stock engine can do, the books hold after it. */
import { hold, inbound, receipt, sale } from '@granary/domain/testing/inputs';
import { everyMutation } from '@granary/domain/testing/mutation-walk';
import { buildRichHistory } from '@granary/domain/testing/rich-history';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buy, next, recordsOf, sell } from '../testing/shop.ts';
import { closeSoundCost, openTestCost, type TestCost } from '../testing/test-cost.ts';

const why = { operator: 'anna', reason: 'broken' };

async function send(at: TestCost, skuId: string, quantity: number): Promise<string> {
  const transferNo = next('T');
  const lines = [{ skuId, quantity }];
  await at.domain.outbound.transfer({ transferNo, fromLocationId: 'default', toLocationId: 'east', lines }, at.call);
  return transferNo;
}

const batchesOf = async (at: TestCost, skuId: string) => (await at.domain.batches.list({ skuId, limit: 10 })).items;

type Path = readonly [
  what: string,
  work: (at: TestCost, skuId: string) => Promise<unknown>,
  records: readonly string[],
];

/** Of a SKU of which 10 came at 1.00 and 10 at 3.00, costed first in first out: what is appended. */
const PATHS: readonly Path[] = [
  [
    'a sale',
    (at, skuId) => sell(at, skuId, 12),
    ['issue cost_of_sales -10 for -10.00', 'issue cost_of_sales -2 for -6.00'],
  ],
  [
    'a reservation and its deduction',
    async (at, skuId) => {
      const { id } = await at.domain.reservations.reserve(hold(skuId, 4, next('R')), at.call);
      await at.domain.reservations.deduct({ id }, at.call);
    },
    ['issue cost_of_sales -4 for -4.00'],
  ],
  [
    'damage',
    (at, skuId) =>
      at.domain.outbound.damage({ documentNo: next('D'), ...why, lines: [{ skuId, quantity: 2 }] }, at.call),
    ['adjustment adjustments -2 for -2.00'],
  ],
  [
    'goods sent back to the supplier',
    (at, skuId) =>
      at.domain.outbound.supplierReturn(
        { documentNo: next('S'), supplier: 'Acme', lines: [{ skuId, quantity: 2 }] },
        at.call,
      ),
    ['issue purchases -2 for -2.00'],
  ],
  [
    'a transfer that arrives',
    async (at, skuId) => {
      const transferNo = await send(at, skuId, 5);
      await at.domain.transfers.receive({ transferNo, isFinal: false }, at.call);
    },
    [],
  ],
  [
    'a transfer of which some is lost at its arrival',
    async (at, skuId) => {
      const transferNo = await send(at, skuId, 12);
      const some = { lines: [{ line: 1, quantity: 9 }], isFinal: true, writeOff: { reason: 'lost' } };
      await at.domain.transfers.receive({ transferNo, ...some }, at.call);
    },
    ['adjustment adjustments -1 for -1.00', 'adjustment adjustments -2 for -2.00'],
  ],
  [
    'a transfer that is written off',
    async (at, skuId) => {
      const transferNo = await send(at, skuId, 12);
      await at.domain.transfers.writeOff({ transferNo, reason: 'sunk' }, at.call);
    },
    ['adjustment adjustments -10 for -10.00', 'adjustment adjustments -2 for -6.00'],
  ],
  [
    'a transfer that is called off',
    async (at, skuId) => {
      const transferNo = await send(at, skuId, 12);
      await at.domain.transfers.cancel({ transferNo, reason: 'no room' }, at.call);
    },
    [],
  ],
  [
    'a merge of both batches',
    async (at, skuId) => {
      const batchIds = (await batchesOf(at, skuId)).map(({ batchId }) => batchId);
      await at.domain.batches.merge({ batchIds, targetBatchNo: 'BOTH' }, at.call);
    },
    [],
  ],
  [
    'a split',
    async (at, skuId) => {
      const [batch] = await batchesOf(at, skuId);
      await at.domain.batches.split({ batchId: batch?.batchId ?? '', quantities: [3, 4] }, at.call);
    },
    [],
  ],
];

describe('each way out of stock', () => {
  let at: TestCost;
  beforeAll(async () => {
    at = await openTestCost();
    await at.domain.locations.create({ locationId: 'east', priority: 200 }, at.call);
  });
  afterAll(() => closeSoundCost(at));

  test.each(PATHS)('%s', async (what, work, records) => {
    const skuId = what.replaceAll(' ', '-');
    await buy(at, skuId, [10, '1.00', { batchNo: 'ONE' }]);
    await buy(at, skuId, [10, '3.00', { batchNo: 'TWO' }]);
    const before = (await recordsOf(at, skuId)).length;
    await work(at, skuId);
    const appended = (await recordsOf(at, skuId, before)).filter((record) => !record.startsWith('relabel'));
    expect(appended).toEqual(records);
    expect((await at.domain.verify()).violations).toEqual([]);
  });

  test('what a reservation took comes back at the cost at which it left, whatever its batch is worth by then', async () => {
    await buy(at, 'R', [10, '1.00', { batchNo: 'ONE' }]);
    const { id } = await at.domain.reservations.reserve(hold('R', 4, 'R'), at.call);
    for (const quantity of [1, 3]) await at.domain.reservations.deduct({ id, quantity }, at.call);
    await buy(at, 'R', [10, '9.00', { batchNo: 'ONE' }]);
    const line = { skuId: 'R', quantity: 3, locationId: 'default', reservationId: id };
    await at.domain.inbound.return({ documentNo: 'R', lines: [line] }, at.call);
    expect((await recordsOf(at, 'R')).at(-1)).toBe('return cost_of_sales 3 for 3.00');
  });
});

describe('every mutation of the stock engine', () => {
  let at: TestCost;
  beforeAll(async () => {
    at = await openTestCost();
    await at.domain.inbound.purchase(inbound('P', [receipt('W', 100)]), at.call);
  }, 60_000);
  afterAll(() => at?.close());

  test.each(everyMutation.map((step) => [step.procedure, step.types[0] ?? '', step] as const))(
    'after %s (%s) the books hold',
    async (_procedure, _type, { prepare, work }) => {
      await prepare?.({ at, call: at.call });
      await work({ at, call: at.call });
      expect((await at.cost.verify()).violations).toEqual([]);
    },
  );
});

test('a history of everything at once is costed', async () => {
  const at = await openTestCost();
  await buildRichHistory(at);
  expect((await at.cost.inventoryValue({ limit: 100 })).items.length).toBeGreaterThan(3);
  await at.domain.outbound.sales(sale('LAST', [{ skuId: 'H2', quantity: 1 }]), at.call);
  await closeSoundCost(at);
}, 60_000);
