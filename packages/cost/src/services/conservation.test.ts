/** SPEC I8 through services and database: random trades of goods and of what accountants do, verified after each. */
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { tradeAtRandom } from '../testing/random-trade.ts';
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
