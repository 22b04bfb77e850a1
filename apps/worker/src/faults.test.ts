/** What a worker does when its servers are taken away: it neither ends nor spins, and goes on when they are back. */
import { spawn, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Caller } from '@granary/contracts/command';
import { inboundInput } from '@granary/contracts/document';
import { reserveInput } from '@granary/contracts/reservation';
import { migrations } from '@granary/platform/schema';
import { parseConfig } from '@granary/platform/env';
import { openGranary, type Granary } from '@granary/platform/granary';
import { silentLog } from '@granary/platform/log';
import { migrate } from '@granary/platform/migration-runner';
import { startPrivateServers, type Servers } from '@granary/testkit/private-servers';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';

const main = fileURLToPath(new URL('../dist/main.js', import.meta.url));
const caller: Caller = { actor: 'local', address: null, agent: 'test', requestId: 'test' };
let servers: Servers;
let env: Record<string, string>;
let worker: { child: ChildProcess; exited: Promise<number | null>; lines: () => string[] };

beforeAll(async () => {
  servers = await startPrivateServers();
  const url = `${servers.databaseUrl}/faults`;
  await migrate({ url, migrations, log: silentLog });
  env = { DATABASE_URL: url, REDIS_URL: servers.redisUrl, DATABASE_POOL: '4', REQUEST_DEADLINE_MS: '1000' };
});
afterAll(() => servers.stop());
beforeEach(async () => {
  const child = spawn(process.execPath, [main], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  const exited = new Promise<number | null>((resolve) => child.once('exit', resolve));
  let output = '';
  worker = { child, exited, lines: () => output.split('\n') };
  await new Promise<void>((resolve, reject) => {
    void exited.then((code) => reject(new Error(`the worker ended with ${code} before it was ready`)));
    child.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString();
      if (output.includes('the worker is ready')) resolve();
    });
  });
});
afterEach(() => {
  worker.child.kill('SIGKILL');
});

/** The names of the loops whose rounds failed, once for each round. */
const failures = () =>
  worker.lines().flatMap((line) => /a round of (.+) failed; it is tried again/.exec(line)?.[1] ?? []);
const failed = () => failures().length;

/** A hold of one second, made now, and whether the worker has expired it. */
async function sweeps(skuId: string): Promise<void> {
  const granary: Granary = await openGranary(parseConfig(env), { log: silentLog });
  try {
    const purchase = { documentNo: skuId, lines: [{ skuId, quantity: 1, unitCost: '1.00' }] };
    await granary.domain.inbound.purchase(inboundInput.parse(purchase), { caller });
    const hold = reserveInput.parse({ skuId, quantity: 1, type: 'cart', businessId: skuId, ttlSeconds: 1 });
    const { id } = await granary.domain.reservations.reserve(hold, { caller });
    const state = async () => (await granary.domain.reservations.get({ id })).state;
    await expect.poll(state, { timeout: 15_000, interval: 200 }).toBe('expired');
  } finally {
    await granary.close();
  }
}

it('a killed database is waited for, with growing pauses, and used again', async () => {
  await servers.database.kill();
  await new Promise((resolve) => setTimeout(resolve, 2_000));
  const names = failures();
  const loops = new Set(names);
  expect(loops.size).toBeGreaterThan(5);
  // Each doubles its pause from 200 ms: far from a busy loop.
  for (const loop of loops) expect(names.filter((name) => name === loop).length).toBeLessThanOrEqual(5);
  await servers.database.restart();
  await sweeps('killed');
  expect(worker.child.exitCode).toBeNull();
}, 60_000);

it('a paused database does not hang the worker, and is used again, also without Redis', async () => {
  await servers.redis.kill();
  process.kill(servers.database.pid, 'SIGSTOP');
  await expect.poll(failed, { timeout: 15_000 }).toBeGreaterThan(1);
  process.kill(servers.database.pid, 'SIGCONT');
  await sweeps('paused');
  await servers.redis.restart();
}, 60_000);

it('ends in its grace on SIGTERM although the database does not answer', async () => {
  process.kill(servers.database.pid, 'SIGSTOP');
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  const start = performance.now();
  worker.child.kill('SIGTERM');
  const code = await worker.exited;
  process.kill(servers.database.pid, 'SIGCONT');
  expect(code).toBe(0);
  expect(performance.now() - start).toBeLessThan(9_000);
}, 60_000);
