/** The fill loop under every strategy: what must hold of any plan, whatever the stock. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { builtInStrategies } from '../strategies/registry.ts';
import { costOptimized } from '../strategies/cost-optimized.ts';
import { fefo } from '../strategies/fefo.ts';
import { fifo } from '../strategies/fifo.ts';
import { type AllocationStrategy, type Candidate, orderedBy } from '../strategies/strategy.ts';
import { candidate, candidates } from '../testing/candidates.ts';
import { location, NOW } from '../testing/draft-fixture.ts';
import { allocate, type Allocation } from './allocation.ts';

/** In the order in which they are asked: by priority, and of equal ones by id. */
const places = ['east', 'west', 'attic', 'cellar'];
const locations = new Map([
  ['cellar', location('cellar', { priority: 30 })],
  ['attic', location('attic', { priority: 20 })],
  ['west', location('west', { priority: 10 })],
  ['east', location('east', { priority: 10 })],
]);

function plan(given: readonly Candidate[], strategy: AllocationStrategy, quantity: number): Allocation {
  return allocate(given, { quantity, strategy, locations, now: NOW });
}

const drawn = fc.record({
  given: candidates(places, 10),
  strategy: fc.constantFrom(...builtInStrategies),
  quantity: fc.integer({ min: 1, max: 90 }),
});

interface Drawn {
  readonly given: readonly Candidate[];
  readonly strategy: AllocationStrategy;
  readonly quantity: number;
}

function always(holds: (of: Drawn) => void): void {
  fc.assert(fc.property(drawn, holds), { numRuns: 700 });
}

const sum = (numbers: readonly number[]) => numbers.reduce((total, each) => total + each, 0);

/** What is left of each candidate after the plan. */
function leftOver(given: readonly Candidate[], { lines }: Allocation): Candidate[] {
  const taken = new Map(lines.map((line) => [line.batchId, line.quantity]));
  return given
    .map((each) => ({ ...each, free: each.free - (taken.get(each.batchId) ?? 0) }))
    .filter((each) => each.free > 0);
}

describe('every plan', () => {
  test('and what is missing add up to the request, and nothing is missing while something is free', () => {
    always(({ given, strategy, quantity }) => {
      const { lines, shortfall } = plan(given, strategy, quantity);
      expect(sum(lines.map((line) => line.quantity)) + shortfall).toBe(quantity);
      expect(shortfall).toBe(Math.max(0, quantity - sum(given.map((each) => each.free))));
    });
  });

  test('takes no batch twice, none beyond what is free, and nothing of nothing', () => {
    always(({ given, strategy, quantity }) => {
      const { lines } = plan(given, strategy, quantity);
      expect(new Set(lines.map((line) => line.batchId)).size).toBe(lines.length);
      for (const line of lines) {
        const from = given.find((each) => each.batchId === line.batchId);
        expect(line.quantity).toBeGreaterThan(0);
        expect(line.quantity).toBeLessThanOrEqual(from?.free ?? 0);
        expect(line.locationId).toBe(from?.locationId);
      }
    });
  });

  test('is the same whatever order the candidates come in', () => {
    const shuffled = drawn.chain((of) =>
      fc.tuple(fc.constant(of), fc.shuffledSubarray(of.given, { minLength: of.given.length })),
    );
    fc.assert(
      fc.property(shuffled, ([{ given, strategy, quantity }, other]) => {
        expect(plan(other, strategy, quantity)).toEqual(plan(given, strategy, quantity));
      }),
      { numRuns: 700 },
    );
  });

  test('leaves a place of lower rank alone while one of higher rank has something free', () => {
    always(({ given, strategy, quantity }) => {
      const allocation = plan(given, strategy, quantity);
      const ranks = allocation.lines.map((line) => places.indexOf(line.locationId));
      expect(ranks).toEqual(ranks.toSorted((a, b) => a - b));
      for (const left of leftOver(given, allocation))
        expect(places.indexOf(left.locationId)).toBeGreaterThanOrEqual(Math.max(...ranks, 0));
    });
  });

  test('is not changed by what it did not need', () => {
    always(({ given, strategy, quantity }) => {
      const { lines } = plan(given, strategy, quantity);
      const used = given.filter((each) => lines.some((line) => line.batchId === each.batchId));
      expect(plan(used, strategy, quantity).lines).toEqual(lines);
    });
  });
});

describe('within one place', () => {
  test.each([
    ['fifo', fifo, (each: Candidate) => each.receivedAt],
    ['fefo', fefo, (each: Candidate) => each.expiresAt],
  ] as const)('%s takes nothing later while something earlier is free', (_name, strategy, timeOf) => {
    always(({ given, quantity }) => {
      const allocation = plan(given, strategy, quantity);
      const left = leftOver(given, allocation);
      for (const line of allocation.lines) {
        const taken = given.find((each) => each.batchId === line.batchId);
        const here = left.filter((each) => each.locationId === line.locationId && each.batchId !== line.batchId);
        for (const each of here) expect(timeOf(each) >= (taken === undefined ? '' : timeOf(taken))).toBe(true);
      }
    });
  });

  test('cost_optimized is never dearer than any other built-in strategy', () => {
    const totalCost = (given: readonly Candidate[], strategy: AllocationStrategy, quantity: number) =>
      plan(given, strategy, quantity).lines.reduce(
        (total, line) =>
          total + (given.find((each) => each.batchId === line.batchId)?.unitCost ?? 0n) * BigInt(line.quantity),
        0n,
      );
    always(({ given, strategy, quantity }) => {
      if (sum(given.map((each) => each.free)) < quantity) return;
      expect(totalCost(given, costOptimized, quantity) <= totalCost(given, strategy, quantity)).toBe(true);
    });
  });
});

describe('a strategy of a user', () => {
  const given = [candidate({ batchId: 'a', free: 2 }), candidate({ batchId: 'b', free: 2 })];
  const ordering = (order: AllocationStrategy['order']): AllocationStrategy => ({ name: 'own', scan: 'all', order });

  test('may leave candidates out: they are then not taken, even if that is too little', () => {
    const { lines, shortfall } = plan(
      given,
      ordering((all) => all.slice(0, 1)),
      3,
    );
    expect({ lines, shortfall }).toEqual({
      lines: [{ batchId: 'a', locationId: 'default', quantity: 2 }],
      shortfall: 1,
    });
  });

  test('hears what is still wanted when its place is asked', () => {
    const asked: number[] = [];
    const listening = ordering((all, need) => {
      asked.push(need.quantity);
      return all;
    });
    const here = [
      candidate({ batchId: 'a', free: 2, locationId: 'east' }),
      candidate({ batchId: 'b', locationId: 'west' }),
    ];
    plan(here, listening, 5);
    expect(asked).toEqual([5, 3]);
  });

  test('that names a batch twice is stopped before anything is held', () => {
    expect(() =>
      plan(
        given,
        ordering((all) => [...all, ...all]),
        5,
      ),
    ).toThrow(/named a batch twice/);
  });
});

test('places nobody described come last, in the order of their ids', () => {
  const given = ['b', 'a', 'cellar'].map((locationId) =>
    candidate({ batchId: `in-${locationId}`, locationId, free: 1 }),
  );
  expect(
    plan(
      given,
      orderedBy('any', 'all', () => 0),
      3,
    ).lines.map((line) => line.locationId),
  ).toEqual(['cellar', 'a', 'b']);
});
