/** Looks whether this process may serve: the database answers, behaves as every rule assumes, and has the schema of this code. */
import type { SystemReadiness } from '@granary/contracts/system';
import type { Migration } from '@granary/domain/persistence/schema';
import type { Redis } from 'ioredis';
import type { DataSource } from 'typeorm';
import type { Log } from './log.ts';
import { readServerFacts } from './server-facts.ts';
import { type Check, isFit, judgeServer } from './server-fitness.ts';

export interface SelfCheckOptions {
  readonly dataSource: DataSource;
  readonly migrations: readonly Migration[];
  readonly redis: Redis | undefined;
  readonly log: Log;
  readonly timeoutMs?: number;
}

const TIMEOUT_MS = 2_000;

/** A function for readiness: callers that come while a check is under way share it, so that asking often cannot fill the pool. */
export function createSelfCheck(options: SelfCheckOptions): () => Promise<SystemReadiness> {
  let running: Promise<SystemReadiness> | undefined;
  return () => {
    running ??= check(options).finally(() => {
      running = undefined;
    });
    return running;
  };
}

async function check(options: SelfCheckOptions): Promise<SystemReadiness> {
  const timeoutMs = options.timeoutMs ?? TIMEOUT_MS;
  try {
    const facts = await within(readServerFacts(options.dataSource, options.migrations), timeoutMs);
    const checks: readonly Check[] = [
      { name: 'database', ok: true, detail: facts.variables.get('version') ?? 'answers' },
      ...judgeServer(facts),
      redisCheck(options.redis),
    ];
    return {
      ready: isFit(checks),
      checks: checks.map(shown),
      now: facts.now,
    };
  } catch (error) {
    options.log('warn', 'the self-check could not ask the database', { error });
    const checks = [
      { name: 'database', ok: false, detail: `gives no answer within ${timeoutMs} ms, or refuses to` },
      redisCheck(options.redis),
    ];
    return { ready: false, checks: checks.map(shown), now: null };
  }
}

/** Redis holds no truth: without it everything succeeds, only with more waiting. */
function redisCheck(redis: Redis | undefined): Check {
  if (redis === undefined) return { name: 'redis', ok: true, detail: 'not used' };
  const ok = redis.status === 'ready';
  return { name: 'redis', ok, warning: true, detail: ok ? 'answers' : 'warning: away; work goes on without locks' };
}

function shown({ name, ok, detail }: Check): { name: string; ok: boolean; detail: string } {
  return { name, ok, detail };
}

async function within<T>(work: Promise<T>, ms: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${ms} ms`)), ms);
  });
  try {
    work.catch(() => undefined);
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
