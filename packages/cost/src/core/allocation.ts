/** Allocation (seed: cost allocation): a rule says by what an amount is shared out, and the parts sum to it exactly. */
import type { AllocationMethod } from '@granary/contracts/cost-allocation';
import { invalidRule } from './refusal.ts';
import { type SplitOptions, splitAmount } from './split.ts';

export interface AllocationTarget {
  readonly skuId: string;
  /** Shares for `ratio`, driver units for `activity`: any scale, as long as it is the same for all. */
  readonly weight?: bigint;
  /** What is there of it, for `quantity` and `value`. */
  readonly quantity?: number;
  readonly value?: bigint;
}

export interface AllocationRule {
  readonly name: string;
  readonly method: AllocationMethod;
  readonly targets: readonly AllocationTarget[];
}

export interface AllocatedPart {
  readonly skuId: string;
  readonly amount: bigint;
}

/** Refuses a rule by which nobody would get anything (COST_008). */
export function planAllocation(amount: bigint, rule: AllocationRule, options: SplitOptions = {}): AllocatedPart[] {
  const weights = rule.targets.map((target) => weightOf(target, rule));
  const parts = splitAmount(amount, weights, options);
  if (parts === undefined) throw invalidRule(rule.name, `The targets of "${rule.name}" have no weight between them.`);
  return rule.targets.map(({ skuId }, at) => ({ skuId, amount: parts[at] ?? 0n }));
}

function weightOf(target: AllocationTarget, { name, method }: AllocationRule): bigint {
  const weight = given(target, method);
  if (weight !== undefined && weight >= 0n) return weight;
  throw invalidRule(name, `"${name}" shares out by ${method}, and ${target.skuId} has none that it could go by.`);
}

function given({ weight, quantity, value }: AllocationTarget, method: AllocationMethod): bigint | undefined {
  switch (method) {
    case 'ratio':
    case 'activity':
      return weight;
    case 'quantity':
      return quantity === undefined ? undefined : BigInt(quantity);
    case 'value':
      return value;
  }
}
