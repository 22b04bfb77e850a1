/** What is kept in Redis for reading calls, seen from outside: keys that no process could have written are deleted. */
import { atOnce, type Examination, type Look, type Sign } from '@granary/domain/ports/examination';
import type { Redis } from 'ioredis';
import type { DataSource } from 'typeorm';
import { databaseIdentity } from '../database-identity.ts';
import { silentLog } from '../log.ts';
import { createCacheKeys } from '../reads/cache-keys.ts';
import { COMMAND_TIMEOUT_MS, openRedis } from '../redis.ts';

const KEYS_A_PART = 200;
/** Clocks of processes differ by less, or the doctor has told it. */
const MOST_AHEAD_MS = 5_000;
/** Nobody waits for the doctor as a sale does. */
const PATIENCE = 20;

/** Redis is opened for each look: no process needs it to be there all the time. */
export function redisExamination(url: string | undefined, dataSource: DataSource): Examination {
  return {
    finds: ['redis', 'keptAnswers'],
    look: async (after) =>
      url === undefined
        ? atOnce([], 0)
        : await withRedis(url, async (redis) =>
            redis.status === 'ready' ? await lookAtKeys({ url, redis, dataSource, after }) : atOnce([away(redis)]),
          ),
  };
}

async function withRedis<T>(url: string, work: (redis: Redis) => Promise<T>): Promise<T> {
  const redis = await openRedis(url, silentLog, COMMAND_TIMEOUT_MS * PATIENCE);
  try {
    return await work(redis);
  } finally {
    redis.disconnect();
  }
}

function away({ status }: Redis): Sign {
  return { ailment: 'redis', where: 'REDIS_URL', detail: `gives no answer (${status})` };
}

interface Part {
  readonly url: string;
  readonly redis: Redis;
  readonly dataSource: DataSource;
  /** A cursor of SCAN; '' begins. */
  readonly after: string;
}

async function lookAtKeys({ url, redis, dataSource, after }: Part): Promise<Look> {
  const { answers, all } = createCacheKeys(await databaseIdentity(dataSource)).begins;
  const [next, keys] = await redis.scan(after === '' ? '0' : after, 'COUNT', KEYS_A_PART);
  const ours = keys.filter((key) => key.startsWith(all));
  const problems = await Promise.all(ours.map((key) => problemOf(redis, key, key.startsWith(answers))));
  const signs = ours.flatMap((key, at): readonly Sign[] => {
    const detail = problems[at];
    const cure = async () => await withRedis(url, async (another) => await another.del(key));
    return detail === undefined ? [] : [{ ailment: 'keptAnswers', where: key, detail, cure }];
  });
  return { signs, next: next === '0' ? undefined : next, looked: ours.length };
}

async function problemOf(redis: Redis, key: string, isAnswer: boolean): Promise<string | undefined> {
  const type = await redis.type(key);
  // It may have run out meanwhile.
  if (type === 'none') return undefined;
  if (type !== 'string') return `is a ${type}; what Granary keeps is a string`;
  const text = isAnswer ? await redis.get(key) : null;
  return text === null ? undefined : problemIn(text);
}

function problemIn(text: string): string | undefined {
  const kept = parsed(text);
  if (typeof kept !== 'object' || kept === null || !('tokens' in kept) || !('answer' in kept))
    return 'is no answer that Granary keeps';
  const { answer } = kept;
  if (typeof answer !== 'object' || answer === null) return 'holds no answer';
  const asOf = 'asOf' in answer ? Date.parse(String(answer.asOf)) : Number.NaN;
  return asOf > Date.now() + MOST_AHEAD_MS
    ? `is of ${new Date(asOf).toISOString()}, which has not come yet`
    : undefined;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
