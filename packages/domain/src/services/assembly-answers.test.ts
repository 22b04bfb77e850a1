/** What bundles and virtual SKUs answer when a part is not sold, the cap is near, or a definition cannot be. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { hold, inbound, receipt } from '../testing/inputs.ts';
import { batchIdOf } from '../testing/lock-inputs.ts';
import { refusalOf } from '../testing/refusals.ts';
import { closeSound } from '../testing/soundness.ts';
import { openTestDomain, type TestDomain } from '../testing/test-domain.ts';

let at: TestDomain;
beforeAll(async () => {
  at = await openTestDomain();
  await at.domain.inbound.purchase(inbound('PO', [receipt('A', 10), receipt('B', 10)]), at.call);
});
afterAll(() => closeSound(at));

const virtuals = () => at.domain.virtuals;

test('nothing is made of a part that is not sold any more', async () => {
  const components = [
    { skuId: 'A', quantity: 2 },
    { skuId: 'B', quantity: 1 },
  ];
  await at.domain.bundles.create({ skuId: 'SET', components }, at.call);
  expect(await at.domain.stock.explain({ skuId: 'SET' })).toMatchObject({
    available: 5,
    assembly: { parts: [{ skuId: 'A', quantity: 2, makes: 5 }, { makes: 10 }], locations: [{ available: 5 }] },
  });
  await at.domain.skus.update({ skuId: 'B', status: 'inactive' }, at.call);
  expect(await at.domain.stock.explain({ skuId: 'SET' })).toMatchObject({
    available: 0,
    assembly: { locations: [{ available: 0 }] },
  });
  await at.domain.skus.update({ skuId: 'B', status: 'active' }, at.call);
});

test('with what is held a virtual SKU has as many as its cap, and without no more than the cap leaves', async () => {
  await virtuals().create({ skuId: 'DEAL', realSkuId: 'A', ratio: 1, cap: 3 }, at.call);
  await at.domain.reservations.reserve(hold('DEAL', 2, 'O-1'), at.call);
  const available = async (includeReserved: boolean) =>
    (await at.domain.stock.available({ skuId: 'DEAL', excludeExpired: true, includeReserved })).available;
  expect([await available(true), await available(false)]).toEqual([3, 1]);
  expect(await virtuals().get({ skuId: 'DEAL' })).toMatchObject({ cap: 3, ratio: 1 });
});

test('a definition is not pointed at what is not there, nor at itself', async () => {
  await virtuals().create({ skuId: 'POINT', realSkuId: 'A', ratio: 1 }, at.call);
  const point = (more: object) => refusalOf(virtuals().update({ skuId: 'POINT', ...more }, at.call));
  expect(await point({ batchId: '01J00000000000000000000000' })).toMatchObject({ kind: 'notFound' });
  expect(await point({ realSkuId: 'NEVER-SEEN' })).toMatchObject({ kind: 'stockNotFound' });
  const batchId = await batchIdOf(
    at,
    'B',
    (await at.domain.batches.list({ skuId: 'B', limit: 1 })).items[0]?.batchNo ?? '',
  );
  expect(await refusalOf(virtuals().create({ skuId: 'B', batchId, ratio: 1 }, at.call))).toMatchObject({
    details: { issues: [{ path: 'batchId' }] },
  });
});

test('more units than whole numbers can count are refused, in a plan as in a hold', async () => {
  await virtuals().create({ skuId: 'HUGE', realSkuId: 'A', ratio: 1_000_000 }, at.call);
  const refusal = await refusalOf(at.domain.stock.allocate({ skuId: 'HUGE', quantity: 1_000_000 }));
  expect(refusal).toMatchObject({ kind: 'validation', details: { issues: [{ path: 'quantity' }] } });
});
