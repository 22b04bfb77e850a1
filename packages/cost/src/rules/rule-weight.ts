/** The weights of a rule, and amounts, as callers write them: decimal strings. */
import { parseMoney } from '@granary/contracts/money';
import { invalidInput } from '@granary/domain/refusal';
import type { AllocationTarget } from '../core/allocation.ts';
import type { RuleTarget } from '../entities/cost-allocation.ts';

export function weighed(targets: readonly RuleTarget[]): readonly AllocationTarget[] {
  return targets.map(({ skuId, weight }) =>
    weight === null ? { skuId } : { skuId, weight: amountOf(weight, 'targets') },
  );
}

export function amountOf(text: string, path: string): bigint {
  try {
    return parseMoney(text);
  } catch {
    throw invalidInput([{ path, message: 'must be a decimal string with at most 6 decimals' }]);
  }
}
