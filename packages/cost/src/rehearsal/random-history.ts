/**
 * SPEC I8 over random histories of one SKU: every strategy, returns, corrections, late costs, write-downs, other currencies, changes
 * of strategy, batches merged and split, back-dated events and closes. history.ts checks after every step; here they are drawn and sold out.
 */
import type { CostPolicy } from '../core/policy.ts';
import { sumOf } from '../core/record.ts';
import { netOf } from '../core/state.ts';
import { type Draw, drawing } from './drawing.ts';
import { close, newHistory, post, strategies } from './history.ts';
import { type Step, take } from './random-step.ts';

export interface RandomHistories {
  readonly runs: number;
  /** The same histories for the same seed. */
  readonly seed: number;
  /** Told after each. */
  readonly onRun?: (done: number) => void;
}

interface Plan {
  readonly strategy: string;
  readonly policy: CostPolicy;
  readonly steps: readonly Step[];
}

const MAX_STEPS = 40;

/** Undefined when value in was value held, consumed and written off in all of them; else the first that lost something, made short. */
export function lossIn({ runs, seed, onRun }: RandomHistories): string | undefined {
  for (let run = 1; run <= runs; run += 1) {
    const plan = planFrom(drawing(seed + run * 7919));
    if (lossOf(plan) !== undefined) {
      const short = shortened(plan);
      return `history ${run} of seed ${seed}: ${lossOf(short)}, by ${JSON.stringify(short)}`;
    }
    onRun?.(run);
  }
  return undefined;
}

function planFrom(draw: Draw): Plan {
  const names = strategies.names();
  const steps = Array.from({ length: 1 + draw(MAX_STEPS) }, () => ({
    ...{ what: draw(1001), a: draw(1001), c: draw(1001) },
    // Values that no quantity divides, tiny ones that round to nothing, and none at all.
    b: [draw(500_000_000), draw(21), 0][draw(3)] ?? 0,
  }));
  return { strategy: names[draw(names.length)] ?? 'fifo', policy: policyFrom(draw), steps };
}

function policyFrom(draw: Draw): CostPolicy {
  const average = draw(2) === 0 ? { decimals: 2, per: 1 } : { decimals: 4, per: 1000 };
  return {
    shortage: draw(2) === 0 ? 'refuse' : 'owe',
    returns: draw(2) === 0 ? 'original' : 'current',
    reversals: draw(2) === 0 ? 'original' : 'current',
    lots: draw(2) === 0 ? 'strict' : 'preferred',
    ...(draw(2) === 0 ? {} : { issueDecimals: draw(4) * 2 }),
    ...(draw(2) === 0 ? {} : { average }),
  };
}

function lossOf({ strategy, policy, steps }: Plan): string | undefined {
  const history = newHistory(strategy, policy);
  try {
    for (const each of steps) take(history, each);
    close(history);
    // Sold out: whatever the rounding was, nothing may be left of the value.
    const { quantity } = history.state;
    if (quantity > 0) post(history, { type: 'issue', account: 'cost_of_sales', quantity, owed: 0 });
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  const { state, records } = history;
  if (state.quantity !== 0 || state.value !== 0n || state.layers.length > 0)
    return `sold out, and ${state.quantity} units for ${state.value} are left`;
  return sumOf(records) === netOf(state).value
    ? undefined
    : `the records say ${sumOf(records)}, what is held and owed ${netOf(state).value}`;
}

/** Without every step that the loss does not need. */
function shortened(plan: Plan): Plan {
  for (const at of plan.steps.keys()) {
    const fewer = { ...plan, steps: plan.steps.toSpliced(at, 1) };
    if (lossOf(fewer) !== undefined) return shortened(fewer);
  }
  return plan;
}
