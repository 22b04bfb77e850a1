/** The cache of a process as the configuration wants it: the kept answers, and what tells and hears of changes. */
import type { ReadCache, Sources } from '@granary/domain/ports/read-cache';
import type { Redis } from 'ioredis';
import { ulid } from 'ulid';
import { createCircuitBreaker } from '../circuit-breaker.ts';
import { type Log, silentLog } from '../log.ts';
import { COMMAND_TIMEOUT_MS, openRedis } from '../redis.ts';
import { createCacheKeys } from './cache-keys.ts';
import { startListening } from './change-listener.ts';
import { createChangeTeller } from './change-teller.ts';
import { createFreshness } from './freshness.ts';
import { type CacheCounters, createReadCache } from './read-cache.ts';
import { createSharedAnswers } from './shared-answers.ts';

export interface CachedReads {
  readonly cache: ReadCache;
  /** Before the caller of a change is answered. */
  changed(sources: Sources): void;
  counters(): CacheCounters;
  close(): void;
}

export interface CachedReadsOptions {
  readonly entries: number;
  /** Without it answers are kept for less than a second, as nobody tells of changes. */
  readonly redisUrl: string | undefined;
  /** See createCacheKeys. */
  readonly database: string;
  readonly log: Log;
}

/** Changes remembered one by one, a few for each answer that may be kept. */
const CHANGES_PER_ENTRY = 4;
const BREAKER = { failures: 3, restMs: 1_000 };

export async function openCachedReads(options: CachedReadsOptions): Promise<CachedReads> {
  const now = () => performance.now();
  const freshness = createFreshness(options.entries * CHANGES_PER_ENTRY);
  const parts = { freshness, most: options.entries, now };
  if (options.redisUrl === undefined) {
    const cache = createReadCache({ ...parts, heardAtMs: () => -Infinity });
    return { cache, changed: freshness.changed, counters: cache.counters, close: () => undefined };
  }
  const { speaking, listening } = await connect(options.redisUrl, options.log);
  const keys = createCacheKeys(options.database);
  const self = ulid();
  const teller = createChangeTeller({ redis: speaking, keys, self });
  const { channel } = keys;
  const listener = startListening({ redis: listening, channel, self, now, changed: freshness.changed });
  const breaker = createCircuitBreaker(BREAKER);
  const { isUntold } = teller;
  const shared = createSharedAnswers({ redis: speaking, keys, freshness, breaker, now, isUntold });
  const cache = createReadCache({ ...parts, heardAtMs: listener.heardAtMs, shared });
  return {
    cache,
    changed: (sources) => {
      freshness.changed(sources);
      teller.tell(sources);
    },
    counters: cache.counters,
    close: () => {
      teller.close();
      listener.close();
      speaking.disconnect();
    },
  };
}

async function connect(url: string, log: Log): Promise<{ readonly speaking: Redis; readonly listening: Redis }> {
  const [speaking, listening] = await Promise.all([openRedis(url, log, COMMAND_TIMEOUT_MS), openRedis(url, silentLog)]);
  return { speaking, listening };
}
