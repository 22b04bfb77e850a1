/** The registry: the built-in five, a user's own beside them, and no name twice. */
import { expect, test } from 'vitest';
import { candidate } from '../testing/candidates.ts';
import { NOW } from '../testing/draft-fixture.ts';
import { builtInStrategies, createStrategyRegistry } from './registry.ts';
import { type AllocationStrategy, oldestFirst, orderedBy } from './strategy.ts';

const own = orderedBy('by_shelf', 'all', oldestFirst);

test('the five of the specification are there', () => {
  const five = ['cost_optimized', 'fefo', 'fifo', 'least_batches', 'lifo'];
  expect(createStrategyRegistry([]).names().toSorted()).toEqual(five);
});

test('a user’s own strategy is found by its name, beside the others', () => {
  const registry = createStrategyRegistry([own]);
  expect(registry.find('by_shelf')).toMatchObject({ name: 'by_shelf', scan: 'all' });
  expect(registry.names()).toEqual([...builtInStrategies.map((strategy) => strategy.name), 'by_shelf']);
});

test.each(['FIFO', 'fifo ', '', 'unknown', '__proto__', 'constructor', 'toString'])(
  'there is none called %j',
  (name) => {
    expect(createStrategyRegistry([own]).find(name)).toBeUndefined();
  },
);

test('one registry does not know what another was given', () => {
  createStrategyRegistry([own]);
  expect(createStrategyRegistry([]).find('by_shelf')).toBeUndefined();
});

test('a name that is taken is refused at the start, be it built in or a user’s own', () => {
  expect(() => createStrategyRegistry([orderedBy('fifo', 'all', oldestFirst)])).toThrow(/"fifo" is registered twice/);
  expect(() => createStrategyRegistry([own, own])).toThrow(/"by_shelf" is registered twice/);
});

test('a user’s own strategy can neither make stock up nor change what it was given', () => {
  const given = [candidate({ batchId: 'a', free: 5 }), candidate({ batchId: 'b', free: 3 })];
  const order = (strategy: AllocationStrategy) =>
    createStrategyRegistry([strategy]).find('own')?.order(given, { quantity: 4, now: NOW });
  const greedy: AllocationStrategy = {
    name: 'own',
    scan: 'all',
    order: (candidates) => candidates.map((each) => Object.assign(each, { free: 1_000 })).toReversed(),
  };
  expect(order(greedy)).toEqual([candidate({ batchId: 'b', free: 3 }), candidate({ batchId: 'a', free: 5 })]);
  expect(given).toEqual([candidate({ batchId: 'a', free: 5 }), candidate({ batchId: 'b', free: 3 })]);
  const inventive: AllocationStrategy = {
    name: 'own',
    scan: 'all',
    order: () => [candidate({ batchId: 'c', free: 9 })],
  };
  expect(() => order(inventive)).toThrow(/answered a batch that it was not given/);
});
