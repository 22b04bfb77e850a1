import { expect, it } from 'vitest';
import { retryAfterMs } from './retry-after.ts';

const NOW = Date.parse('2026-05-01T12:00:00Z');

it.each([
  ['30', 30_000],
  [' 1 ', 1_000],
  ['Fri, 01 May 2026 12:01:00 GMT', 60_000],
  ['999999999', 86_400_000],
  ['Fri, 01 May 2126 12:01:00 GMT', 86_400_000],
  ['0', undefined],
  ['Fri, 01 May 2026 11:59:00 GMT', undefined],
  ['-5', undefined],
  ['1.5', undefined],
  ['1e3', undefined],
  ['soon', undefined],
  ['Friday', undefined],
  ['2027', 2_027_000],
  ['2027-01-01', undefined],
  ['9999999999', undefined],
  ['', undefined],
  [undefined, undefined],
])('Retry-After: %s asks for %s ms', (header, waitMs) => {
  expect(retryAfterMs(header, NOW)).toBe(waitMs);
});
