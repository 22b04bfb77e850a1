/**
 * SPEC I8 over random histories of one SKU: every strategy, returns, corrections, late costs, write-downs, other currencies, changes
 * of strategy, batches merged and split, back-dated events and closes. history.ts checks after every step; here they are drawn and sold out.
 */
import fc from 'fast-check';
import type { CostPolicy } from '../core/policy.ts';
import { sumOf } from '../core/record.ts';
import { netOf } from '../core/state.ts';
import { close, newHistory, post, strategies } from './history.ts';
import { type Step, take } from './random-step.ts';

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

export interface RandomHistories {
  readonly runs: number;
  /** The same histories again; new ones when left out. */
  readonly seed?: number | undefined;
  /** Told after each. */
  readonly onRun?: () => void;
}

/** Undefined when value in was value held, consumed and written off in all of them; else the shortest history that lost something. */
export function lossIn({ runs, seed, onRun }: RandomHistories): string | undefined {
  const conserved = fc.property(
    fc.constantFrom(...strategies.names()),
    policy,
    fc.array(step, { minLength: 1, maxLength: 40 }),
    (strategy, rules, steps) => {
      onRun?.();
      live(strategy, rules, steps);
    },
  );
  const details = fc.check(conserved, { numRuns: runs, ...(seed === undefined ? {} : { seed }) });
  return details.failed ? fc.defaultReportMessage(details) : undefined;
}

function live(strategy: string, rules: CostPolicy, steps: readonly Step[]): void {
  const history = newHistory(strategy, rules);
  for (const each of steps) take(history, each);
  close(history);
  // Sold out: whatever the rounding was, nothing may be left of the value.
  const { quantity } = history.state;
  if (quantity > 0) post(history, { type: 'issue', account: 'cost_of_sales', quantity, owed: 0 });
  const { state, records } = history;
  if (state.quantity !== 0 || state.value !== 0n || state.layers.length > 0)
    throw new Error(`sold out, and ${state.quantity} units for ${state.value} are left`);
  if (sumOf(records) !== netOf(state).value)
    throw new Error(`the records say ${sumOf(records)}, what is held and owed ${netOf(state).value}`);
}
