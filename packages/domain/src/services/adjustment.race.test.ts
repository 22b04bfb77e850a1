/** Counts and adjustments against what sells and holds the same stock at the same moment. */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { GranaryError } from '@granary/contracts/error';
import { adjusting, counting, levelOf } from '../testing/adjustment-inputs.ts';
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

/** Each answers `done`, or the code of its refusal; anything else fails the test. */
async function race(...works: (() => Promise<unknown>)[]): Promise<string[]> {
  return await Promise.all(
    works.map((work) =>
      work().then(
        () => 'done',
        (error: unknown) => {
          if (error instanceof GranaryError) return error.code;
          throw error;
        },
      ),
    ),
  );
}

test('of a count and a sale the count is stale or the sale finds what was counted', { timeout: 60_000 }, async () => {
  const winners = new Set<string>();
  for (let round = 0; round < ROUNDS || (winners.size < 2 && round < 10 * ROUNDS); round += 1) {
    const skuId = await shelf(10);
    const count = () => at.domain.adjustments.count(counting(skuId, 8, { onHandVersion: 1 }), at.call);
    const sell = () => at.domain.outbound.sales(sale(`S-${made}`, [{ skuId, quantity: 3 }]), at.call);
    const works = round % 2 === 0 ? [count, sell] : [sell, count];
    const outcomes = await race(...works);
    const counted = outcomes[works.indexOf(count)];
    expect(outcomes[works.indexOf(sell)]).toBe('done');
    expect((await levelOf(at, skuId)).onHand).toBe(counted === 'done' ? 5 : 7);
    expect(['done', 'INV_010']).toContain(counted);
    winners.add(counted ?? '');
  }
  expect(winners.size, 'both must have come first, or this was no race').toBe(2);
});

test('of an adjustment and a reserve that want the last unit one gets it', { timeout: 60_000 }, async () => {
  const winners = new Set<number>();
  for (let round = 0; round < ROUNDS || (winners.size < 2 && round < 10 * ROUNDS); round += 1) {
    const skuId = await shelf(1);
    const adjust = () => at.domain.adjustments.adjust(adjusting(skuId, -1), at.call);
    // An adjustment asks more before it locks, so it gets a start that grows from round to round.
    const reserve = async () => {
      await sleep((round % 12) * (1 + Math.floor(round / 12)));
      return await at.domain.reservations.reserve(hold(skuId, 1, `O-${made}`), at.call);
    };
    const outcomes = await race(adjust, reserve);
    expect(outcomes.toSorted()).toEqual(['INV_002', 'done']);
    winners.add(outcomes.indexOf('done'));
  }
  expect(winners.size, 'both sides must have won, or this was no race').toBe(2);
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
