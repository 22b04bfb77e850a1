/** Batches created by hand, read and listed. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { BatchCreateInput } from '@granary/contracts/batch';
import { daysFromNow, inbound, receipt, sale } from '../testing/inputs.ts';
import { expectRefusal } from '../testing/refusals.ts';
import { closeSound } from '../testing/soundness.ts';
import { openTestDomain, type TestDomain } from '../testing/test-domain.ts';

let at: TestDomain;

beforeAll(async () => {
  at = await openTestDomain();
  await at.domain.locations.create({ locationId: 'north' }, at.call);
});
afterAll(() => closeSound(at));

function batch(skuId: string, batchNo: string, more: Partial<BatchCreateInput> = {}): BatchCreateInput {
  return { skuId, batchNo, locationId: 'default', quantity: 0, unitCost: '1.25', qualityLevel: 'A', ...more };
}
const create = (input: BatchCreateInput) => at.domain.batches.create(input, at.call);

test('a batch is created with its stock, its SKU on the way, and its ledger says so', async () => {
  const created = await create(
    batch('B1', 'LOT', { quantity: 7, expiresAt: '2030-01-31', attributes: { colour: 'blue' } }),
  );
  expect(created).toMatchObject({
    onHand: 7,
    reserved: 0,
    unitCost: '1.25',
    status: 'available',
    expiresAt: '2030-02-01T00:00:00.000000Z',
    attributes: { colour: 'blue' },
    version: 1,
  });
  expect(await at.domain.batches.get({ batchId: created.batchId })).toEqual(created);
  const { items } = await at.domain.stock.movements({ skuId: 'B1', limit: 10 });
  expect(items).toMatchObject([{ kind: 'receive', onHandDelta: 7, batchId: created.batchId, documentId: null }]);
});

test('a batch without stock moves nothing and reads as depleted, until goods arrive for it', async () => {
  const created = await create(batch('B2', 'LOT'));
  expect(created).toMatchObject({ onHand: 0, status: 'depleted', version: 1 });
  expect((await at.domain.stock.movements({ skuId: 'B2', limit: 10 })).items).toEqual([]);
  const input = inbound('P2', [receipt('B2', 4, { batchNo: 'LOT', unitCost: '3.00' })]);
  await at.domain.inbound.purchase(input, at.call);
  expect(await at.domain.batches.get({ batchId: created.batchId })).toMatchObject({
    onHand: 4,
    unitCost: '3.00',
    status: 'available',
  });
});

describe('refused without a trace is', () => {
  test('a number that the SKU has, at this place or another, with stock or without', async () => {
    await create(batch('B3', 'LOT', { quantity: 1 }));
    for (const more of [{}, { locationId: 'north' }, { quantity: 5 }]) {
      await expectRefusal(at, (key) => create({ ...batch('B3', 'LOT', more), ...key }), {
        code: 'INV_008',
        details: { noun: 'batch', id: 'LOT' },
      });
    }
  });

  test('an unknown location, with the SKU that would have been new', async () => {
    await expectRefusal(at, (key) => create({ ...batch('NEVER', 'LOT', { locationId: 'nowhere' }), ...key }), {
      code: 'INV_007',
      details: { noun: 'location', id: 'nowhere' },
    });
  });

  test('a batch nobody knows', async () => {
    const batchId = '01JD7Z5K3M8Q2W4E6R7T8Y9ZAB';
    await expect(at.domain.batches.get({ batchId })).rejects.toMatchObject({
      code: 'INV_007',
      details: { id: batchId },
    });
  });
});

test('of twenty calls for one new number at once exactly one wins', async () => {
  const calls = Array.from({ length: 20 }, (_, each) => create(batch('B4', 'LOT', { quantity: each + 1 })));
  const results = await Promise.allSettled(calls);
  const lost = results.flatMap((result) => (result.status === 'rejected' ? [result.reason as { code: string }] : []));
  expect(lost.map(({ code }) => code)).toEqual(Array.from({ length: 19 }, () => 'INV_008'));
});

test('lists are filtered and paged, and depleted means nothing on hand', async () => {
  for (const [batchNo, quantity] of [
    ['a', 0],
    ['b', 2],
    ['c', 0],
    ['d', 3],
  ] as const)
    await create(batch('B5', batchNo, { quantity, locationId: batchNo === 'd' ? 'north' : 'default' }));
  await at.domain.outbound.sales(sale('B5', [{ skuId: 'B5', quantity: 2, locationId: 'default' }]), at.call);
  const numbers = async (filter: object) => {
    const found: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await at.domain.batches.list({ skuId: 'B5', limit: 1, cursor, ...filter });
      found.push(...page.items.map((item) => item.batchNo));
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined);
    return found;
  };
  expect(await numbers({})).toEqual(['a', 'b', 'c', 'd']);
  expect(await numbers({ status: 'depleted' })).toEqual(['a', 'b', 'c']);
  expect(await numbers({ status: 'available' })).toEqual(['d']);
  expect(await numbers({ status: 'frozen' })).toEqual([]);
  expect(await numbers({ locationId: 'north' })).toEqual(['d']);
});

test('a production date and a shelf life make the expiry', async () => {
  await at.domain.skus.create({ skuId: 'B6', shelfLifeDays: 3 }, at.call);
  const created = await create(batch('B6', 'LOT', { producedOn: daysFromNow(0) }));
  expect(created.expiresAt).toBe(`${daysFromNow(4)}T00:00:00.000000Z`);
});
