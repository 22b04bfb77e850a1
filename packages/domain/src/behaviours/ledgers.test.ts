/** What the tests of ERPNext and Odoo say of movements, replayed here; what they say of costs is replayed in the package of costs. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { inbound, receipt, secondsFromNow } from '../testing/inputs.ts';
import { refusalOf } from '../testing/refusals.ts';
import { openShop, type Shop } from '../testing/shop.ts';

let shop: Shop;
beforeAll(async () => {
  shop = await openShop();
});
afterAll(() => shop.close());

test('odoo-01: one lot received twice at one place is one batch of 2 that came in when the first did', async () => {
  const early = secondsFromNow(-7200);
  const late = secondsFromNow(-3600);
  for (const [documentNo, occurredAt] of [
    ['O1', early],
    ['O2', late],
  ] as const)
    await shop.domain.inbound.purchase(
      inbound(documentNo, [receipt('o1', 1, { batchNo: 'LOT' })], { occurredAt }),
      shop.call,
    );
  const { items } = await shop.domain.batches.list({ skuId: 'o1', limit: 10 });
  expect(items).toMatchObject([{ onHand: 2, receivedAt: early }]);
});

test('erp-01: only who may back-date tells a movement from before the last one', async () => {
  await shop.stock('e1', 5);
  const earlier = (documentNo: string) =>
    inbound(documentNo, [receipt('e1', 1)], { occurredAt: secondsFromNow(-86_400) });
  const refusal = await refusalOf(shop.domain.inbound.purchase(earlier('E1'), { ...shop.call, mayBackdate: false }));
  expect(refusal).toMatchObject({ code: 'INV_015' });
  await shop.domain.inbound.purchase(earlier('E1'), { ...shop.call, mayBackdate: true });
  expect(await shop.figures('e1')).toMatchObject({ onHand: 6 });
});

test('erp-03: two movements of one moment stand in the order in which they were made', async () => {
  const occurredAt = secondsFromNow(-60);
  const receive = (documentNo: string, quantity: number) =>
    shop.domain.inbound.purchase(inbound(documentNo, [receipt('e3', quantity)], { occurredAt }), shop.call);
  const first = await receive('E3-1', 10);
  await receive('E3-2', 1);
  const balances = async () =>
    (await shop.domain.stock.movements({ skuId: 'e3', limit: 10 })).items
      .toSorted((a, b) => a.version - b.version)
      .map((movement) => movement.onHand);
  expect(await balances()).toEqual([10, 11]);
  await shop.domain.inbound.reverse({ documentId: first.id, operator: 'Ann', reason: 'cancelled' }, shop.call);
  expect(await balances()).toEqual([10, 11, 1]);
});
