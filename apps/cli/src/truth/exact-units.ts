/** Between the fractions of truth vectors and what the engine counts in: whole units and millionths of money. */
import { divideMoney } from '@granary/contracts/money';
import { decimalsOf, exact, type Exact, type WrittenNumber } from '@granary/testkit/truth/number';
import { NotApplicable } from '@granary/testkit/truth/verdict';

const MILLION = 1_000_000n;
const MAX_UNITS = 2 ** 40;

/** Quantities are whole numbers of the smallest unit: half a kilogram is 500 grams, and prices stay per kilogram. */
export interface Units {
  /** Smallest units in one unit of the vector. */
  readonly per: number;
  readonly of: (quantity: WrittenNumber) => number;
  readonly back: (quantity: number) => Exact;
}

export function unitsFor(quantities: readonly (WrittenNumber | undefined)[]): Units {
  const decimals = Math.max(0, ...quantities.map((quantity) => (quantity === undefined ? 0 : decimalsOf(quantity))));
  const per = 10 ** decimals;
  const of = (quantity: WrittenNumber) => {
    const { top, bottom } = exact(quantity);
    const units = (top * BigInt(per)) / bottom;
    if (units > MAX_UNITS || units < -MAX_UNITS)
      throw new NotApplicable(`a quantity of ${String(quantity)} is too large`);
    return Number(units);
  };
  return { per, of, back: (quantity) => ({ top: BigInt(quantity), bottom: BigInt(per) }) };
}

/** Rounded once, half up, where money has more than 6 decimals. */
export function moneyOf(...factors: readonly WrittenNumber[]): bigint {
  const product = factors.map(exact).reduce((a, b) => ({ top: a.top * b.top, bottom: a.bottom * b.bottom }));
  return divideMoney(product.top * MILLION, product.bottom);
}

export const money = (value: bigint): Exact => ({ top: value, bottom: MILLION });

/** What one unit of the vector costs when so many smallest units are worth so much. */
export const unitCost = (value: bigint, quantity: number, { per }: Units): Exact => ({
  top: value * BigInt(per) * (quantity < 0 ? -1n : 1n),
  bottom: MILLION * BigInt(Math.abs(quantity)),
});
