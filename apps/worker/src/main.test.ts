import { spawn, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Caller } from '@granary/contracts/command';
import { inboundInput } from '@granary/contracts/document';
import type { StockEvent } from '@granary/contracts/event';
import { reserveInput } from '@granary/contracts/reservation';
import { migrations } from '@granary/platform/schema';
import { parseConfig } from '@granary/platform/env';
import { openGranary, type Granary } from '@granary/platform/granary';
import { silentLog } from '@granary/platform/log';
import { migrate } from '@granary/platform/migration-runner';
import { createTestDatabase, testServers, type TestDatabase } from '@granary/testkit/servers';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createWorker } from './worker.ts';

const main = fileURLToPath(new URL('../dist/main.js', import.meta.url));
const caller: Caller = { actor: 'local', address: null, agent: 'test', requestId: 'test' };
let database: TestDatabase;
let granary: Granary;
let env: Record<string, string>;
const children = new Set<ChildProcess>();

beforeAll(async () => {
  const servers = await testServers();
  database = await createTestDatabase('worker');
  await migrate({ url: database.url, migrations, log: silentLog });
  env = { DATABASE_URL: database.url, REDIS_URL: servers.redisUrl, DATABASE_POOL: '4' };
  granary = await openGranary(parseConfig(env), { log: silentLog });
});
afterEach(() => {
  for (const child of children) child.kill('SIGKILL');
  children.clear();
});
afterAll(async () => {
  await granary.close();
  await database.drop();
  await (await testServers()).stop();
});

interface Run {
  readonly child: ChildProcess;
  readonly exited: Promise<number | null>;
  output(): string;
}

function startProcess(variables: Record<string, string>): Run {
  const child = spawn(process.execPath, [main], { env: variables, stdio: ['ignore', 'pipe', 'pipe'] });
  children.add(child);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  return { child, exited: new Promise((resolve) => child.once('exit', resolve)), output: () => output };
}

async function receive(skuId: string, quantity: number): Promise<void> {
  const purchase = { documentNo: skuId, lines: [{ skuId, quantity, unitCost: '1.00' }] };
  await granary.domain.inbound.purchase(inboundInput.parse(purchase), { caller });
}

async function hold(skuId: string, businessId: string): Promise<string> {
  const input = reserveInput.parse({ skuId, quantity: 1, type: 'cart', businessId, ttlSeconds: 1 });
  return (await granary.domain.reservations.reserve(input, { caller })).id;
}

async function states(ids: readonly string[]): Promise<readonly string[]> {
  const found = await Promise.all(ids.map((id) => granary.domain.reservations.get({ id })));
  return found.map(({ state }) => state);
}

const outbox = async () => Number((await granary.dataSource.query('SELECT COUNT(*) AS n FROM outbox'))[0].n);

describe('worker processes', () => {
  it('side by side expire what is overdue once, empty the outbox, and end with 0 on SIGTERM', async () => {
    const workers = [startProcess(env), startProcess(env)];
    await receive('swept', 250);
    const ids: string[] = [];
    for (let cart = 0; cart < 20; cart += 1) ids.push(await hold('swept', `cart-${cart}`));
    await expect.poll(() => states(ids), { timeout: 15_000, interval: 200 }).toEqual(ids.map(() => 'expired'));
    const kinds = await granary.dataSource.query(
      `SELECT kind, COUNT(*) AS n, SUM(reserved_delta) AS delta FROM stock_movement WHERE sku_id = 'swept' AND kind = 'expire' GROUP BY kind`,
    );
    expect(kinds).toEqual([{ kind: 'expire', n: '20', delta: '-20' }]);
    await expect.poll(outbox, { timeout: 15_000, interval: 200 }).toBe(0);
    // One alone may have done it all before the other was up; before that a signal simply ends a process.
    for (const worker of workers)
      await expect.poll(() => worker.output(), { timeout: 15_000 }).toContain('the worker is ready');
    for (const worker of workers) worker.child.kill('SIGTERM');
    expect(await Promise.all(workers.map((worker) => worker.exited))).toEqual([0, 0]);
    expect(workers[0]?.output()).toContain('"msg":"drained"');
  });

  it.each([
    ['without configuration', () => ({}), /DATABASE_URL is not set/],
    ['with a wrong value', () => ({ ...env, STOCK_LOCK: 'x' }), /STOCK_LOCK is "x"; expected documents, all or none/],
    [
      'without a database',
      () => ({ ...env, DATABASE_URL: `${database.url}_gone` }),
      /does not exist yet\. Run `.+ migrate`/,
    ],
  ])('%s do not start, and say why without a stack', async (_what, variables, text) => {
    const worker = startProcess(variables());
    expect(await worker.exited).toBe(1);
    expect(worker.output()).toMatch(text);
    expect(worker.output()).not.toMatch(/^\s+at /m);
  });
});

describe('a worker inside another process', () => {
  it('brings every event to its listeners, those of one aggregate in order', async () => {
    const heard: StockEvent[] = [];
    const listener = { name: 'test', types: 'all', handle: (event: StockEvent) => void heard.push(event) } as const;
    const worker = createWorker({
      domain: granary.domain,
      log: silentLog,
      intervalMs: 100,
      pollMs: 20,
      leaseMs: 6_000,
      listeners: [listener],
    });
    await receive('heard', 10);
    const id = await hold('heard', 'cart-heard');
    worker.start();
    const ofHold = () => heard.filter(({ aggregate }) => aggregate.id === id).map(({ type }) => type);
    await expect.poll(ofHold, { timeout: 20_000 }).toEqual(['stock.reserved', 'stock.reservation.expired']);
    await worker.stop();
    const versions = heard
      .filter(({ aggregate }) => aggregate.kind === 'level' && aggregate.id.includes('heard'))
      .map(({ fromVersion, toVersion }) => [fromVersion, toVersion]);
    expect(versions.length).toBeGreaterThan(0);
    expect(versions.every(([from], index) => index === 0 || from === versions[index - 1]?.[1])).toBe(true);
    expect(new Set(heard.map((event) => event.id)).size).toBe(heard.length);
  });
});
