/** How often callers are let in, counted over several processes, and while Redis is paused; with a Redis of this file's own. */
import { type Servers, startPrivateServers } from '@granary/testkit/private-servers';
import type { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { silentLog } from '../log.ts';
import { openRedis } from '../redis.ts';
import { createRateLimiter, type RateLimiter } from './rate-limiter.ts';

const slow = { perSecond: 1, burst: 40 };
let servers: Servers;
let connections: Redis[];

beforeAll(async () => {
  servers = await startPrivateServers();
});
afterAll(() => servers.stop());
beforeEach(async () => {
  connections = await Promise.all([1, 2, 3].map(() => openRedis(servers.redisUrl, silentLog)));
});
afterEach(async () => {
  process.kill(servers.redis.pid, 'SIGCONT');
  for (const redis of connections) redis.disconnect();
});

/** One for each process that there would be. */
const limiters = () => connections.map((redis) => createRateLimiter({ redis, log: silentLog, database: 'one' }));

async function admitted(
  limiter: RateLimiter,
  key: string,
  { calls = 40, weight = 1, rule = slow } = {},
): Promise<number> {
  const waits = await Promise.all(Array.from({ length: calls }, () => limiter.take(key, weight, rule)));
  return waits.filter((waitMs) => waitMs === 0).length;
}

describe('what several processes let in', () => {
  it('is together what one bucket holds', async () => {
    const counts = await Promise.all(limiters().map((limiter) => admitted(limiter, 'together')));
    const sum = counts.reduce((all, count) => all + count);
    expect(sum).toBeGreaterThanOrEqual(slow.burst);
    expect(sum).toBeLessThanOrEqual(slow.burst + 2);
  });

  it('is never more than the bucket where processes take shares in advance', async () => {
    const rule = { perSecond: 100, burst: 200 };
    const before = performance.now();
    const counts = await Promise.all(limiters().map((limiter) => admitted(limiter, 'shares', { calls: 200, rule })));
    const gained = Math.ceil((performance.now() - before) / 10);
    expect(counts.reduce((all, count) => all + count)).toBeLessThanOrEqual(rule.burst + gained + 1);
    expect(counts.reduce((all, count) => all + count)).toBeGreaterThanOrEqual(rule.burst);
  });

  it('is weighted by the calls of a batch, and a refused batch takes nothing', async () => {
    const [one, other] = limiters();
    expect(await one?.take('weights', 30, slow)).toBe(0);
    expect(await one?.take('weights', 20, slow)).toBeGreaterThan(8_000);
    expect(await other?.take('weights', 10, slow)).toBe(0);
  });

  it('comes back with time, and one caller does not use up another', async () => {
    const [limiter] = limiters();
    if (limiter === undefined) throw new Error('there are three');
    const rule = { perSecond: 20, burst: 5 };
    expect(await admitted(limiter, 'time', { calls: 6, rule })).toBe(5);
    expect(await limiter.take('another', 1, rule)).toBe(0);
    const waitMs = await limiter.take('time', 1, rule);
    expect(waitMs).toBeLessThanOrEqual(50);
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect(await limiter.take('time', 1, rule)).toBe(0);
  });
});

it('one database does not use up another on the same Redis', async () => {
  const [redis] = connections;
  const [one, other] = ['one', 'other'].map((database) => createRateLimiter({ redis, log: silentLog, database }));
  expect(await one?.take('databases', 40, slow)).toBe(0);
  expect(await other?.take('databases', 40, slow)).toBe(0);
});

describe('while Redis is paused', () => {
  it('each process counts for itself, and waits for Redis at most once a second', async () => {
    const [limiter] = limiters();
    if (limiter === undefined) throw new Error('there are three');
    process.kill(servers.redis.pid, 'SIGSTOP');
    const before = performance.now();
    expect(await admitted(limiter, 'paused', { calls: 60 })).toBe(slow.burst);
    expect(performance.now() - before).toBeLessThan(400);
    const later = performance.now();
    await limiter.take('paused too', 1, slow);
    expect(performance.now() - later).toBeLessThan(50);
  });

  it('answers nonsense are no answer', async () => {
    const redis = { eval: () => Promise.resolve('OK') } as unknown as Redis;
    const limiter = createRateLimiter({ redis, log: silentLog, database: 'one' });
    expect(await admitted(limiter, 'nonsense', { calls: 60 })).toBe(slow.burst);
  });
});
