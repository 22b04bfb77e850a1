/** What a reversal must not do: put goods where none can lie, or give a batch a cost that no column holds. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { hold, inbound, receipt, sale } from '../testing/inputs.ts';
import { expectRefusal, refusalOf } from '../testing/refusals.ts';
import { closeSound } from '../testing/soundness.ts';
import { openTestDomain, type TestDomain } from '../testing/test-domain.ts';

let at: TestDomain;

beforeAll(async () => {
  at = await openTestDomain();
});
afterAll(() => closeSound(at));

const why = { operator: 'Ann', reason: 'posted twice' };

test('goods of a SKU that is a bundle by now cannot come back to a level of its own', async () => {
  await at.domain.inbound.purchase(inbound('PO-1', [receipt('KIT', 2), receipt('PART', 9)]), at.call);
  const { id } = await at.domain.outbound.sales(sale('O-1', [{ skuId: 'KIT', quantity: 2 }]), at.call);
  await at.domain.bundles.create({ skuId: 'KIT', components: [{ skuId: 'PART', quantity: 2 }] }, at.call);
  await expectRefusal(at, (key) => at.domain.outbound.reverse({ documentId: id, ...why, ...key }, at.call), {
    code: 'INV_010',
    details: { noun: 'SKU', id: 'KIT', state: 'bundle' },
  });
});

test('what is left of a batch keeps its mean where the mean without the others would pass any unit cost', async () => {
  const dear = '99999999999999.00';
  const gift = await at.domain.inbound.purchase(
    inbound('PO-2', [receipt('GOLD', 5, { batchNo: 'LOT', unitCost: '0.00' })]),
    at.call,
  );
  await at.domain.inbound.purchase(inbound('PO-3', [receipt('GOLD', 5, { batchNo: 'LOT', unitCost: dear })]), at.call);
  await at.domain.outbound.sales(sale('O-2', [{ skuId: 'GOLD', quantity: 4 }]), at.call);
  await at.domain.inbound.reverse({ documentId: gift.id, ...why }, at.call);
  const { items } = await at.domain.batches.list({ skuId: 'GOLD', limit: 9 });
  expect(items).toMatchObject([{ batchNo: 'LOT', onHand: 1, unitCost: '49999999999999.50' }]);
});

test('a hold past its deadline keeps no goods from leaving again, wherever else it holds some', async () => {
  await at.domain.locations.create({ locationId: 'north' }, at.call);
  const { id } = await at.domain.inbound.purchase(inbound('PO-4', [receipt('HELD', 3)]), at.call);
  await at.domain.inbound.purchase(inbound('PO-5', [receipt('HELD', 2, { locationId: 'north' })]), at.call);
  const held = await at.domain.reservations.reserve(hold('HELD', 5, { businessId: 'O-4', ttlSeconds: 60 }), at.call);
  const reverse = () => at.domain.inbound.reverse({ documentId: id, ...why }, at.call);
  expect(await refusalOf(reverse())).toMatchObject({ code: 'INV_010', details: { state: 'goods gone' } });
  at.advance(120);
  await reverse();
  expect(await at.domain.reservations.get({ id: held.id })).toMatchObject({ state: 'expired' });
  expect(await at.domain.stock.check({ skuId: 'HELD' })).toMatchObject({ available: 2 });
});
