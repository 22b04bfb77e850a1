/** Exact fractions, for the one place where costs depend on each other and rounding on the way would lose cents. */

export interface Fraction {
  readonly top: bigint;
  /** Always positive. */
  readonly bottom: bigint;
}

export function over(top: bigint, bottom: bigint): Fraction {
  if (bottom === 0n) throw new RangeError('division by zero');
  const common = divisor(top < 0n ? -top : top, bottom < 0n ? -bottom : bottom) * (bottom < 0n ? -1n : 1n);
  return { top: top / common, bottom: bottom / common };
}

export const plus = (a: Fraction, b: Fraction): Fraction =>
  over(a.top * b.bottom + b.top * a.bottom, a.bottom * b.bottom);

export const times = (a: Fraction, b: Fraction): Fraction => over(a.top * b.top, a.bottom * b.bottom);

/** The same proportions in whole numbers. */
export function wholeWeights(fractions: readonly Fraction[]): bigint[] {
  const common = fractions.reduce((product, { bottom }) => (product / divisor(product, bottom)) * bottom, 1n);
  return fractions.map(({ top, bottom }) => top * (common / bottom));
}

function divisor(a: bigint, b: bigint): bigint {
  return b === 0n ? a : divisor(b, a % b);
}
