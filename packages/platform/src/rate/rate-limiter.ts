/** Who may ask how often: counted in Redis for all processes together, and by each for itself while Redis is away. */
import { createHash } from 'node:crypto';
import type { Redis } from 'ioredis';
import type { Log } from '../log.ts';
import { createProcessBuckets } from './process-buckets.ts';
import { createSharedBuckets } from './shared-buckets.ts';
import type { RateRule } from './token-bucket.ts';

export interface RateLimiter {
  /**
   * Takes `weight` from the bucket of that name, all or nothing. Answers 0, or the milliseconds after which it may be
   * tried again. Never rejects, and never waits longer for Redis than for one command of it.
   */
  take(key: string, weight: number, rule: RateRule): Promise<number>;
}

export interface RateLimiterOptions {
  /** Without it each process counts for itself. */
  readonly redis: Redis | undefined;
  readonly log: Log;
  /** What tells this database from every other one, as several may share one Redis. */
  readonly database: string;
}

export function createRateLimiter({ redis, log, database }: RateLimiterOptions): RateLimiter {
  const prefix = `granary:rate:${createHash('sha256').update(database).digest('hex').slice(0, 16)}:`;
  const own = createProcessBuckets();
  const shared = redis === undefined ? undefined : createSharedBuckets({ redis, log, prefix });
  return {
    async take(key, weight, rule) {
      const answer = await shared?.take(key, weight, rule);
      return answer ?? own.take(key, weight, rule);
    },
  };
}
