/** Class 7.1 of reliability.md: numbers and money. */
import { accepted, malformed, refused, type BadInput, type Expectation, type Place } from './bad-input.ts';
import { rangeOf } from './ranges.ts';

const MOST = 2_147_483_647;

export function numberInputs(place: Place): BadInput[] {
  const [least, most] = rangeOf(place.procedure, place.field);
  // An adjustment by nothing is none.
  const isHole = (value: number) => place.field.name === 'delta' && value === 0;
  const within = (value: number): Expectation =>
    value >= least && value <= most && !isHole(value) ? accepted(value) : refused;
  const inputs: [number, string, Expectation][] = [
    [1, '-1', within(-1)],
    [2, '0', within(0)],
    [3, '-0', within(0)],
    [4, '1.5', refused],
    [5, '1.0000000000000001', within(1)],
    [6, 'NaN', malformed],
    [7, '1e309', refused],
    [7, '-1e309', refused],
    [7, 'Infinity', malformed],
    [8, '1e308', refused],
    [9, String(MOST), within(MOST)],
    [10, '2147483648', within(2_147_483_648)],
    [11, '9007199254740993', refused],
    [12, '18446744073709551616', refused],
    [13, '-2147483649', refused],
    [14, '"5"', refused],
    [15, '""', refused],
    [16, 'null', place.field.nullable ? accepted(null) : refused],
    [17, 'true', refused],
    [18, '[]', refused],
    [18, '[5]', refused],
    [19, '{}', refused],
    [19, '{"$gt":0}', refused],
    [20, '01', malformed],
    [20, '0x10', malformed],
    [20, '1_000', malformed],
    [20, '+1', malformed],
    [21, '1e2', within(100)],
  ];
  return [...inputs, ...limitsOf(place)].map(([number, raw, expected]) => ({
    class: number,
    what: raw,
    raw,
    expected,
  }));
}

function limitsOf({ procedure, field }: Place): [number, string, Expectation][] {
  if (field.name === 'ttlSeconds' && !procedure.startsWith('lock.'))
    return (['0', '-1', '10000000000', '86401'] as const).map((raw) => [24, raw, refused]);
  if (field.name === 'limit') return (['0', '501', '-1'] as const).map((raw) => [25, raw, refused]);
  return [];
}

type MoneyKind = 'money' | 'signed' | 'rate';

/** What a kind of money takes of values that are not wrong in every one. */
const TASTES: Readonly<Record<MoneyKind, (value: string) => boolean>> = {
  money: () => true,
  signed: (value) => value !== '0.00',
  rate: (value) => !value.startsWith('-') && value !== '0.00' && value.length <= 12,
};

export function moneyInputs({ field }: Place): BadInput[] {
  const kind = field.kind === 'signed' || field.kind === 'rate' ? field.kind : 'money';
  const may = (value: string): Expectation => (TASTES[kind](value) ? accepted(value) : refused);
  const negative = (value: string): Expectation => (kind === 'signed' ? accepted(value) : refused);
  // A rate is told as it was stated, an amount with the cents at least.
  const short = (stated: string, told: string): Expectation => accepted(kind === 'rate' ? stated : told);
  const inputs: [number, string, Expectation][] = [
    [26, '"10.5"', short('10.5', '10.50')],
    [26, '"10"', short('10', '10.00')],
    [27, '10.5', refused],
    ...['1e3', '1,000.00', ' 1', '1 ', '\u0661\u0662', '', '.5', '5.', '0x10', '01'].map(
      (text): [number, string, Expectation] => [28, JSON.stringify(text), refused],
    ),
    [29, `"1.${'1'.repeat(30)}"`, refused],
    [29, '"0.00000000001"', refused],
    ...(kind === 'rate' ? [] : [[29, '"0.0000001"', refused] as [number, string, Expectation]]),
    [30, `"${'9'.repeat(19)}"`, refused],
    [30, `"${'9'.repeat(15)}.00"`, refused],
    [30, `"${'9'.repeat(14)}.999999"`, may(`${'9'.repeat(14)}.999999`)],
    [31, '"-1.00"', negative('-1.00')],
    [31, '"-0.000001"', negative('-0.000001')],
    [32, '"NaN"', refused],
    [32, '"Infinity"', refused],
    [32, '"-0.00"', may('0.00')],
    ...(kind === 'rate' ? ['0', '0.00', '0.0000000000'] : []).map((text): [number, string, Expectation] => [
      ...([34, JSON.stringify(text), refused] as const),
    ]),
  ];
  return inputs.map(([number, raw, expected]) => ({ class: number, what: raw.slice(0, 40), raw, expected }));
}
