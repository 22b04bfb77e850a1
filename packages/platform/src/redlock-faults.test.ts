/** What locks do while Redis is paused or dead, with a Redis of this file's own. */
import { startPrivateServers, type Servers } from '@granary/testkit/private-servers';
import type { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { silentLog } from './log.ts';
import { openRedis } from './redis.ts';
import { createRedlockLockManager, type LockCounters, type RedlockOptions } from './redlock-lock-manager.ts';

const nothing: LockCounters = { acquired: 0, skipped: 0, contended: 0, lost: 0 };
let servers: Servers;
let redis: Redis;

const managerOf = (options: Partial<RedlockOptions> = {}) =>
  createRedlockLockManager({ redis, mode: 'all', log: silentLog, ...options });
const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

beforeAll(async () => {
  servers = await startPrivateServers();
});
afterAll(() => servers.stop());
beforeEach(async () => {
  redis = await openRedis(servers.redisUrl, silentLog);
});
afterEach(() => {
  process.kill(servers.redis.pid, 'SIGCONT');
  redis.disconnect();
});

async function timed<T>(work: Promise<T>): Promise<{ ms: number; value: T }> {
  const start = performance.now();
  const value = await work;
  return { ms: performance.now() - start, value };
}

describe('with a Redis that is paused', () => {
  it('the first ones wait 100 ms, the others not at all, and all work is done', async () => {
    const manager = managerOf();
    process.kill(servers.redis.pid, 'SIGSTOP');
    const { ms } = await timed(
      Promise.all(Array.from({ length: 50 }, () => manager.using('document', ['k'], () => Promise.resolve()))),
    );
    expect(ms).toBeLessThan(1_000);
    const later = await timed(manager.using('document', ['k'], () => Promise.resolve('done')));
    expect(later.value).toBe('done');
    expect(later.ms).toBeLessThan(80);
    expect(manager.counters()).toEqual({ ...nothing, skipped: 51 });
  });

  it('locks again soon after it has been let go, and nothing stays locked', async () => {
    const manager = managerOf();
    process.kill(servers.redis.pid, 'SIGSTOP');
    for (let round = 0; round < 3; round += 1) await manager.using('document', ['k'], () => Promise.resolve());
    await pause(2_500);
    process.kill(servers.redis.pid, 'SIGCONT');
    await expect
      .poll(async () => manager.using('document', ['k'], () => Promise.resolve(manager.counters().acquired)), {
        timeout: 5_000,
        interval: 100,
      })
      .toBeGreaterThan(0);
    await manager.settled();
    expect(await redis.keys('*')).toEqual([]);
  });

  it('a lock that cannot be given back does not hold up its work', async () => {
    const slow = await openRedis(servers.redisUrl, silentLog, 3_000);
    const manager = managerOf({ redis: slow });
    const { ms, value } = await timed(
      manager.using('document', ['k'], async () => {
        process.kill(servers.redis.pid, 'SIGSTOP');
        return Promise.resolve('done');
      }),
    );
    expect(value).toBe('done');
    expect(ms).toBeLessThan(1_500);
    await manager.settled();
    slow.disconnect();
  });
});

describe('with a Redis that is dead', () => {
  it('work goes on at once, and locks come back with it', async () => {
    const manager = managerOf();
    await servers.redis.kill();
    const { ms } = await timed(
      Promise.all(Array.from({ length: 20 }, () => manager.using('document', ['k'], () => Promise.resolve()))),
    );
    expect(ms).toBeLessThan(1_000);
    expect(manager.counters()).toEqual({ ...nothing, skipped: 20 });
    await servers.redis.restart();
    await expect
      .poll(async () => manager.using('document', ['k'], () => Promise.resolve(manager.counters().acquired)), {
        timeout: 5_000,
        interval: 100,
      })
      .toBeGreaterThan(0);
  });

  it('a process starts without it', async () => {
    const { ms, value } = await timed(openRedis('redis://127.0.0.1:1', silentLog));
    expect(ms).toBeLessThan(3_000);
    const manager = managerOf({ redis: value });
    expect(await manager.using('document', ['k'], () => Promise.resolve('done'))).toBe('done');
    expect(manager.counters()).toEqual({ ...nothing, skipped: 1 });
    value.disconnect();
  });
});
