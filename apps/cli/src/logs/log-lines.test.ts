/**
 * What api and worker write while they are given secrets in every place that they take them, right and wrong, at the most
 * talkative level: every line is one JSON object, no line holds a secret, and what belongs to a request names it.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { localPrincipal } from '@granary/contracts/permission';
import { migrations } from '@granary/platform/schema';
import { parseConfig } from '@granary/platform/env';
import { openGranary } from '@granary/platform/granary';
import { silentLog } from '@granary/platform/log';
import { migrate } from '@granary/platform/migration-runner';
import { createTestDatabase, testServers, type TestDatabase } from '@granary/testkit/servers';
import { createConnection } from 'mysql2/promise';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';

const PASSWORD = 'canary-of-the-database';
const KEY = Buffer.from('canary-of-the-encryption-keys-32').toString('base64');
const WEBHOOK_SECRET = 'canary-in-the-path-of-a-webhook';
const REQUEST_ID = 'night-1';
const caller = { actor: 'local', address: null, agent: null, requestId: 'setup' };

interface Running {
  readonly child: ChildProcess;
  lines(): string[];
}

let database: TestDatabase;
let api: Running;
let worker: Running;
let url = '';
const secrets = [PASSWORD, KEY];
/** Answers 500, so that deliveries fail and are told of. */
const hook = createServer((_request, response) => response.writeHead(500).end('no'));

beforeAll(async () => {
  const { redisUrl } = await testServers();
  database = await createTestDatabase('logs');
  await migrate({ url: database.url, migrations, log: silentLog });
  await new Promise<void>((resolve) => hook.listen(0, '127.0.0.1', resolve));
  const env = { ...(await settingsWithSecrets(redisUrl)), LOG_LEVEL: 'debug', PORT: '0', GRANARY_ACCESS: 'tokens' };
  const token = await prepare(env);
  api = start('api', env);
  worker = start('worker', env);
  await vi.waitUntil(() => api.lines().some((line) => line.includes('the api listens')), { timeout: 15_000 });
  url = /http:\/\/127\.0\.0\.1:\d+/.exec(api.lines().join())?.[0] ?? '';
  await goThroughANight(token);
});
afterAll(async () => {
  for (const { child } of [api, worker]) child.kill('SIGKILL');
  hook.close();
  const other = await createConnection(database.url);
  await other.query(`DROP USER IF EXISTS 'canary'@'%'`);
  await other.end();
  await database.drop();
  await (await testServers()).stop();
});

function start(name: 'api' | 'worker', env: Record<string, string>): Running {
  const main = fileURLToPath(new URL(`../../../${name}/dist/main.js`, import.meta.url));
  const child = spawn(process.execPath, [main], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  return { child, lines: () => output.split('\n').filter((line) => line !== '') };
}

async function settingsWithSecrets(redisUrl: string) {
  const other = await createConnection(database.url);
  await other.query(`CREATE USER 'canary'@'%' IDENTIFIED BY '${PASSWORD}'`);
  const { pathname } = new URL(database.url);
  await other.query(`GRANT ALL ON \`${pathname.slice(1)}\`.* TO 'canary'@'%'`);
  await other.end();
  const withPassword = new URL(database.url);
  [withPassword.username, withPassword.password] = ['canary', PASSWORD];
  return {
    ...{ DATABASE_URL: withPassword.href, REDIS_URL: redisUrl, ENCRYPTION_KEYS: `main:${KEY}` },
    STOCK_WEBHOOK_ALLOW_PRIVATE: 'true',
  };
}

/** A token that works, and a webhook that fails. */
async function prepare(env: Record<string, string>): Promise<string> {
  const granary = await openGranary(parseConfig(env), { log: silentLog });
  const { port } = hook.address() as AddressInfo;
  const { token } = await granary.domain.tokens.create({ name: 'night', role: 'admin' }, { caller }, localPrincipal);
  const address = `http://127.0.0.1:${port}/${WEBHOOK_SECRET}`;
  const made = await granary.domain.webhooks.create({ url: address, types: ['stock.sku.created'] }, { caller });
  await granary.close();
  // The secret of a token may hold an underscore itself.
  const [, , ...secret] = (token ?? '').split('_');
  secrets.push(secret.join('_'), made.secret?.replace('whsec_', '') ?? '', WEBHOOK_SECRET);
  return token ?? '';
}

async function goThroughANight(token: string): Promise<void> {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json', 'x-request-id': REQUEST_ID };
  const post = (path: string, body: unknown, more: Record<string, string> = {}) =>
    fetch(`${url}${path}`, { method: 'POST', headers: { ...headers, ...more }, body: JSON.stringify(body) });
  expect((await post('/trpc/sku.create', { skuId: 'A' })).status).toBe(200);
  await post(`/trpc/sku.create?token=${token}`, { skuId: token });
  await post(`/trpc/${token}`, {});
  await post('/v1/skus', { skuId: 'B', token }, { 'user-agent': token, cookie: `token=${token}` });
  await post('/trpc/webhook.create', { url: `http://u:${PASSWORD}@127.0.0.1/`, types: 'all' });
  // What fails at the database is told with its cause, and the cause holds the statement.
  const other = await createConnection(database.url);
  await other.query('RENAME TABLE sku TO sku_away');
  expect((await post('/trpc/sku.create', { skuId: `C-${PASSWORD}` })).status).toBe(500);
  await other.query('RENAME TABLE sku_away TO sku');
  await other.query(`ALTER USER 'canary'@'%' IDENTIFIED BY 'another'`);
  await other.query(`KILL USER 'canary'@'%'`).catch(() => undefined);
  await post('/trpc/sku.create', { skuId: 'D' });
  await other.end();
  const toldOfFailure = ({ lines }: Running) => lines().some((line) => line.includes('"level":"warn"'));
  await vi.waitUntil(() => toldOfFailure(worker) && toldOfFailure(api), { timeout: 15_000 });
}

it('every line is one JSON object that says who speaks, when and how loud', () => {
  for (const { lines } of [api, worker]) {
    expect(lines().length).toBeGreaterThan(1);
    for (const line of lines())
      expect(JSON.parse(line)).toMatchObject({
        level: expect.stringMatching(/^(?:debug|info|warn|error)$/),
        time: expect.stringMatching(/Z$/),
        name: expect.stringMatching(/^(?:api|worker)$/),
        msg: expect.any(String),
      });
  }
});

it('no line holds a secret', () => {
  expect(secrets.every((secret) => secret.length > 8)).toBe(true);
  const all = [...api.lines(), ...worker.lines()];
  expect(all.filter((line) => secrets.some((secret) => line.includes(secret)))).toEqual([]);
});

it('what belongs to a request names it', () => {
  const told = api.lines().map((line) => JSON.parse(line) as Record<string, unknown>);
  const ended = told.filter(({ msg }) => msg === 'a call ended' || msg === 'a call failed');
  expect(ended.filter(({ msg }) => msg === 'a call failed')).not.toEqual([]);
  expect(ended.filter(({ requestId }) => requestId !== REQUEST_ID)).toEqual([]);
});
