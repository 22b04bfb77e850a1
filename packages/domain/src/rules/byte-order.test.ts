/** The order of locking is that of the primary key, whatever characters a name has. */
import { expect, test } from 'vitest';
import { compareBytes } from './byte-order.ts';

test.each<[what: string, least: string, next: string]>([
  ['letters', 'A', 'B'],
  ['capitals before small ones', 'Z', 'a'],
  ['a name before one that goes on', 'A', 'A-1'],
  ['nothing before anything', '', 'A'],
  ['digits by character, not by number', 'A-10', 'A-9'],
  ['letters before what is not ASCII', 'z', 'é'],
  ['the last characters of two units before those of four bytes', '\uFFEE', '\u{1F600}'],
  ['within the characters of four bytes', '\u{1F600}', '\u{1F601}'],
])('%s', (_what, least, next) => {
  expect(compareBytes(least, next)).toBeLessThan(0);
  expect(compareBytes(next, least)).toBeGreaterThan(0);
  expect(compareBytes(next, next)).toBe(0);
  expect(Buffer.compare(Buffer.from(least), Buffer.from(next))).toBeLessThan(0);
});
