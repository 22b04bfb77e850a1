/** The process: what it says when it cannot start, and that SIGTERM under load loses no acknowledged call. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { parseConfig } from '@granary/platform/env';
import { openGranary } from '@granary/platform/granary';
import { migrations } from '@granary/platform/schema';
import { silentLog } from '@granary/platform/log';
import { migrate } from '@granary/platform/migration-runner';
import { createTestDatabase, type TestDatabase, testServers } from '@granary/testkit/servers';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { ask, inputOf, pick, post } from './testing/stub-api.ts';

/** Built: what runs here is what is deployed. */
const program = fileURLToPath(new URL('../dist/main.js', import.meta.url));

let database: TestDatabase;
let settings: Record<string, string>;
const running = new Set<ChildProcess>();
beforeAll(async () => {
  const { redisUrl } = await testServers();
  database = await createTestDatabase('api_main');
  await migrate({ url: database.url, migrations, log: silentLog });
  settings = { DATABASE_URL: database.url, REDIS_URL: redisUrl, PORT: '0' };
});
afterEach(() => {
  for (const child of running) child.kill('SIGKILL');
});
afterAll(() => database?.drop());

interface Program {
  readonly child: ChildProcess;
  readonly said: () => string;
  readonly exitCode: Promise<number | null>;
}

function run(env: Record<string, string>): Program {
  const child = spawn(process.execPath, [program], { env: { ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  running.add(child);
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding('utf8').on('data', (text: string) => (said += text));
  const exitCode = once(child, 'close').then(([code]: unknown[]) => {
    running.delete(child);
    return typeof code === 'number' ? code : null;
  });
  return { child, said: () => said, exitCode };
}

/** The url that the log names once the api listens. */
async function listening({ child, said }: Program): Promise<string> {
  while (child.exitCode === null) {
    const line = said()
      .split('\n')
      .find((text) => text.includes('"url"'));
    const url = line === undefined ? undefined : pick(JSON.parse(line), 'url');
    if (typeof url === 'string') return url;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`the api ended: ${said()}`);
}

test('SIGTERM under load: every call is answered or refused by the connection, none is lost after its answer, exit 0', async () => {
  const api = run(settings);
  const url = await listening(api);
  expect((await ask(`${url}/readyz`)).status).toBe(200);
  const receive = (at: number) =>
    post(`${url}/trpc/inbound.purchase`, {
      documentNo: `PO-${at}`,
      lines: [{ skuId: 'A', quantity: 1, unitCost: '1' }],
    });
  const outcomes = Array.from({ length: 60 }, (_, at) =>
    receive(at).then(
      ({ status }) => status,
      () => 'refused',
    ),
  );
  await Promise.race(outcomes);
  api.child.kill('SIGTERM');
  const seen = await Promise.all(outcomes);
  expect(await api.exitCode).toBe(0);
  const accepted = seen.filter((status) => status === 200).length;
  expect(accepted).toBeGreaterThan(0);
  expect(new Set(seen)).toEqual(new Set([200, 503, 'refused'].filter((status) => seen.includes(status))));

  const again = run(settings);
  const { body } = await ask(
    `${await listening(again)}/trpc/stock.available?input=${encodeURIComponent('{"skuId":"A"}')}`,
  );
  const onHand = Number(pick(pick(pick(body, 'result'), 'data'), 'onHand'));
  // What hung up without an answer may have been carried out; what was answered must have been.
  expect(onHand).toBeGreaterThanOrEqual(accepted);
  expect(onHand).toBeLessThanOrEqual(accepted + seen.filter((status) => status === 'refused').length);
});

test('SIGTERM amid holds that share transactions: each one acknowledged is there, a watcher is let go, exit 0', async () => {
  const api = run(settings);
  const url = await listening(api);
  const lines = [{ skuId: 'HELD', quantity: 10_000, unitCost: '1' }];
  expect((await post(`${url}/trpc/inbound.purchase`, { documentNo: 'PO-HELD', lines })).status).toBe(200);
  const watched = await fetch(`${url}/v1/stock/watch${inputOf({ skuIds: ['HELD'] })}`, {
    headers: { accept: 'text/event-stream' },
  });
  expect(watched.headers.get('content-type')).toMatch(/^text\/event-stream/);
  const watching = watched.text().then(
    () => 'ended',
    () => 'cut',
  );
  const acknowledged: string[] = [];
  const strange: unknown[] = [];
  /** Until somebody says no, or nobody is there any more. */
  const hold = async (caller: number): Promise<void> => {
    for (let each = 0; ; each += 1) {
      const businessId = `C-${caller}-${each}`;
      const answer = await post(`${url}/trpc/reservation.reserve`, {
        skuId: 'HELD',
        quantity: 1,
        type: 'cart',
        businessId,
      }).catch(() => undefined);
      if (answer?.status === 200) acknowledged.push(businessId);
      else if (answer === undefined || answer.status === 503) return;
      else return void strange.push(answer);
    }
  };
  const callers = Array.from({ length: 24 }, (_, caller) => hold(caller));
  await expect.poll(() => acknowledged.length, { timeout: 10_000, interval: 5 }).toBeGreaterThan(48);
  api.child.kill('SIGTERM');
  await Promise.all(callers);
  // It is 1 when anything that had begun was cut off.
  expect(await api.exitCode).toBe(0);
  expect(strange).toEqual([]);
  expect(await watching).toBe('ended');
  const granary = await openGranary(parseConfig({ ...settings, STOCK_LOCK: 'none' }), { log: silentLog });
  const rows = await granary.dataSource.query<{ id: string }[]>(
    `SELECT business_id AS id FROM reservation WHERE state = 'active'`,
  );
  await granary.close();
  const kept = new Set(rows.map(({ id }) => id));
  expect(acknowledged.filter((businessId) => !kept.has(businessId))).toEqual([]);
});

test('a port in use is one sentence that says what to do', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const address = other.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const api = run({ ...settings, PORT: String(port) });
  expect(await api.exitCode).toBe(1);
  expect(api.said()).toMatch(new RegExp(`^Port ${port} on 127\\.0\\.0\\.1 is in use by another program: .*$`, 'm'));
  expect(api.said()).not.toMatch(/\n\s+at /);
  other.close();
});

test.each([
  ['an address that others reach, before access control exists', { HOST: '0.0.0.0' }, /HOST/],
  ['a port that is no number', { PORT: 'http' }, /PORT/],
  ['no database', { DATABASE_URL: '' }, /DATABASE_URL/],
  ['a database that is not there', { DATABASE_URL: 'mysql://root@127.0.0.1:1/none' }, /127\.0\.0\.1/],
  ['a strategy that nobody knows', { STOCK_ALLOCATION_STRATEGY: 'luck' }, /expected one of .*fifo/],
])('%s stops the start with a sentence and no stack', async (_what, wrong, says) => {
  const api = run({ ...settings, ...wrong });
  expect(await api.exitCode).toBe(1);
  expect(api.said()).toMatch(says);
  expect(api.said()).not.toMatch(/\n\s+at /);
});

test('an empty database is told to be migrated', async () => {
  const empty = await createTestDatabase('api_empty');
  const api = run({ ...settings, DATABASE_URL: empty.url });
  expect(await api.exitCode).toBe(1);
  expect(api.said()).toMatch(/does not have the schema of this version/);
  expect(api.said()).not.toMatch(/\n\s+at /);
  await empty.drop();
});
