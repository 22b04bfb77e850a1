/** A call on SKUs that this process has served before makes two round trips, and sees what a call of more trips would see. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type FaultyDomain, openFaultyDomain } from '../testing/faulty-domain.ts';
import { hold, inbound, receipt, sale, secondsFromNow } from '../testing/inputs.ts';
import { refusalOf } from '../testing/refusals.ts';
import { closeSound } from '../testing/soundness.ts';

let at: FaultyDomain;

beforeAll(async () => {
  at = await openFaultyDomain();
  await at.domain.locations.create({ locationId: 'north', priority: 10 }, at.call);
});
afterAll(() => closeSound(at));

let documents = 0;
const stock = (...lines: Parameters<typeof receipt>[]) => {
  const receipts = lines.map((line) => receipt(...line));
  return at.domain.inbound.purchase(inbound(`P-${(documents += 1)}`, receipts), at.call);
};
let orders = 0;
const reserve = (skuId: string, quantity: number, more: Partial<Parameters<typeof hold>[2] & object> = {}) =>
  at.domain.reservations.reserve(hold(skuId, quantity, { businessId: `O-${(orders += 1)}`, ...more }), at.call);
const taken = async (answer: ReturnType<typeof reserve>) =>
  (await answer).lines.map(({ batchId, locationId, quantity }) => [locationId, quantity, batchId].slice(0, 2));

async function tripsOf(work: () => Promise<unknown>): Promise<number> {
  const before = at.proxy.counters().messages;
  await work();
  return at.proxy.counters().messages - before;
}

test('one packet reads and one writes, with COMMIT; a SKU that is new to the process takes two more', async () => {
  await stock(['A', 50], ['B', 50], ['C', 50]);
  expect(await tripsOf(() => reserve('A', 1))).toBe(4);
  expect(await tripsOf(() => reserve('A', 1))).toBe(2);
  const lines = () => ['A', 'B', 'C'].map((skuId) => hold(skuId, 1, `O-${(orders += 1)}`));
  expect(await tripsOf(() => at.domain.reservations.reserveMany({ lines: lines() }, at.call))).toBe(4);
  expect(await tripsOf(() => at.domain.reservations.reserveMany({ lines: lines() }, at.call))).toBe(2);
});

test('what the first shelf does not have is looked for at the next one', async () => {
  await stock(['D', 5], ['D', 3, { locationId: 'north' }]);
  await reserve('D', 1);
  expect(await taken(reserve('D', 4))).toEqual([
    ['north', 2],
    ['default', 2],
  ]);
  expect(await refusalOf(reserve('D', 4))).toMatchObject({ code: 'INV_002' });
  expect(await taken(reserve('D', 3))).toEqual([['default', 3]]);
});

test('more batches than a page shows', async () => {
  for (let batch = 0; batch < 12; batch += 1) await stock(['E', 1]);
  await reserve('E', 1);
  expect((await reserve('E', 11)).lines).toHaveLength(11);
});

test('whoever asks for something else than the one before gets it', async () => {
  // More than a page shows come first, so that what is asked for lies behind it.
  for (let batch = 0; batch < 9; batch += 1) await stock(['F', 5]);
  await stock(['F', 5, { qualityLevel: 'B' }]);
  await stock(['F', 5, { expiresAt: secondsFromNow(90 * 86_400) }]);
  await reserve('F', 1);
  const batches = new Map(
    (await at.domain.batches.list({ skuId: 'F', limit: 20 })).items.map((each) => [each.batchId, each]),
  );
  const batchOf = async (answer: ReturnType<typeof reserve>) => batches.get((await answer).lines[0]?.batchId ?? '');
  expect(await batchOf(reserve('F', 1, { qualityLevel: 'B' }))).toMatchObject({ qualityLevel: 'B' });
  expect(await batchOf(reserve('F', 1, { strategy: 'fefo' }))).not.toMatchObject({ expiresAt: null });
  expect(await batchOf(reserve('F', 1, { minRemainingDays: 30 }))).toMatchObject({ qualityLevel: 'A' });
  expect(await batchOf(reserve('F', 1))).toMatchObject({ qualityLevel: 'A', expiresAt: null });
});

test('a place that was closed meanwhile is passed over', async () => {
  await stock(['G', 5], ['G', 5, { locationId: 'north' }]);
  expect(await taken(reserve('G', 1))).toEqual([['north', 1]]);
  await at.domain.locations.update({ locationId: 'north', isActive: false }, at.call);
  expect(await taken(reserve('G', 1))).toEqual([['default', 1]]);
  await at.domain.locations.update({ locationId: 'north', isActive: true }, at.call);
  expect(await taken(reserve('G', 1))).toEqual([['north', 1]]);
});

test('what has become a bundle meanwhile is taken apart', async () => {
  await stock(['H', 1], ['H1', 4], ['H2', 4]);
  await reserve('H', 1, { businessId: 'last' });
  await at.domain.outbound.sales(sale('last', [{ skuId: 'H', quantity: 1 }]), at.call);
  const components = [
    { skuId: 'H1', quantity: 2 },
    { skuId: 'H2', quantity: 1 },
  ];
  await at.domain.bundles.create({ skuId: 'H', components }, at.call);
  const { lines } = await reserve('H', 1);
  expect(lines.map(({ skuId, quantity }) => [skuId, quantity])).toEqual([
    ['H1', 2],
    ['H2', 1],
  ]);
});
