/**
 * The only arithmetic of costing: a part of a value by quantity, rounded once, half up. Whoever takes the last unit takes
 * what is left instead of a share, so nothing is lost (SPEC section 9; IAS 2.25 asks for one formula, not for rounding).
 */
import { divideMoney } from '@granary/contracts/money';

/** What a number of units is worth: a unit cost that was never rounded. IAS 2 speaks of cost per unit; this is its fraction. */
export interface Rate {
  readonly value: bigint;
  readonly quantity: number;
}

/** The finest step there is: a millionth of the base currency. */
export const FINEST_DECIMALS = 6;

/** The smallest amount with so many decimals, in millionths: 2 decimals are cents of 10,000. */
export const stepOf = (decimals: number = FINEST_DECIMALS): bigint => 10n ** BigInt(FINEST_DECIMALS - decimals);

/** The value of `part` units at a rate, half up to a multiple of `step`. The quantity of the rate must not be 0. */
export function share({ value, quantity }: Rate, part: number, step = 1n): bigint {
  return divideMoney(value * BigInt(part), BigInt(quantity) * step) * step;
}

/** `value`, but never past `limit` in either direction from 0: what is not there cannot be taken. */
export function atMost(value: bigint, limit: bigint): bigint {
  if (limit < 0n) return value < limit ? limit : value;
  return value > limit ? limit : value;
}
