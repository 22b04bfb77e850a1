/** SPEC I8 through services and database: random trades of goods and of what accountants do, verified after each. */
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { tradeAtRandom } from '../rehearsal/random-trade.ts';
import { buy, periodsOf, sell } from '../testing/shop.ts';
import { closeSoundCost, openTestCost, type TestCost } from '../testing/test-cost.ts';

/** 15 in a usual run, 300 in the long one. */
const TRADES = Math.ceil(inject('costRuns') * 0.03);

let at: TestCost;

beforeAll(async () => {
  // So few at once that back-dated goods often leave corrections to the worker.
  at = await openTestCost({ config: { allowNegative: true }, cost: { multiCurrency: true, eventsAtOnce: 4 } });
});
afterAll(() => closeSoundCost(at));

test(
  `${TRADES} random trades keep every millionth`,
  async () => {
    const { loss, done, refused } = await tradeAtRandom(at, { count: TRADES });
    expect(loss).toBeUndefined();
    // A test in which nearly everything is refused would show nothing.
    const all = Object.values(done).reduce((sum, each) => sum + each, 0);
    expect(refused).toBeLessThan(all);
    expect(Object.entries(done).filter(([, times]) => times === 0)).toEqual([]);
  },
  Math.max(60_000, TRADES * 4000),
);

test('a sale told for a month in which its goods were not there yet loses nothing when the months close', async () => {
  const shop = await openTestCost({ config: { allowNegative: true } });
  try {
    const on = (day: string) => ({ occurredAt: `${day}T12:00:00.000000Z` });
    await buy(shop, 'JANUARY', [1, '1.00', on('2026-01-10')]);
    await buy(shop, 'A', [3, '10.00']);
    // The close costs what was switched since as a whole; the sale is costed where it arrived, and posted into February.
    await shop.cost.switchStrategy({ skuId: 'A', to: 'periodic_average' }, shop.call);
    await sell(shop, 'A', [5, on('2026-02-10')]);
    await buy(shop, 'A', [2, '11.00']);
    for (const { periodId } of await periodsOf(shop)) {
      await shop.cost.periods.close({ periodId }, shop.call);
      expect((await shop.cost.verify()).violations).toEqual([]);
    }
  } finally {
    await closeSoundCost(shop);
  }
});
