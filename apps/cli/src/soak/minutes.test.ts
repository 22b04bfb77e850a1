import { describe, expect, it } from 'vitest';
import { isMet } from '../bench/bench.ts';
import { figuresOf, growthOf, slowerOf, steadiness } from './minutes.ts';

const MIB = 1024 * 1024;
const every = (count: number, stepMs: number) => Array.from({ length: count }, (_, each) => each * stepMs);

describe('memory', () => {
  it.each([
    { what: 'level', mib: () => 100, grows: 0 },
    { what: 'growing by two a minute', mib: (minute: number) => 100 + 2 * minute, grows: 2 },
    { what: 'growing only while it warms up', mib: (minute: number) => Math.min(100 + 50 * minute, 250), grows: 0 },
    { what: 'jumping to and fro', mib: (minute: number) => 100 + (Math.round(minute * 10) % 2), grows: 0 },
  ])('$what grows by $grows MiB a minute', ({ mib, grows }) => {
    const samples = every(100, 100).map((atMs) => ({ atMs, bytes: mib(atMs / 1000) * MIB }));
    expect(growthOf(samples, 1000)).toBeCloseTo(grows, 1);
  });

  it('that was not measured meets nothing', () => {
    expect(steadiness({ api: growthOf([], 1000) }, 1).map(isMet)).toEqual([false, true]);
  });
});

describe('answers', () => {
  const answers = (msOf: (minute: number) => number, minutes: number) =>
    every(minutes * 100, 10).map((atMs) => ({ atMs, ms: msOf(Math.floor(atMs / 1000) + 1) }));

  it('are told minute by minute', () => {
    expect(
      figuresOf(
        answers((minute) => minute, 2),
        2,
        1000,
      ),
    ).toEqual([
      { minute: 1, calls: 100, p50Ms: 1, p99Ms: 1 },
      { minute: 2, calls: 100, p50Ms: 2, p99Ms: 2 },
    ]);
  });

  it.each([
    { what: 'as fast as ever', msOf: () => 10, minutes: 6, met: true },
    { what: 'slow only at first', msOf: (minute: number) => (minute < 4 ? 100 : 10), minutes: 6, met: true },
    { what: 'half as slow again at the end', msOf: (minute: number) => (minute < 6 ? 10 : 15), minutes: 6, met: false },
    { what: 'of a run without a warm minute to compare with', msOf: () => 10, minutes: 4, met: false },
  ])('$what: steady is $met', ({ msOf, minutes, met }) => {
    const slower = slowerOf(figuresOf(answers(msOf, minutes), minutes, 1000));
    expect(steadiness({}, slower).every(isMet)).toBe(met);
  });
});
