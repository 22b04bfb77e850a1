/**
 * Splits an amount by weights so that the parts sum to it exactly: the largest remainder (Hamilton's method), ties to the
 * first. A negative amount is the mirror of the positive one; who has no weight gets nothing.
 */
import { divideMoney } from '@granary/contracts/money';

/** `last`: every part is rounded half up and the last one with a weight takes what is left. */
export type Residue = 'largest_remainder' | 'last';

export interface SplitOptions {
  readonly step?: bigint;
  readonly residue?: Residue;
}

/** Undefined when there is nobody to give it to. The weights must not be negative. */
export function splitAmount(
  amount: bigint,
  weights: readonly bigint[],
  { step = 1n, residue = 'largest_remainder' }: SplitOptions = {},
): bigint[] | undefined {
  const total = weights.reduce((sum, weight) => sum + weight, 0n);
  if (total === 0n) return amount === 0n ? weights.map(() => 0n) : undefined;
  if (amount < 0n) return splitAmount(-amount, weights, { step, residue })?.map((part) => -part);
  return residue === 'last'
    ? lastTakesRest(amount, weights, { total, step })
    : largestRemainder(amount, weights, { total, step });
}

interface Whole {
  readonly total: bigint;
  readonly step: bigint;
}

function largestRemainder(amount: bigint, weights: readonly bigint[], { total, step }: Whole): bigint[] {
  const steps = amount / step;
  const parts = weights.map((weight) => ((steps * weight) / total) * step);
  const order = weights
    .map((weight, at) => ({ at, remainder: (steps * weight) % total }))
    .toSorted((a, b) => (a.remainder > b.remainder ? -1 : a.remainder < b.remainder ? 1 : a.at - b.at));
  let left = amount - parts.reduce((sum, part) => sum + part, 0n);
  for (const { at } of order) {
    if (left === 0n) break;
    // An amount finer than the step leaves a last piece that is smaller than one.
    const piece = left < step ? left : step;
    parts[at] = (parts[at] ?? 0n) + piece;
    left -= piece;
  }
  return parts;
}

function lastTakesRest(amount: bigint, weights: readonly bigint[], { total, step }: Whole): bigint[] {
  const last = weights.findLastIndex((weight) => weight > 0n);
  let left = amount;
  const parts = weights.map((weight) => {
    const part = divideMoney(amount * weight, total * step) * step;
    left -= part;
    return part;
  });
  parts[last] = (parts[last] ?? 0n) + left;
  return parts;
}
