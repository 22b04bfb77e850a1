/** The shipped api as a process of its own, with this package in GRANARY_EXTENSIONS: the rules are named and applied. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { createClient, type GranaryClient } from '@granary/client';
import { migrations } from '@granary/platform/schema';
import { silentLog } from '@granary/platform/log';
import { migrate } from '@granary/platform/migration-runner';
import { createTestDatabase, type TestDatabase } from '@granary/testkit/servers';
import { afterAll, beforeAll, expect, test } from 'vitest';

const program = createRequire(import.meta.url).resolve('@granary/api/main');
const here = fileURLToPath(new URL('..', import.meta.url));

interface Started {
  readonly child: ChildProcess;
  /** Undefined when it ended instead. */
  readonly url: string | undefined;
  readonly said: () => string;
}

let database: TestDatabase;
let api: Started;
let client: GranaryClient;

beforeAll(async () => {
  database = await createTestDatabase('strategy');
  await migrate({ url: database.url, migrations, log: silentLog });
  // A package may name itself; from elsewhere it would be installed, or named by its path.
  api = await start({ GRANARY_EXTENSIONS: '@granary/example-strategy', STOCK_ALLOCATION_STRATEGY: 'full_pallets' });
  if (api.url === undefined) throw new Error(`the api ended: ${api.said()}`);
  client = createClient({ url: api.url });
}, 120_000);
afterAll(async () => {
  if (api?.url !== undefined) {
    const ended = once(api.child, 'exit');
    api.child.kill('SIGTERM');
    await ended;
  }
  await database?.drop();
});

async function start(settings: Readonly<Record<string, string>>): Promise<Started> {
  const env = { DATABASE_URL: database.url, STOCK_LOCK: 'none', PORT: '0', ...settings };
  const child = spawn(process.execPath, [program], { cwd: here, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (said += text));
  while (!said.includes('"url"') && child.exitCode === null) await new Promise((resolve) => setTimeout(resolve, 10));
  return { child, url: /"url":"(http:[^"]+)"/.exec(said)?.[1], said: () => said };
}

const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);

test('the strategy is listed, is the default, and may be named in a call', async () => {
  expect((await client.system.strategies.query()).strategies).toContain('full_pallets');
  const line = { skuId: 'OIL', unitCost: '3.00' };
  await client.inbound.purchase.mutate({
    documentNo: 'PO-1',
    lines: [
      { ...line, batchNo: 'full', quantity: 48, expiresAt: inDays(60) },
      { ...line, batchNo: 'broken', quantity: 20, expiresAt: inDays(90) },
    ],
  });
  const chosen = async (quantity: number, strategy?: string) => {
    const named = strategy === undefined ? {} : { strategy };
    const plan = await client.stock.allocate.query({ skuId: 'OIL', quantity, ...named });
    return plan.lines.map(({ batchNo }) => batchNo);
  };
  expect(await chosen(5)).toEqual(['broken']);
  expect(await chosen(48)).toEqual(['full']);
  expect(await chosen(5, 'fefo')).toEqual(['full']);
  await client.sku.update.mutate({ skuId: 'OIL', defaultStrategy: 'fefo' });
  expect(await chosen(5)).toEqual(['full']);
  expect(await chosen(5, 'full_pallets')).toEqual(['broken']);
});

test('an unknown strategy is refused with the list of known ones', async () => {
  const unknown = client.stock.allocate.query({ skuId: 'OIL', quantity: 1, strategy: 'full_palets' });
  await expect(unknown).rejects.toMatchObject({ code: 'INV_005', message: expect.stringContaining('full_pallets') });
});

test('the validator refuses what it is asked about, by its name', async () => {
  const late = { skuId: 'OIL', unitCost: '3.00', quantity: 1, expiresAt: inDays(7) };
  await expect(client.inbound.purchase.mutate({ documentNo: 'PO-2', lines: [late] })).rejects.toMatchObject({
    code: 'INV_005',
    message: expect.stringContaining('"house rules"'),
    details: { issues: [{ path: 'lines.0.expiresAt' }] },
  });
  const cart = { skuId: 'OIL', type: 'cart', businessId: 'CART-1' } as const;
  await expect(client.reservation.reserve.mutate({ ...cart, quantity: 49 })).rejects.toMatchObject({
    details: { issues: [{ path: 'quantity' }] },
  });
  await client.reservation.reserve.mutate({ ...cart, quantity: 48 });
});

test.each([
  ['./nowhere.js', {}, 'GRANARY_EXTENSIONS names "./nowhere.js", which could not be loaded: Cannot find module'],
  ['./dist/house-rules.js', {}, 'exports neither `strategies` nor `validators`'],
  ['@granary/example-strategy,./dist/extension.js', {}, '"full_pallets" is registered twice'],
  ['', { STOCK_ALLOCATION_STRATEGY: 'full_pallets' }, 'STOCK_ALLOCATION_STRATEGY is "full_pallets"'],
])('a start with GRANARY_EXTENSIONS=%s fails and says why', async (extensions, settings, said) => {
  const started = await start({ GRANARY_EXTENSIONS: extensions, ...settings });
  expect(started.url).toBeUndefined();
  expect(started.said()).toContain('Granary does not start');
  expect(started.said()).toContain(said);
});
