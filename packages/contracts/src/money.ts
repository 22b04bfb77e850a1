/** Exact money: a decimal string on the wire, a branded bigint of 10^-6 in code, DECIMAL in the database; never a float. */
import { z } from 'zod';

/** Millionths of the base currency. */
export type Money = bigint & { readonly __brand: 'Money' };

const SCALE = 1_000_000n;
/** DECIMAL(20,6) holds 14 digits before the point. */
const PATTERN = /^(?:0|[1-9]\d{0,13})(?:\.\d{1,6})?$/;
const SIGNED = /^-?(?:0|[1-9]\d{0,13})(?:\.\d{1,6})?$/;
const MINUS_ZERO = /^-0(?:\.0{1,6})?$/;

/** Reads a decimal string (wire or DECIMAL column). Negative values occur in the ledger, never in a unit cost. */
export function parseMoney(text: string): Money {
  const match = /^(-?)(\d+)(?:\.(\d{1,6}))?$/.exec(text);
  if (match === null) throw new RangeError(`not a decimal amount: ${text.slice(0, 40)}`);
  const [, sign = '', whole = '0', fraction = ''] = match;
  const micros = BigInt(whole) * SCALE + BigInt(fraction.padEnd(6, '0'));
  return (sign === '-' ? -micros : micros) as Money;
}

/** Writes 2 to 6 decimals: trailing zeros are cut down to the cent, never beyond. */
export function formatMoney(money: bigint): string {
  const magnitude = money < 0n ? -money : money;
  const fraction = (magnitude % SCALE)
    .toString()
    .padStart(6, '0')
    .replace(/0{1,4}$/, '');
  return `${money < 0n ? '-' : ''}${magnitude / SCALE}.${fraction}`;
}

/** value / quantity, half up (away from zero), the only rounding rule of Granary. Quantity must not be 0. */
export function divideMoney(value: bigint, quantity: bigint): Money {
  const magnitude = value < 0n ? -value : value;
  const rounded = (2n * magnitude + quantity) / (2n * quantity);
  return (value < 0n ? -rounded : rounded) as Money;
}

/** At most 6 decimals and 14 digits before the point, written in one way; "-0.00" is 0. */
function decimal(pattern: RegExp, problem: string) {
  return z
    .string()
    .max(32)
    .overwrite((text) => (MINUS_ZERO.test(text) ? '0' : text))
    .regex(pattern, problem)
    .overwrite((text) => (pattern.test(text) ? formatMoney(parseMoney(text)) : text));
}

/** Never negative: the cost of a unit, a share, a weight. */
export const positiveDecimal = decimal(
  PATTERN,
  'must be a decimal string such as "10.50", not negative, with at most 6 decimals',
);

/** The cost of one unit: never negative. */
export const unitCost = positiveDecimal.meta({
  description: 'Unit cost in the base currency, a decimal string with at most 6 decimals',
  examples: ['10.50'],
});

/** An amount that is added, or with a minus taken away: never 0, which would change nothing. */
export const signedAmount = decimal(SIGNED, 'must be a decimal string such as "-10.50", with at most 6 decimals')
  .refine((text) => text !== '0.00', 'must not be 0')
  .meta({
    description: 'Amount in the base currency, a decimal string with at most 6 decimals; never 0',
    examples: ['120.00'],
  });

/** An amount in an answer. */
export const amount = z.string().meta({ description: 'A decimal string with 2 to 6 decimals', examples: ['10.50'] });
