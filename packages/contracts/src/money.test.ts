/** Money: exact on the way in, at the sum and on the way out. */
import { describe, expect, test } from 'vitest';
import { divideMoney, formatMoney, parseMoney, signedAmount, unitCost } from './money.ts';

describe('a unit cost on the wire', () => {
  test.each([
    ['10.5', '10.50', 'cents are filled up'],
    ['0', '0.00', 'nothing'],
    ['0.000001', '0.000001', 'the smallest amount'],
    ['10.500000', '10.50', 'trailing zeros are cut down to the cent'],
    ['10.505000', '10.505', 'and no further than to the last digit that says something'],
    [
      '99999999999999.999999',
      '99999999999999.999999',
      'fourteen digits and six decimals: all that DECIMAL(20,6) holds',
    ],
    ['-0.00', '0.00', 'minus zero is zero'],
    ['-0', '0.00', 'minus zero without decimals'],
  ])('%j is accepted as %j: %s', (given, expected) => {
    expect(unitCost.parse(given)).toBe(expected);
  });

  test.each<[unknown, string]>([
    [10.5, 'a number, which is a binary float'],
    ['1e3', 'an exponent'],
    ['1,000.00', 'a separator of thousands'],
    [' 1', 'padding before'],
    ['1 ', 'padding behind'],
    ['1\n', 'a line break behind'],
    ['١٢', 'digits of another script'],
    ['', 'nothing at all'],
    ['.5', 'no digit before the point'],
    ['5.', 'no digit behind the point'],
    ['00.5', 'a leading zero'],
    ['+1', 'a plus sign'],
    ['0x10', 'hexadecimal'],
    ['0.0000001', 'a seventh decimal'],
    [`0.${'1'.repeat(30)}`, 'thirty decimals'],
    ['100000000000000', 'fifteen digits before the point'],
    ['1234567890123456789', 'nineteen digits before the point'],
    ['-1', 'a negative cost'],
    ['-0.01', 'a negative cent'],
    ['-0.0000000', 'minus zero with a seventh decimal'],
    ['NaN', 'not a number'],
    ['Infinity', 'no bound'],
    [null, 'null'],
    [true, 'a truth value'],
    [['1.00'], 'a list'],
    [{ amount: '1.00' }, 'an object'],
  ])('%j is refused: %s', (given) => {
    expect(unitCost.safeParse(given).success).toBe(false);
  });

  test('what was accepted is accepted again and stays as it is', () => {
    for (const text of ['0.00', '1.10', '0.000001', '99999999999999.99'])
      expect(unitCost.parse(unitCost.parse(text))).toBe(text);
  });

  test('a refusal does not repeat a large input', () => {
    const { error } = unitCost.safeParse('9'.repeat(100_000));
    expect(JSON.stringify(error?.issues).length).toBeLessThan(1000);
  });
});

describe('an amount that is added or taken away', () => {
  test.each([
    ['-10.5', '-10.50', 'taken away'],
    ['120', '120.00', 'added'],
    ['-0.000001', '-0.000001', 'the smallest one'],
    ['-99999999999999.999999', '-99999999999999.999999', 'the largest one'],
  ])('%j is accepted as %j: %s', (given, expected) => {
    expect(signedAmount.parse(given)).toBe(expected);
  });

  test.each<[unknown, string]>([
    ['0', 'nothing'],
    ['-0.00', 'nothing with a minus'],
    ['--1', 'two signs'],
    ['- 1', 'a space behind the sign'],
    ['-01', 'a leading zero'],
    ['-100000000000000', 'fifteen digits before the point'],
    ['-0.0000001', 'a seventh decimal'],
    [-1, 'a number, which is a binary float'],
  ])('%j is refused: %s', (given) => {
    expect(signedAmount.safeParse(given).success).toBe(false);
  });
});

describe('money in code', () => {
  test.each([
    ['12.34', 12_340_000n],
    ['-12.34', -12_340_000n],
    ['0.000001', 1n],
    ['-0.00', 0n],
    ['99999999999999.999999', 99_999_999_999_999_999_999n],
  ])('reads %s as so many millionths', (text, micros) => {
    expect(parseMoney(text)).toBe(micros);
  });

  test.each(['', '1e3', ' 1', '1.', '.1', '1.1234567', '--1', 'NaN', '1,0'])('throws at %j', (text) => {
    expect(() => parseMoney(text)).toThrow(RangeError);
  });

  test.each([
    [0n, '0.00'],
    [1n, '0.000001'],
    [-1n, '-0.000001'],
    [10_000n, '0.01'],
    [100_000n, '0.10'],
    [1_234_500n, '1.2345'],
    [-1_000_000n, '-1.00'],
    [10n ** 29n, '100000000000000000000000.00'],
  ])('writes %s millionths', (micros, text) => {
    expect(formatMoney(micros)).toBe(text);
  });

  test('what is written reads as the same amount', () => {
    for (let micros = -3_000_000n; micros <= 3_000_000n; micros += 9_973n)
      expect(parseMoney(formatMoney(micros))).toBe(micros);
  });

  test.each([
    [10n, 4n, 3n, 'half goes up'],
    [9n, 4n, 2n, 'below half goes down'],
    [11n, 4n, 3n, 'above half goes up'],
    [-10n, 4n, -3n, 'half of a negative value goes away from zero as well'],
    [-9n, 4n, -2n, 'below half of a negative value'],
    [0n, 7n, 0n, 'nothing'],
    [12n, 4n, 3n, 'no rest'],
    [1n, 2_147_483_647n, 0n, 'a rest far below half'],
    [10n ** 29n + 1n, 2n, 5n * 10n ** 28n + 1n, 'a sum far beyond 2^53, exact to the last digit'],
  ])('%s / %s is %s: %s', (value, quantity, expected) => {
    expect(divideMoney(value, quantity)).toBe(expected);
  });
});
