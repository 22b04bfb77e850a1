/** Counts and adjustments against what sells and holds the same stock at the same moment. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { adjusting, counting, levelOf } from '../testing/adjustment-inputs.ts';
import { bothWays } from '../testing/both-ways.ts';
import { race } from '../testing/duels.ts';
import { hold, inbound, receipt, sale } from '../testing/inputs.ts';
import { closeSound } from '../testing/soundness.ts';
import { openTestDomain, type TestDomain } from '../testing/test-domain.ts';

let at: TestDomain;
let made = 0;
const ROUNDS = 24;

beforeAll(async () => {
  at = await openTestDomain();
});
afterAll(() => closeSound(at));

async function shelf(quantity: number): Promise<string> {
  const skuId = `R-${(made += 1)}`;
  await at.domain.inbound.purchase(inbound(`P-${made}`, [receipt(skuId, quantity)]), at.call);
  return skuId;
}

test('of a count and a sale the count is stale or the sale finds what was counted', { timeout: 60_000 }, async () => {
  await bothWays(ROUNDS, async (start) => {
    const skuId = await shelf(10);
    const [counted, sold] = await start(
      () => at.domain.adjustments.count(counting(skuId, 8, { onHandVersion: 1 }), at.call),
      () => at.domain.outbound.sales(sale(`S-${made}`, [{ skuId, quantity: 3 }]), at.call),
    );
    expect(sold).toBe('done');
    expect(['done', 'INV_010']).toContain(counted);
    expect((await levelOf(at, skuId)).onHand).toBe(counted === 'done' ? 5 : 7);
    return counted === 'done';
  });
});

test('of an adjustment and a reserve that want the last unit one gets it', { timeout: 60_000 }, async () => {
  await bothWays(ROUNDS, async (start) => {
    const skuId = await shelf(1);
    const outcomes = await start(
      () => at.domain.adjustments.adjust(adjusting(skuId, -1), at.call),
      () => at.domain.reservations.reserve(hold(skuId, 1, `O-${made}`), at.call),
    );
    expect(outcomes.toSorted()).toEqual(['INV_002', 'done']);
    return outcomes[0] === 'done';
  });
});

test('twenty counts at one version: one stands', async () => {
  const skuId = await shelf(100);
  const counts = Array.from({ length: 20 }, (_, each) => () => {
    const input = counting(skuId, 50 + each, { onHandVersion: 1 });
    return at.domain.adjustments.count(input, at.call);
  });
  const outcomes = await race(...counts);
  expect(outcomes.toSorted()).toEqual([...Array.from({ length: 19 }, () => 'INV_010'), 'done']);
  expect((await levelOf(at, skuId)).onHand).toBe(50 + outcomes.indexOf('done'));
});

test('twenty first adjustments of a level that is not there open it once', async () => {
  const skuId = `NEW-${(made += 1)}`;
  await at.domain.skus.create({ skuId }, at.call);
  const input = adjusting(skuId, 2, { unitCost: '1.00' });
  const works = Array.from({ length: 20 }, () => () => at.domain.adjustments.adjust(input, at.call));
  expect(new Set(await race(...works))).toEqual(new Set(['done']));
  expect(await levelOf(at, skuId)).toMatchObject({ onHand: 40, version: 20 });
});

test('adjustments that name the same SKUs in any order meet no deadlock', async () => {
  const lines = Array.from({ length: 6 }, () => receipt(`D-${(made += 1)}`, 500));
  await at.domain.inbound.purchase(inbound(`SIX-${made}`, lines), at.call);
  const works = Array.from({ length: 30 }, (_, each) => () => {
    const turned = each % 2 === 0 ? lines : lines.toReversed();
    const wanted = turned.map(({ skuId }) => ({ skuId, delta: each % 3 === 0 ? 1 : -1 }));
    return at.domain.adjustments.adjustMany({ reasonCode: 'correction', operator: 'Ann', lines: wanted }, at.call);
  });
  expect(new Set(await race(...works))).toEqual(new Set(['done']));
});
