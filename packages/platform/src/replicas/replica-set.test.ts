/** Reading calls over a real primary and its replica: caught up, lagging, away. */
import { inboundInput } from '@granary/contracts/document';
import { reserveInput } from '@granary/contracts/reservation';
import { type DatabasePair, startDatabasePair } from '@granary/testkit/cluster/database-pair';
import { testServers } from '@granary/testkit/servers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseConfig } from '../env.ts';
import { openGranary, type Granary } from '../granary.ts';
import { silentLog } from '../log.ts';
import { migrate } from '../migration-runner.ts';
import { migrations } from '../schema.ts';

const call = { caller: { actor: 'local', address: null, agent: 'test', requestId: 'test' } };
let pair: DatabasePair;
let granary: Granary;
let held = 0;

beforeAll(async () => {
  const { engine } = await testServers();
  pair = await startDatabasePair({ engine });
  await pair.primary.ask('CREATE DATABASE replicated CHARACTER SET utf8mb4');
  const url = `${pair.primary.url}/replicated`;
  await migrate({ url, migrations, log: silentLog });
  await pair.caughtUp();
  const settings = { STOCK_LOCK: 'none', GRANARY_CACHE_ENTRIES: '0', DATABASE_POOL: '4' };
  const replicaUrl = `${pair.replica.url}/replicated`;
  granary = await openGranary(parseConfig({ ...settings, DATABASE_URL: url, DATABASE_REPLICA_URLS: replicaUrl }), {
    log: silentLog,
  });
  const purchase = { documentNo: 'P', lines: [{ skuId: 'MUG', quantity: 1000, unitCost: '1.00' }] };
  await granary.domain.inbound.purchase(inboundInput.parse(purchase), call);
}, 60_000);
afterAll(async () => {
  await granary?.close();
  await pair?.stop();
  await (await testServers()).stop();
});

const available = async () => (await granary.domain.stock.check({ skuId: 'MUG' })).available;
const counters = () => granary.readCounters().replicas;

async function reserve(): Promise<number> {
  const hold = reserveInput.parse({ skuId: 'MUG', quantity: 1, type: 'order', businessId: `O${held}` });
  await granary.domain.reservations.reserve(hold, call);
  held += 1;
  return 1000 - held;
}

/** Each write is seen by the reads after it, wherever they go. */
async function readOwnWrites(times: number): Promise<void> {
  for (let turn = 0; turn < times; turn += 1) {
    const left = await reserve();
    expect(await available()).toBe(left);
    const { available: summed } = await granary.domain.stock.available({
      ...{ skuId: 'MUG', excludeExpired: true, includeReserved: false },
    });
    expect(summed).toBe(left);
  }
}

const servedSoon = async () => {
  const { served } = counters();
  await expect.poll(async () => (await available(), counters().served), { timeout: 5000 }).toBeGreaterThan(served);
};

describe('with a replica', () => {
  it('reading calls are answered by it, and see what this process has written', async () => {
    await servedSoon();
    const { served } = counters();
    await readOwnWrites(30);
    expect(counters().served - served).toBeGreaterThan(40);
  });

  it('one that lags is passed over until it has caught up', async () => {
    await servedSoon();
    await pair.stopApplying();
    await readOwnWrites(5);
    await pair.resumeApplying();
    await servedSoon();
  });

  it('what others have written is seen within a second, also while it lags', async () => {
    await servedSoon();
    await pair.stopApplying();
    await pair.primary.ask("UPDATE replicated.sku SET status = 'inactive'");
    await expect.poll(available, { timeout: 1000, interval: 20 }).toBe(0);
    await pair.primary.ask("UPDATE replicated.sku SET status = 'active'");
    await pair.resumeApplying();
    await pair.caughtUp();
    await expect.poll(available, { timeout: 1000, interval: 20 }).toBe(1000 - held);
  });

  it('one that is gone is done without', async () => {
    process.kill(pair.replica.server.pid, 'SIGKILL');
    await readOwnWrites(5);
    expect(await available()).toBe(1000 - held);
  });
});
