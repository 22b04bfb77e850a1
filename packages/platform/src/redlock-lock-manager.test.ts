import { testServers } from '@granary/testkit/servers';
import type { Redis } from 'ioredis';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { silentLog } from './log.ts';
import { openRedis } from './redis.ts';
import { createRedlockLockManager, type LockCounters, type RedlockOptions } from './redlock-lock-manager.ts';

/** Redis is expected to answer here: a busy machine must not turn its answer into a late one. */
const PATIENT_MS = 5_000;
const nothing: LockCounters = { acquired: 0, skipped: 0, contended: 0, lost: 0 };
let redis: Redis;

const open = async () => openRedis(`${(await testServers()).redisUrl}/3`, silentLog, PATIENT_MS);
const managerOf = (options: Partial<RedlockOptions> = {}) =>
  createRedlockLockManager({ redis, mode: 'all', log: silentLog, answerMs: PATIENT_MS, waitMs: 20_000, ...options });
const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

beforeEach(async () => {
  redis = await open();
});
afterEach(async () => {
  await redis.flushdb();
  redis.disconnect();
});
afterAll(async () => (await testServers()).stop());

/** Work that tells how many of its kind ran at once. */
function busy(ms: number) {
  const seen = { inside: 0, most: 0, runs: 0 };
  const work = async () => {
    seen.inside += 1;
    seen.most = Math.max(seen.most, seen.inside);
    await pause(ms);
    seen.inside -= 1;
    seen.runs += 1;
    return seen.runs;
  };
  return { seen, work };
}

async function timed<T>(work: Promise<T>): Promise<{ ms: number; value: T }> {
  const start = performance.now();
  const value = await work;
  return { ms: performance.now() - start, value };
}

describe('with a Redis that answers', () => {
  it('one at a time works under one key, over several managers', async () => {
    const { seen, work } = busy(3);
    const other = await open();
    const managers = [managerOf(), managerOf({ redis: other })];
    await Promise.all(
      managers.flatMap((manager) => Array.from({ length: 10 }, () => manager.using('document', ['a'], work))),
    );
    expect(seen).toEqual({ inside: 0, most: 1, runs: 20 });
    expect(managers.map((manager) => manager.counters())).toEqual([
      { ...nothing, acquired: 10 },
      { ...nothing, acquired: 10 },
    ]);
    await Promise.all(managers.map((manager) => manager.settled()));
    expect(await redis.keys('*')).toEqual([]);
    other.disconnect();
  });

  it('keys that share nothing do not wait for each other, keys that overlap do', async () => {
    const apart = busy(50);
    await Promise.all(['a', 'b', 'c'].map((key) => managerOf().using('document', [key], apart.work)));
    expect(apart.seen.most).toBe(3);
    const overlapping = busy(10);
    const manager = managerOf();
    await Promise.all(
      [
        ['x', 'y'],
        ['y', 'z'],
        ['y', 'x'],
      ].map((keys) => manager.using('document', keys, overlapping.work)),
    );
    expect(overlapping.seen.most).toBe(1);
  });

  it('holds each key once under its prefix, in the database that the URL names', async () => {
    await managerOf().using('document', ['b', 'a', 'b'], async () => {
      expect((await redis.keys('*')).sort()).toEqual(['granary:lock:a', 'granary:lock:b']);
    });
  });

  it.each([
    ['documents', 1, 0],
    ['all', 1, 1],
    ['none', 0, 0],
  ] as const)('mode %s locks %i document and %i reservation', async (mode, documents, reservations) => {
    for (const [scope, expected] of [
      ['document', documents],
      ['reservation', reservations],
    ] as const) {
      const manager = managerOf({ mode });
      expect(await manager.using(scope, ['k'], () => Promise.resolve('done'))).toBe('done');
      expect(manager.counters()).toEqual({ ...nothing, acquired: expected });
    }
  });

  it('locks nothing where there is no key', async () => {
    const manager = managerOf();
    await manager.using('document', [], () => Promise.resolve());
    expect(manager.counters()).toEqual(nothing);
  });

  it('the error of the work reaches the caller, and the lock is given back', async () => {
    const manager = managerOf();
    await expect(manager.using('document', ['k'], () => Promise.reject(new Error('business')))).rejects.toThrow(
      'business',
    );
    await manager.settled();
    expect(await redis.keys('*')).toEqual([]);
  });

  it('goes on without a lock that somebody else keeps', async () => {
    const holder = managerOf();
    const waiter = managerOf({ waitMs: 200 });
    await holder.using('document', ['k'], async () => {
      const { ms, value } = await timed(waiter.using('document', ['k'], () => Promise.resolve('went on')));
      expect(value).toBe('went on');
      expect(ms).toBeLessThan(400);
    });
    expect(waiter.counters()).toEqual({ ...nothing, contended: 1 });
  });

  it('keeps the lock of work that takes longer than the lock lives', async () => {
    const holder = managerOf({ ttlMs: 600 });
    const other = managerOf({ waitMs: 50 });
    await holder.using('document', ['k'], async () => {
      for (let round = 0; round < 8; round += 1) {
        await pause(200);
        await other.using('document', ['k'], () => Promise.resolve());
      }
    });
    expect(other.counters()).toMatchObject({ contended: 8, acquired: 0 });
    expect(holder.counters()).toEqual({ ...nothing, acquired: 1 });
  });

  it.each([
    ['succeeds', () => Promise.resolve('fine'), (work: Promise<string>) => expect(work).resolves.toBe('fine')],
    [
      'fails',
      () => Promise.reject<string>(new Error('business')),
      (work: Promise<string>) => expect(work).rejects.toThrow('business'),
    ],
  ])('a lock that was lost does not change that the work %s', async (_what, end, expectation) => {
    const manager = managerOf({ ttlMs: 200 });
    await expectation(
      manager.using('document', ['k'], async () => {
        await redis.flushdb();
        await pause(300);
        return end();
      }),
    );
    await manager.settled();
    expect(manager.counters()).toEqual({ ...nothing, acquired: 1, lost: 1 });
  });

  it('a lock found gone when it is given back is counted, and harms nobody', async () => {
    const manager = managerOf();
    expect(await manager.using('document', ['k'], async () => String(await redis.flushdb()))).toBe('OK');
    await manager.settled();
    expect(manager.counters()).toEqual({ ...nothing, acquired: 1, lost: 1 });
  });
});
