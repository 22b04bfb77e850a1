/** Token buckets of one process. Their number is bounded: whoever has been silent longest is forgotten first. */
import { fullBucket, type RateRule, takeFrom, type TokenBucket } from './token-bucket.ts';

export interface ProcessBuckets {
  take(key: string, weight: number, rule: RateRule): number;
}

const MAX_KEYS = 50_000;

export function createProcessBuckets(maxKeys = MAX_KEYS, now: () => number = () => performance.now()): ProcessBuckets {
  const buckets = new Map<string, TokenBucket>();
  return {
    take(key, weight, rule) {
      const nowMs = now();
      const { bucket, waitMs } = takeFrom(buckets.get(key) ?? fullBucket(rule, nowMs), rule, { weight, nowMs });
      // A map keeps the order in which keys were added, so the first one is the longest silent.
      buckets.delete(key);
      const [oldest] = buckets.keys();
      if (buckets.size >= maxKeys && oldest !== undefined) buckets.delete(oldest);
      buckets.set(key, bucket);
      return waitMs;
    },
  };
}
