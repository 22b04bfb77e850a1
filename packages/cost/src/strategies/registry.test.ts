/** The registry: the six of the specification and more, a user's own beside them, and no name twice. */
import { expect, test } from 'vitest';
import { planPosting } from '../core/posting.ts';
import { defaultPolicy } from '../core/policy.ts';
import { emptyState } from '../core/state.ts';
import { bought, lastCost, sold } from '../testing/goods.ts';
import { createCostStrategyRegistry } from './registry.ts';
import { orderedBy } from './strategy.ts';

const dearestFirst = orderedBy('dearest_first', (a, b) =>
  Number(b.value / BigInt(b.remaining) - a.value / BigInt(a.remaining)),
);

test('the six of the specification are there', () => {
  const six = ['fifo', 'lifo', 'weighted_average', 'periodic_average', 'specific', 'standard'];
  expect(createCostStrategyRegistry().names()).toEqual(expect.arrayContaining(six));
});

test('a user’s own strategy costs goods like any other', () => {
  const strategies = createCostStrategyRegistry([dearestFirst]);
  const events = [bought('r1', 5, '10'), bought('r2', 5, '30'), bought('r3', 5, '20'), sold('s4', 7)];
  const posting = planPosting(emptyState('SKU', 'dearest_first'), events, { strategies, policy: defaultPolicy });
  expect(lastCost(posting)).toBe('190');
});

test.each(['FIFO', '', 'moving_average', '__proto__', 'toString'])(
  'there is none called %j, and the known ones are told',
  (name) => {
    const known = createCostStrategyRegistry().names();
    expect(() => createCostStrategyRegistry().get(name)).toThrow(
      expect.objectContaining({ code: 'COST_003', details: { strategy: name, known } }),
    );
  },
);

test('two strategies of one name are a mistake of the host', () => {
  expect(() => createCostStrategyRegistry([dearestFirst, dearestFirst])).toThrow(/registered twice/);
});
