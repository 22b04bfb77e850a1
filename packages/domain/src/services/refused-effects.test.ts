/** What a refusal keeps (the holds that it expired on its way) and what it must not leave (a level that only it would have needed). */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { adjusting } from '../testing/adjustment-inputs.ts';
import { fresh } from '../testing/batch-inputs.ts';
import { hold, inbound, receipt } from '../testing/inputs.ts';
import { refusalOf } from '../testing/refusals.ts';
import { closeSound } from '../testing/soundness.ts';
import { openTestDomain, type TestDomain } from '../testing/test-domain.ts';

let at: TestDomain;

beforeAll(async () => {
  at = await openTestDomain({ config: { allowNegative: true } });
  await at.domain.locations.create({ locationId: 'north', priority: 1 }, at.call);
});
afterAll(() => closeSound(at));

/** A SKU with ten units at `default`, eight of them held by a hold that is overdue. */
async function overdue() {
  const skuId = fresh('S');
  const { lines } = await at.domain.inbound.purchase(inbound(fresh('PO'), [receipt(skuId, 10)]), at.call);
  const held = hold(skuId, 8, { businessId: fresh('O'), ttlSeconds: 60 });
  const { id } = await at.domain.reservations.reserve(held, at.call);
  at.advance(61);
  return { skuId, id, batchId: lines[0]?.batchId ?? '' };
}

const stateOf = async (id: string) => (await at.domain.reservations.get({ id })).state;
const placesOf = async (skuId: string) =>
  (await at.domain.stock.levels({ skuId, limit: 9 })).items.map(({ locationId }) => locationId);

test.each([
  ['with a key', { idempotencyKey: 'short' }],
  ['without one', {}],
])('an adjustment that would open a level and is short elsewhere, %s', async (_how, key) => {
  const { skuId, id } = await overdue();
  const { reasonCode, operator } = adjusting(skuId, 1);
  const lines = [
    { skuId, delta: 1, locationId: 'north' },
    { skuId, delta: -11, locationId: 'default' },
  ];
  const work = () => at.domain.adjustments.adjustMany({ reasonCode, operator, lines, ...key }, at.call);
  expect(await refusalOf(work())).toMatchObject({ code: 'INV_002' });
  expect(await stateOf(id)).toBe('expired');
  expect(await placesOf(skuId)).toEqual(['default']);
  expect(await refusalOf(work()), 'asked again').toMatchObject({ code: 'INV_002' });
});

test.each([
  ['with a key', { idempotencyKey: 'owed' }],
  ['without one', {}],
])(
  'a pick that would owe at a place where nothing ever lay, and is refused for another line, %s',
  async (_how, key) => {
    const { skuId, id, batchId } = await overdue();
    const never = fresh('N');
    await at.domain.skus.create({ skuId: never }, at.call);
    const lines = [
      { skuId: never, quantity: 1 },
      { skuId, quantity: 11, batchId },
    ];
    const work = () => at.domain.outbound.pick({ documentNo: fresh('PK'), lines, ...key }, at.call);
    expect(await refusalOf(work())).toMatchObject({ code: 'INV_002' });
    expect(await stateOf(id)).toBe('expired');
    expect([await placesOf(never), await placesOf(skuId)]).toEqual([[], ['default']]);
  },
);
