/** Order of stream ids: numbers of 64 bits, where texts and doubles would go wrong. */
import { expect, test } from 'vitest';
import { canBeStreamId, compareStreamIds } from './stream-id.ts';

test.each([
  ['9-0', '10-0', -1],
  ['10-9', '10-10', -1],
  ['10-10', '10-9', 1],
  ['18446744073709551615-1', '18446744073709551614-2', 1],
  ['9007199254740993-0', '9007199254740992-0', 1],
  ['5-5', '5-5', 0],
])('%s and %s compare as %i', (a, b, expected) => {
  expect(compareStreamIds(a, b)).toBe(expected);
});

test.each([
  ['18446744073709551615-18446744073709551615', true],
  ['18446744073709551616-0', false],
  ['99999999999999999999-0', false],
  ['1', false],
  ['1-', false],
  ['-1-0', false],
])('%s can be an id: %s', (id, expected) => {
  expect(canBeStreamId(id)).toBe(expected);
});
