/** The fewest batches that cover the need, and of those choices the one that leaves least open: proved by trying all. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { candidate, candidates } from '../testing/candidates.ts';
import { after, NOW } from '../testing/draft-fixture.ts';
import { leastBatches } from './least-batches.ts';
import type { Candidate } from './strategy.ts';

const sum = (chosen: readonly Candidate[]) => chosen.reduce((total, each) => total + each.free, 0);
const order = (given: readonly Candidate[], quantity: number) => leastBatches.order(given, { quantity, now: NOW });

/** Of all subsets that cover the need: the smallest size, and the smallest sum of that size. */
function best(given: readonly Candidate[], quantity: number): { size: number; sum: number } | undefined {
  let found: { size: number; sum: number } | undefined;
  for (let mask = 1; mask < 2 ** given.length; mask += 1) {
    const chosen = given.filter((_each, at) => (mask & (1 << at)) !== 0);
    const total = sum(chosen);
    if (total < quantity) continue;
    if (found === undefined || chosen.length < found.size || (chosen.length === found.size && total < found.sum))
      found = { size: chosen.length, sum: total };
  }
  return found;
}

describe('the choice', () => {
  test.for<[string, Record<string, number>, number, string]>([
    ['is one batch that fits exactly', { a: 5, b: 3 }, 5, 'a'],
    ['is one batch rather than two that fit', { a: 8, b: 5, c: 3 }, 8, 'a'],
    ['is the opened one when it is enough', { a: 100, b: 100, c: 54 }, 14, 'c'],
    ['is a full one when the opened one is too small', { a: 100, b: 100, c: 54 }, 80, 'a'],
    ['is two batches with the least left over', { a: 9, b: 7, c: 6, d: 5 }, 11, 'c d'],
    ['is everything when that is just enough', { a: 1, b: 2, c: 3 }, 6, 'c b a'],
    ['is everything when nothing is enough', { a: 1, b: 2, c: 3 }, 7, 'c b a'],
    ['is nothing of nothing', {}, 3, ''],
  ])('%s', ([_what, free, quantity, expected]) => {
    const given = Object.entries(free).map(([batchId, units]) => candidate({ batchId, free: units }));
    expect(
      order(given, quantity)
        .map((each) => each.batchId)
        .join(' '),
    ).toBe(expected);
  });

  test('between equals is the older receipt, then the lower id', () => {
    const given = [
      candidate({ batchId: 'b' }),
      candidate({ batchId: 'a' }),
      candidate({ batchId: 'c', receivedAt: after(-1) }),
    ];
    expect(order(given, 10).map((each) => each.batchId)).toEqual(['c']);
    expect(order(given, 20).map((each) => each.batchId)).toEqual(['c', 'a']);
  });

  test('is best among all subsets of up to eight batches', () => {
    fc.assert(
      fc.property(candidates(['default'], 8), fc.integer({ min: 1, max: 100 }), (given, quantity) => {
        const chosen = order(given, quantity);
        const expected = best(given, quantity);
        const everything = { size: given.length, sum: sum(given) };
        expect({ size: chosen.length, sum: sum(chosen) }).toEqual(expected ?? everything);
      }),
      { numRuns: 1500 },
    );
  });
});

test('of thousands of batches a choice is made in time, and it covers with the fewest', () => {
  const given = Array.from({ length: 5000 }, (_, at) =>
    candidate({ batchId: `b${at}`, free: 7 + ((at * 7919) % 1000) }),
  );
  const start = performance.now();
  const chosen = order(given, 20_011);
  expect(performance.now() - start).toBeLessThan(500);
  const largest = given.map((each) => each.free).toSorted((a, b) => b - a);
  const fewer = largest.slice(0, chosen.length - 1).reduce((total, free) => total + free, 0);
  expect(sum(chosen)).toBeGreaterThanOrEqual(20_011);
  expect(fewer).toBeLessThan(20_011);
});
