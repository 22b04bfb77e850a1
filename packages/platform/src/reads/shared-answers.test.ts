/** What processes keep for each other in Redis: an answer read before a change never comes after it. */
import type { Question } from '@granary/domain/ports/read-cache';
import { testServers } from '@granary/testkit/servers';
import type { Redis } from 'ioredis';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { createCircuitBreaker } from '../circuit-breaker.ts';
import { silentLog } from '../log.ts';
import { openRedis } from '../redis.ts';
import { createCacheKeys } from './cache-keys.ts';
import { createChangeTeller } from './change-teller.ts';
import { createFreshness } from './freshness.ts';
import { createSharedAnswers } from './shared-answers.ts';

const question: Question<number> = {
  kind: 'stock.check',
  read: (kept) => (typeof kept === 'number' ? kept : undefined),
  asks: (key) => [key],
};
const sourced = (answer: number, sources = ['MUG']) => ({ answer, sources, holdsMs: Infinity });
const LONG_MS = 60_000;

let redis: Redis;
let tell: (skuIds: readonly string[] | 'everything') => Promise<void>;
let answers: ReturnType<typeof createSharedAnswers>;

beforeAll(async () => {
  redis = await openRedis((await testServers()).redisUrl, silentLog);
});
afterAll(async () => {
  redis.disconnect();
  await (await testServers()).stop();
});
beforeEach(() => {
  const keys = createCacheKeys(`test ${Math.random()}`);
  const teller = createChangeTeller({ redis, keys, self: 'me' });
  tell = async (sources) => {
    teller.tell(sources);
    await vi.waitUntil(() => !teller.isUntold('everything'), { interval: 1 });
  };
  answers = createSharedAnswers({
    ...{ redis, keys, freshness: createFreshness(10), now: () => performance.now() },
    breaker: createCircuitBreaker({ failures: 3, restMs: 1000 }),
    isUntold: teller.isUntold,
  });
});

/** What another process finds once what was put has arrived: commands of one connection keep their order. */
const found = async (key = 'MUG') => (await answers.find(question, [key])).answers.get(key)?.answer;

describe('an answer in Redis', () => {
  it('is there for the next one', async () => {
    (await answers.find(question, ['MUG'])).keep('MUG', sourced(7), LONG_MS);
    expect(await found()).toBe(7);
  });

  it.each([
    ['of the SKU', ['MUG'], undefined],
    ['of everything', 'everything', undefined],
    ['of another SKU', ['CUP'], 7],
  ] as const)('is gone after a change %s: %s', async (_name, changed, after) => {
    (await answers.find(question, ['MUG'])).keep('MUG', sourced(7), LONG_MS);
    expect(await found()).toBe(7);
    await tell(changed);
    expect(await found()).toBe(after);
  });

  it('that was read before a change is not put there after it', async () => {
    const early = await answers.find(question, ['MUG']);
    await tell(['MUG']);
    early.keep('MUG', sourced(7), LONG_MS);
    expect(await found()).toBeUndefined();
  });

  it('nor is one that was read before Redis forgot everything', async () => {
    const early = await answers.find(question, ['MUG']);
    for (const key of await redis.keys('granary:reads:*')) await redis.del(key);
    early.keep('MUG', sourced(7), LONG_MS);
    expect(await found()).toBeUndefined();
  });

  it('does not take the place of a newer one', async () => {
    const early = await answers.find(question, ['MUG']);
    await tell(['MUG']);
    const late = await answers.find(question, ['MUG']);
    late.keep('MUG', sourced(8), LONG_MS);
    early.keep('MUG', sourced(7), LONG_MS);
    expect(await found()).toBe(8);
  });

  it('is not kept when it was read from what nobody asked about, nor when it holds for a moment only', async () => {
    const lease = await answers.find(question, ['MUG']);
    lease.keep('MUG', sourced(7, ['MUG', 'PART']), LONG_MS);
    lease.keep('MUG', sourced(7), 500);
    expect(await found()).toBeUndefined();
  });

  it('is not looked for while a change of this process is on its way', async () => {
    const other = await answers.find(question, ['MUG']);
    other.keep('MUG', sourced(7), LONG_MS);
    expect(await found()).toBe(7);
    const told = tell(['MUG']);
    expect(await found()).toBeUndefined();
    await told;
  });
});
