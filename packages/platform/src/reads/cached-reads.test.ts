/** Two processes, as far as caches go, over one database and a Redis that is flushed, garbled, cut off and paused. */
import { inboundInput } from '@granary/contracts/document';
import { reserveInput } from '@granary/contracts/reservation';
import { createFaultProxy, type FaultProxy } from '@granary/testkit/fault-proxy';
import { startPrivateServers, type Servers } from '@granary/testkit/private-servers';
import { createTestDatabase, testServers, type TestDatabase } from '@granary/testkit/servers';
import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { parseConfig } from '../env.ts';
import { openGranary, type Granary } from '../granary.ts';
import { silentLog } from '../log.ts';
import { migrate } from '../migration-runner.ts';
import { migrations } from '../schema.ts';

const caller = { actor: 'local', address: null, agent: 'test', requestId: 'test' };
const call = { caller };
const SKU = 'MUG';
/** The documented second. */
const SECOND_MS = 1000;

let servers: Servers;
let database: TestDatabase;
let proxy: FaultProxy;
let redis: Redis;
let here: Granary;
let there: Granary;
let held = 0;

const opened = async (redisUrl: string) =>
  await openGranary(
    parseConfig({ DATABASE_URL: database.url, REDIS_URL: redisUrl, STOCK_LOCK: 'none', DATABASE_POOL: '4' }),
    { log: silentLog },
  );
const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
const available = async ({ domain }: Granary) => (await domain.stock.check({ skuId: SKU })).available;

beforeAll(async () => {
  servers = await startPrivateServers();
  database = await createTestDatabase('reads');
  await migrate({ url: database.url, migrations, log: silentLog });
  proxy = await createFaultProxy({ target: { port: Number(new URL(servers.redisUrl).port) }, protocol: 'redis' });
  redis = new Redis(servers.redisUrl);
  [here, there] = await Promise.all([opened(servers.redisUrl), opened(proxy.urlFor(servers.redisUrl))]);
  const purchase = { documentNo: 'P', lines: [{ skuId: SKU, quantity: 100_000, unitCost: '1.00' }] };
  await here.domain.inbound.purchase(inboundInput.parse(purchase), call);
}, 60_000);
afterAll(async () => {
  await Promise.all([here?.close(), there?.close()]);
  redis?.disconnect();
  await proxy?.close();
  await database?.drop();
  await servers?.stop();
  await (await testServers()).stop();
});
afterEach(async () => {
  process.kill(servers.redis.pid, 'SIGCONT');
  proxy.freeze(false);
  await proxy.refuse(false);
});

async function reserve({ domain }: Granary): Promise<number> {
  const hold = reserveInput.parse({ skuId: SKU, quantity: 1, type: 'order', businessId: `O${held}` });
  await domain.reservations.reserve(hold, call);
  held += 1;
  return 100_000 - held;
}

/** Whoever changed it knows it at once; the other one after a second. */
async function bothKnow(): Promise<void> {
  await Promise.all([available(here), available(there)]);
  for (let turn = 0; turn < 5; turn += 1) {
    const left = await reserve(here);
    expect(await available(here)).toBe(left);
    expect(await available(here)).toBe(left);
  }
  await expect.poll(() => available(there), { timeout: SECOND_MS, interval: 10 }).toBe(100_000 - held);
}

describe('with Redis', () => {
  it('a change is known here at once and elsewhere soon', async () => {
    await Promise.all([available(here), available(there)]);
    const left = await reserve(here);
    expect(await available(here)).toBe(left);
    await expect.poll(() => available(there), { timeout: SECOND_MS, interval: 5 }).toBe(left);
  });

  it('an answer that is kept is not read again, for longer than a second', async () => {
    await available(here);
    const { misses } = here.readCounters().cache;
    for (let turn = 0; turn < 8; turn += 1) {
      await available(here);
      await pause(200);
    }
    expect(here.readCounters().cache.misses).toBe(misses);
  });

  it('what one process has read another takes from Redis', async () => {
    const { sharedHits } = there.readCounters().cache;
    await expect
      .poll(async () => {
        await reserve(here);
        // Told, so that what is read now may be kept there.
        await pause(50);
        await available(here);
        await pause(20);
        await available(there);
        return there.readCounters().cache.sharedHits;
      })
      .toBeGreaterThan(sharedHits);
  });

  it('a Redis that was flushed is only empty', async () => {
    await redis.flushall();
    await bothKnow();
  });

  it.each([
    ['no JSON', (key: string) => redis.set(key, '{{')],
    ['JSON of another shape', (key: string) => redis.set(key, '{"tokens":"x","answer":{"available":-7}}')],
    ['another type', async (key: string) => (await redis.del(key), await redis.lpush(key, '1'))],
  ])('a Redis that is full of %s is as good as empty', async (_name, garble) => {
    await Promise.all([available(here), available(there)]);
    for (const key of await redis.keys('granary:reads:*')) await garble(key);
    await redis.publish((await redis.keys('granary:reads:*'))[0]?.replace(/:[^:]*$/, ':changes') ?? '', '{{');
    await bothKnow();
  });
});

describe('whoever ends before it has told anybody', () => {
  it('is told of by the relay', async () => {
    await Promise.all([available(here), available(there)]);
    const silent = await openGranary(
      parseConfig({ DATABASE_URL: database.url, STOCK_LOCK: 'none', DATABASE_POOL: '4', GRANARY_CACHE_ENTRIES: '0' }),
      { log: silentLog },
    );
    await reserve(silent);
    await silent.close();
    expect(await available(there)).toBe(100_000 - held + 1);
    let published = 1;
    while (published > 0)
      ({ published } = await here.domain.relay.publishOnce({ holder: 'test', leaseMs: 5000, limit: 100 }));
    expect(await available(here)).toBe(100_000 - held);
    await expect.poll(() => available(there), { timeout: SECOND_MS, interval: 10 }).toBe(100_000 - held);
  });
});

describe('without Redis', () => {
  it('a paused one costs a moment, and nothing old is answered', async () => {
    await bothKnow();
    process.kill(servers.redis.pid, 'SIGSTOP');
    await bothKnow();
    const startedAt = performance.now();
    for (let turn = 0; turn < 100; turn += 1) await available(here);
    expect(performance.now() - startedAt).toBeLessThan(500);
  });

  it('whoever has lost the line finds out, however long the connection seems to stand', async () => {
    await bothKnow();
    proxy.freeze(true);
    await bothKnow();
  });

  it('and whoever cannot come back to it goes on', async () => {
    await proxy.refuse(true);
    proxy.cutAll();
    await bothKnow();
  });
});
