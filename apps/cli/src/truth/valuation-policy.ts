/** The policies that vectors name, as the configuration that production has; a policy it does not have is not applicable. */
import { type CostPolicy, defaultPolicy } from '@granary/cost/core/policy';
import type { WrittenNumber } from '@granary/testkit/truth/number';
import type { ValuationVector } from '@granary/testkit/truth/valuation-vector';
import { NotApplicable } from '@granary/testkit/truth/verdict';

export interface ValuationPolicy {
  readonly strategy: string;
  readonly periodic: boolean;
  readonly cost: CostPolicy;
  readonly initialCost?: WrittenNumber;
  /** Later events are costed anew when an earlier one is recorded late. */
  readonly recompute: boolean;
  /** More or fewer goods of a receipt come and go at the average, not at the cost of that receipt. */
  readonly correctAtAverage: boolean;
  /** What identifies the goods that are taken, where the order does not. */
  readonly identifiedBy: 'lot' | 'unit cost' | null;
}

const STRATEGIES: Readonly<Record<string, string>> = {
  FIFO: 'fifo',
  LIFO: 'lifo',
  FEFO: 'fefo',
  HIFO: 'hifo',
  MOVING_AVERAGE: 'weighted_average',
  WAVG_PERPETUAL: 'weighted_average',
  STANDARD: 'standard',
  SPECIFIC: 'specific',
  FIFO_PERIODIC: 'periodic_fifo',
  LIFO_PERIODIC: 'periodic_lifo',
  WAVG_PERIODIC: 'periodic_average',
};

type Read = (policy: ValuationPolicy, value: WrittenNumber, unit: number) => ValuationPolicy | undefined;

/** By what a vector calls it; undefined for a choice that production does not offer. */
const READERS: Readonly<Record<string, Read>> = {
  initialCost: (policy, value) => ({ ...policy, initialCost: value }),
  negative: (policy, value) =>
    choose(value, {
      last_cost_then_revalue: { ...policy, cost: { ...policy.cost, shortage: 'owe' } },
      reject: policy,
      refuse: policy,
    }),
  issueRounding: (policy, value) => ({ ...policy, cost: { ...policy.cost, issueDecimals: decimals(value) } }),
  unitCostRounding: (policy, value, per) => ({
    ...policy,
    cost: { ...policy.cost, average: { decimals: decimals(value), per } },
  }),
  correction: (policy, value) =>
    choose(value, {
      append_at_original_cost: policy,
      append_at_current_average: { ...policy, correctAtAverage: true },
    }),
  identification: (policy, value) =>
    choose(value, {
      specific_unit_cost: { ...policy, strategy: 'specific', identifiedBy: 'unit cost' },
      specific_lot: { ...policy, strategy: 'specific', identifiedBy: 'lot' },
      specific: { ...policy, strategy: 'specific', identifiedBy: 'lot' },
    }),
  returnInCost: (policy, value) => {
    const current: ValuationPolicy = { ...policy, cost: { ...policy.cost, returns: 'current' } };
    return choose(value, {
      original: policy,
      original_cost: policy,
      issue_cost: policy,
      current: current,
      current_average: current,
      current_cost: current,
    });
  },
  backdated: (policy, value) => choose(value, { recompute: { ...policy, recompute: true }, append: policy }),
};

/** `per`: smallest units in one unit of the vector. */
export function policyOf(
  { method, policy = {} }: Pick<ValuationVector, 'method' | 'policy'>,
  per: number,
): ValuationPolicy {
  const strategy = STRATEGIES[method];
  if (strategy === undefined) throw new NotApplicable(`Granary has no costing method ${method}`);
  let read: ValuationPolicy = {
    strategy,
    periodic: method.endsWith('_PERIODIC'),
    cost: defaultPolicy,
    recompute: false,
    correctAtAverage: false,
    identifiedBy: strategy === 'specific' ? 'lot' : null,
  };
  for (const [name, value] of Object.entries(policy)) {
    const next = READERS[name]?.(read, value, per);
    if (next === undefined) throw new NotApplicable(`Granary has no policy ${name} ${String(value)}`);
    read = next;
  }
  return read;
}

function choose<T>(value: WrittenNumber, choices: Readonly<Record<string, T>>): T | undefined {
  return choices[String(value)];
}

function decimals(value: WrittenNumber): number {
  const count = Number(value);
  if (Number.isInteger(count) && count >= 0 && count <= 6) return count;
  throw new NotApplicable(`money has at most 6 decimals, not ${String(value)}`);
}
