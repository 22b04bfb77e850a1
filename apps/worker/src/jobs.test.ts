/** A job and the processes that run it: killed half-way, taken over where it stood, and never in the way of the sweep. */
import { spawn, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Caller } from '@granary/contracts/command';
import { inboundInput } from '@granary/contracts/document';
import type { Job } from '@granary/contracts/job';
import { reserveInput } from '@granary/contracts/reservation';
import { migrations } from '@granary/platform/schema';
import { parseConfig } from '@granary/platform/env';
import { openGranary, type Granary } from '@granary/platform/granary';
import { silentLog } from '@granary/platform/log';
import { migrate } from '@granary/platform/migration-runner';
import { createTestAccounts, type TestAccounts } from '@granary/platform/testing/test-accounts';
import { createTestDatabase, testServers, type TestDatabase } from '@granary/testkit/servers';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';

const main = fileURLToPath(new URL('../dist/main.js', import.meta.url));
const caller: Caller = { actor: 'local', address: null, agent: 'test', requestId: 'test' };
const SKUS = 3_000;
/** Longer than anything takes here, also where many tests share the machine. */
const PATIENCE_MS = 60_000;
const children = new Set<ChildProcess>();
let database: TestDatabase;
let accounts: TestAccounts;
let granary: Granary;
let env: Record<string, string>;

beforeAll(async () => {
  const servers = await testServers();
  database = await createTestDatabase('jobs');
  await migrate({ url: database.url, migrations, log: silentLog });
  accounts = await createTestAccounts(database.url);
  env = { DATABASE_URL: accounts.workerUrl, REDIS_URL: servers.redisUrl, DATABASE_POOL: '4' };
  granary = await openGranary(parseConfig(env), { log: silentLog });
  for (let from = 0; from < SKUS; from += 1000) {
    const lines = Array.from({ length: 1000 }, (_, each) => ({
      skuId: nameOf(from + each),
      quantity: 1,
      unitCost: '1',
    }));
    await granary.domain.inbound.purchase(inboundInput.parse({ documentNo: `PO-${from}`, lines }), {
      caller,
      deadlineMs: 60_000,
    });
  }
});
afterEach(() => {
  for (const child of children) child.kill('SIGKILL');
  children.clear();
});
afterAll(async () => {
  await granary.close();
  await accounts.drop();
  await database.drop();
  await (await testServers()).stop();
});

const nameOf = (each: number) => `K${String(each).padStart(4, '0')}`;
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

function startWorker(): { child: ChildProcess; ready: Promise<void>; exited: Promise<number | null> } {
  const child = spawn(process.execPath, [main], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  children.add(child);
  let output = '';
  const ready = new Promise<void>((resolve) => {
    child.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString();
      if (output.includes('the worker is ready')) resolve();
    });
  });
  return { child, ready, exited: new Promise((resolve) => child.once('exit', resolve)) };
}

async function watched(id: string, isThere: (job: Job) => boolean): Promise<Job> {
  const giveUpAt = performance.now() + PATIENCE_MS;
  while (performance.now() < giveUpAt) {
    const job = await granary.domain.jobs.get({ id });
    if (isThere(job)) return job;
    await pause(15);
  }
  throw new Error(`job ${id} did not get there: ${JSON.stringify(await granary.domain.jobs.get({ id }))}`);
}

it('a worker killed half-way is followed by another one, which goes on at the cursor and keeps what was found', async () => {
  await granary.dataSource.query(`UPDATE stock_level SET reserved = 1 WHERE sku_id = '${nameOf(5)}'`);
  const { id } = await granary.domain.jobs.verify({}, { caller });
  const first = startWorker();
  const half = await watched(id, ({ done }) => done >= 500);
  first.child.kill('SIGKILL');
  await first.exited;
  const left = await granary.domain.jobs.get({ id });
  expect(left).toMatchObject({ state: 'running', total: SKUS });
  expect(left.done).toBeGreaterThanOrEqual(half.done);
  expect(left.done).toBeLessThan(SKUS);
  // Only a resume still knows of it, and a new beginning would meet the second one.
  await granary.dataSource.query(`UPDATE stock_level SET reserved = 0 WHERE sku_id = '${nameOf(5)}'`);
  await granary.dataSource.query(`UPDATE stock_level SET reserved = 1 WHERE sku_id = '${nameOf(6)}'`);
  startWorker();
  await pause(1_000);
  expect((await granary.domain.jobs.get({ id })).done).toBe(left.done);
  // The lease has most of half a minute to go; it runs out here and now.
  await granary.dataSource.query('UPDATE job SET lease_until = UTC_TIMESTAMP(6) WHERE job_id = ?', [id]);
  const seen: number[] = [];
  const job = await watched(id, (each) => {
    seen.push(each.done);
    return each.endedAt !== null;
  });
  expect(seen).toEqual(seen.toSorted((a, b) => a - b));
  expect(job).toMatchObject({ state: 'done', done: SKUS, total: SKUS, rows: 2 * SKUS });
  expect(job.report).toMatchObject({ ok: false, levels: SKUS, movements: SKUS });
  expect(JSON.stringify(job.report)).toContain(`level ${nameOf(5)} / default`);
  expect(JSON.stringify(job.report)).not.toContain(nameOf(6));
  await granary.dataSource.query(`UPDATE stock_level SET reserved = 0 WHERE sku_id = '${nameOf(6)}'`);
}, 180_000);

it('a worker that is asked to stop hands its job over without waiting for the lease', async () => {
  const { id } = await granary.domain.jobs.rebuild({}, { caller });
  const first = startWorker();
  await watched(id, ({ done }) => done >= 200);
  first.child.kill('SIGTERM');
  expect(await first.exited).toBe(0);
  const left = await granary.domain.jobs.get({ id });
  expect(left.state).toBe('running');
  // What a process takes to start is a matter of the machine.
  await startWorker().ready;
  const start = performance.now();
  await watched(id, ({ done }) => done > left.done);
  expect(performance.now() - start).toBeLessThan(8_000);
  await granary.domain.jobs.cancelJob({ id }, { caller });
  expect((await watched(id, ({ endedAt }) => endedAt !== null)).state).toBe('cancelled');
}, 180_000);

it('a worker that is asked to stop in a chunk that takes long leaves it, ends with 0, and hands the job over', async () => {
  const { id } = await granary.domain.jobs.rebuild({}, { caller });
  const stranger = granary.dataSource.createQueryRunner();
  await stranger.startTransaction();
  await stranger.query(`SELECT * FROM stock_level WHERE sku_id = '${nameOf(120)}' FOR UPDATE`);
  // The database ends a transaction that idles, and this one shall stand in the way for as long as it takes.
  const alive = setInterval(() => void stranger.query('SELECT 1').catch(() => undefined), 500);
  const first = startWorker();
  await watched(id, ({ done }) => done === 100);
  const start = performance.now();
  first.child.kill('SIGTERM');
  expect(await first.exited).toBe(0);
  expect(performance.now() - start).toBeLessThan(9_000);
  clearInterval(alive);
  const [row] = await granary.dataSource.query('SELECT state, holder FROM job WHERE job_id = ?', [id]);
  expect(row).toEqual({ state: 'running', holder: null });
  await stranger.rollbackTransaction();
  await stranger.release();
  await granary.domain.jobs.cancelJob({ id }, { caller });
}, 180_000);

it('two workers do it once, and meanwhile what is overdue is expired in its time', async () => {
  const { id } = await granary.domain.jobs.verify({}, { caller });
  startWorker();
  startWorker();
  await watched(id, ({ done }) => done > 0);
  const hold = reserveInput.parse({ skuId: nameOf(1), quantity: 1, type: 'cart', businessId: 'c', ttlSeconds: 1 });
  const held = await granary.domain.reservations.reserve(hold, { caller });
  const start = performance.now();
  const state = async () => (await granary.domain.reservations.get({ id: held.id })).state;
  await expect.poll(state, { timeout: 10_000, interval: 50 }).toBe('expired');
  expect(performance.now() - start).toBeLessThan(5_000);
  const job = await watched(id, ({ endedAt }) => endedAt !== null);
  expect(job).toMatchObject({ state: 'done', report: { ok: true, levels: SKUS } });
  const [{ n }] = await granary.dataSource.query(
    `SELECT COUNT(*) AS n FROM command WHERE request_id = ? AND procedure_name = 'system.verify'`,
    [id],
  );
  expect(Number(n)).toBe(1);
}, 180_000);
