/** Where the value of a SKU lies, to the last digit. */
import { expect, test } from 'vitest';
import { valuedPlaces } from './report-valuation.ts';

const three = [
  { locationId: 'a', quantity: 1 },
  { locationId: 'b', quantity: 1 },
  { locationId: 'c', quantity: 1 },
];
test.for<[string, { quantity: number; value: bigint }, typeof three, [string | null, number, bigint][]]>([
  [
    'the last place takes the residue',
    { quantity: 3, value: 10n },
    three,
    [
      ['a', 1, 3n],
      ['b', 1, 3n],
      ['c', 1, 4n],
    ],
  ],
  [
    'what no place holds is on its way',
    { quantity: 5, value: 10n },
    three,
    [
      ['a', 1, 2n],
      ['b', 1, 2n],
      ['c', 1, 2n],
      [null, 2, 4n],
    ],
  ],
  [
    'who owes more than it holds is worth less than nothing',
    { quantity: 1, value: 10n },
    [
      { locationId: 'a', quantity: -2 },
      { locationId: 'b', quantity: 3 },
    ],
    [
      ['a', -2, -20n],
      ['b', 3, 30n],
    ],
  ],
  ['value without units is not lost', { quantity: 0, value: -4n }, [], [[null, 0, -4n]]],
])('%s', ([, whole, places, parts]) => {
  const got = valuedPlaces(whole, places).map(({ locationId, quantity, value }) => [locationId, quantity, value]);
  expect(got).toEqual(parts);
});
