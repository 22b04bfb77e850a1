/**
 * SPEC I8 over random histories: every strategy, returns, corrections, late costs, write-downs, other currencies, changes of
 * strategy, back-dated events and closes. history.ts checks after every step; here the histories are drawn and sold out.
 */
import fc from 'fast-check';
import { expect, inject, test } from 'vitest';
import { close, newHistory, post, strategies } from '../testing/history.ts';
import { type Step, take } from '../testing/random-step.ts';
import type { CostPolicy } from './policy.ts';
import { sumOf } from './record.ts';
import { netOf } from './state.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** How many random histories are costed (vitest.config.ts; GRANARY_COST_RUNS for a long run). */
    readonly costRuns: number;
  }
}

const RUNS = inject('costRuns');

const step: fc.Arbitrary<Step> = fc.record({
  what: fc.nat(1000),
  a: fc.nat(1000),
  // Values that no quantity divides, tiny ones that round to nothing, and none at all.
  b: fc.oneof(fc.nat(500_000_000), fc.nat(20), fc.constant(0)),
  c: fc.nat(1000),
});

const policy: fc.Arbitrary<CostPolicy> = fc.record(
  {
    shortage: fc.constantFrom('refuse', 'owe'),
    returns: fc.constantFrom('original', 'current'),
    reversals: fc.constantFrom('original', 'current'),
    issueDecimals: fc.constantFrom(0, 2, 4, 6),
    average: fc.constantFrom({ decimals: 2, per: 1 }, { decimals: 4, per: 1000 }),
  },
  { requiredKeys: ['shortage', 'returns', 'reversals'] },
);

test(
  'value in is value held, consumed and written off, to the last digit, whatever happens',
  () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...strategies.names()),
        policy,
        fc.array(step, { minLength: 1, maxLength: 40 }),
        (strategy, rules, steps) => {
          const history = newHistory(strategy, rules);
          for (const each of steps) take(history, each);
          close(history);
          // Sold out: whatever the rounding was, nothing may be left of the value.
          const { quantity } = history.state;
          if (quantity > 0) post(history, { type: 'issue', account: 'cost_of_sales', quantity, owed: 0 });
          expect(history.state).toMatchObject({ quantity: 0, value: 0n, layers: [] });
          expect(sumOf(history.records)).toBe(netOf(history.state).value);
        },
      ),
      { numRuns: RUNS },
    );
  },
  // A hundredth of a second each, with room.
  Math.max(60_000, RUNS * 60),
);
