import { describe, expect, it } from 'vitest';
import { createProcessBuckets } from './process-buckets.ts';

const rule = { perSecond: 10, burst: 20 };

describe('the buckets of one process', () => {
  it('fill by time up to the burst and say how long to wait', () => {
    let nowMs = 0;
    const buckets = createProcessBuckets(10, () => nowMs);
    expect(buckets.take('a', 20, rule)).toBe(0);
    expect(buckets.take('a', 1, rule)).toBe(100);
    expect(buckets.take('a', 5, rule)).toBe(500);
    nowMs = 450;
    expect(buckets.take('a', 5, rule)).toBe(50);
    nowMs = 500;
    expect(buckets.take('a', 5, rule)).toBe(0);
    nowMs = 1_000_000;
    expect(buckets.take('a', 20, rule)).toBe(0);
    expect(buckets.take('a', 1, rule)).toBe(100);
  });

  it('a clock that steps back takes nothing away', () => {
    let nowMs = 1_000;
    const buckets = createProcessBuckets(10, () => nowMs);
    buckets.take('a', 10, rule);
    nowMs = 0;
    expect(buckets.take('a', 10, rule)).toBe(0);
  });

  it('are bounded, and the longest silent is forgotten first', () => {
    const buckets = createProcessBuckets(2, () => 0);
    buckets.take('a', 20, rule);
    buckets.take('b', 20, rule);
    buckets.take('a', 20, rule);
    buckets.take('c', 20, rule);
    expect(buckets.take('a', 1, rule)).toBeGreaterThan(0);
    expect(buckets.take('b', 1, rule)).toBe(0);
  });
});
