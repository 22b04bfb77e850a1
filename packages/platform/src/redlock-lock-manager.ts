/**
 * Locks in Redis (Redlock) that thin contention and hold no truth: when Redis is silent or the lock stays taken, the work
 * goes on without it and the database decides; and whatever becomes of a lock, the caller gets what its own work answered.
 */
import type { LockManager, LockScope } from '@granary/domain/ports/lock-manager';
import type { Redis } from 'ioredis';
import { createCircuitBreaker } from './circuit-breaker.ts';
import type { Log } from './log.ts';
import { COMMAND_TIMEOUT_MS } from './redis.ts';
import { createRedisLocks, type Attempt } from './redis-lock.ts';

export type LockMode = 'documents' | 'all' | 'none';

export interface LockCounters {
  /** Work that ran while its lock was held. */
  readonly acquired: number;
  /** Work that ran without a lock, as Redis did not answer in time or was left alone after failures. */
  readonly skipped: number;
  /** Work that ran without a lock, as somebody else kept it for the whole wait. */
  readonly contended: number;
  /** Locks that were gone before their work had ended. */
  readonly lost: number;
}

export interface RedlockLockManager extends LockManager {
  counters(): LockCounters;
  /** Resolves when every release that is under way has been answered. */
  settled(): Promise<void>;
}

export interface RedlockOptions {
  readonly redis: Redis;
  readonly mode: LockMode;
  readonly log: Log;
  /** How long Redis keeps a lock whose holder is silent; it is extended while the work runs. */
  readonly ttlMs?: number;
  /** How long Redis may take to answer. */
  readonly answerMs?: number;
  /** How long to wait for somebody else's lock. */
  readonly waitMs?: number;
}

const PREFIX = 'granary:lock:';
const TTL_MS = 10_000;
const WAIT_MS = 2_000;
const FIRST_RETRY_MS = 10;
const LONGEST_RETRY_MS = 160;
const FAILURES_BEFORE_REST = 3;
const REST_MS = 1_000;

export function createRedlockLockManager(options: RedlockOptions): RedlockLockManager {
  const { redis, mode, log, ttlMs = TTL_MS, answerMs = COMMAND_TIMEOUT_MS, waitMs = WAIT_MS } = options;
  const counters = { acquired: 0, skipped: 0, contended: 0, lost: 0 };
  const breaker = createCircuitBreaker({ failures: FAILURES_BEFORE_REST, restMs: REST_MS });
  const redisLocks = createRedisLocks({ redis, log, ttlMs, answerMs, onLost: () => (counters.lost += 1) });

  /** Answers how to give the lock back, or undefined when the work is to go on without one. */
  async function acquire(keys: string[]): Promise<(() => void) | undefined> {
    const giveUpAt = performance.now() + waitMs;
    for (let tries = 0; ; tries += 1) {
      const answer: Attempt | undefined = breaker.mayTry() ? await redisLocks.attempt(keys) : undefined;
      if (answer === undefined || answer.kind === 'silent') {
        counters.skipped += 1;
        if (answer !== undefined) tellSilence(breaker.failed(), answer.error, log);
        return undefined;
      }
      breaker.succeeded();
      if (answer.kind === 'held') {
        counters.acquired += 1;
        return redisLocks.keep(answer.lock);
      }
      const pauseMs = Math.min(FIRST_RETRY_MS * 2 ** Math.min(tries, 10), LONGEST_RETRY_MS) * (0.5 + Math.random() / 2);
      if (performance.now() + pauseMs >= giveUpAt) {
        counters.contended += 1;
        log('info', 'a lock stayed taken; the work goes on without it', { keys, waitMs });
        return undefined;
      }
      await sleep(pauseMs);
    }
  }

  return {
    using: async (scope, keys, work) => {
      if (!covers(mode, scope) || keys.length === 0) return work();
      const giveBack = await acquire([...new Set(keys)].sort().map((key) => PREFIX + key));
      try {
        return await work();
      } finally {
        giveBack?.();
      }
    },
    counters: () => ({ ...counters }),
    settled: () => redisLocks.settled(),
  };
}

/** The failures up to the one that opens the circuit are told, not the hundreds that may have been under way with it. */
function tellSilence(failures: number, error: unknown, log: Log): void {
  if (failures > FAILURES_BEFORE_REST) return;
  const consequence =
    failures < FAILURES_BEFORE_REST
      ? 'the work goes on without a lock'
      : `it is left alone for ${REST_MS} ms at a time`;
  log('warn', `the lock service does not answer; ${consequence}`, { error });
}

function covers(mode: LockMode, scope: LockScope): boolean {
  switch (mode) {
    case 'none':
      return false;
    case 'documents':
      return scope === 'document';
    case 'all':
      return true;
  }
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
