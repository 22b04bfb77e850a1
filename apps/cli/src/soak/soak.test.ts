import { expect, it } from 'vitest';
import { isMet } from '../bench/bench.ts';
import { soak } from './soak.ts';

it('a soak of six short minutes loses nothing, and measures what a long one is judged by', async () => {
  const signal = AbortSignal.timeout(60_000);
  const result = await soak({ minutes: 6, minuteMs: 500, writers: 6, readers: 2, seed: 3, signal });
  expect(result.problems).toEqual([]);
  expect(result.right.filter((goal) => !isMet(goal))).toEqual([]);
  expect(result.minutes.map(({ minute }) => minute)).toEqual([1, 2, 3, 4, 5, 6]);
  expect(result.minutes.every(({ calls, p99Ms }) => calls > 0 && p99Ms > 0)).toBe(true);
  // Of speed and memory nothing is asked here, but that they were measured.
  expect(result.steady.map(({ measured }) => Number.isFinite(measured))).toEqual([true, true, true]);
  expect(result.resident['api']?.every(({ bytes }) => bytes > 2 ** 24)).toBe(true);
}, 90_000);
