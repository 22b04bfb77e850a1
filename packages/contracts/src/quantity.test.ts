/** Quantities: whole units within the bounds of an INT column. */
import { describe, expect, test } from 'vitest';
import { count, MAX_QUANTITY, quantity, units } from './quantity.ts';

const refused: readonly (readonly [unknown, string])[] = [
  [-1, 'a negative number'],
  [1.5, 'a fraction'],
  [2_147_483_648, 'one more than an INT holds'],
  [-2_147_483_649, 'less than an INT holds'],
  [JSON.parse('9007199254740993'), 'beyond 2^53'],
  [JSON.parse('18446744073709551616'), 'beyond 64 bits'],
  [1e308, 'nearly no bound'],
  [Number.POSITIVE_INFINITY, 'no bound, which is how JSON.parse reads 1e309'],
  [Number.NaN, 'not a number'],
  ['5', 'a text'],
  ['', 'an empty text, which a cast would read as 0'],
  [null, 'null'],
  [true, 'a truth value'],
  [[], 'an empty list'],
  [[5], 'a list of one'],
  [{}, 'an object'],
  [{ $gt: 0 }, 'an operator of a query language'],
  [5n, 'a bigint'],
];

describe('a wanted quantity', () => {
  test.each(refused)('%s is refused: %s', (given) => {
    expect(quantity.safeParse(given).success).toBe(false);
  });

  test.each([
    [0, 'nothing is wanted'],
    [-0, 'minus zero'],
  ])('%s is refused: %s', (given) => {
    expect(quantity.safeParse(given).success).toBe(false);
  });

  test('2^31-1, 1e2 and a 1 that came with a rest too small to keep are whole numbers', () => {
    expect(quantity.parse(MAX_QUANTITY)).toBe(2_147_483_647);
    expect(quantity.parse(JSON.parse('1e2'))).toBe(100);
    expect(quantity.parse(JSON.parse('1.0000000000000001'))).toBe(1);
  });
});

describe('a count', () => {
  test.each(refused)('%s is refused: %s', (given) => {
    expect(count.safeParse(given).success).toBe(false);
  });

  test('minus zero becomes zero, so that it is stored and compared as one', () => {
    expect(Object.is(count.parse(-0), 0)).toBe(true);
    expect(count.parse(0)).toBe(0);
    expect(count.parse(MAX_QUANTITY)).toBe(MAX_QUANTITY);
  });
});

test('a delta of the ledger may be negative, never a fraction', () => {
  expect(units.parse(-5)).toBe(-5);
  expect(units.safeParse(0.5).success).toBe(false);
});
