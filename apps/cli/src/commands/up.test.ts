import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { createServer, type AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { createTestDatabase, testServers, type TestDatabase } from '@granary/testkit/servers';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

const main = fileURLToPath(new URL('../../dist/main.js', import.meta.url));
let database: TestDatabase;
let redisUrl: string;
let running: Up | undefined;

beforeAll(async () => {
  database = await createTestDatabase('up');
  ({ redisUrl } = await testServers());
});
afterEach(async () => {
  running?.child.kill('SIGKILL');
  await running?.ended;
});
afterAll(() => database?.drop());

/** Ten seconds where nothing else runs; other tests share the machine with this one. */
const READY_MS = 100_000;
const TIMEOUT_MS = 120_000;

interface Up {
  readonly child: ChildProcess;
  readonly ended: Promise<number | null>;
  output(): string;
  complaints(): string;
}

function up(env: Record<string, string>, ...args: string[]): Up {
  const child = spawn(process.execPath, [main, 'up', ...args], {
    env: { DATABASE_URL: database.url, REDIS_URL: redisUrl, GRANARY_OWN_SERVERS: '1', PORT: '0', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  let complaints = '';
  child.stdout.on('data', (data: Buffer) => (output += data.toString()));
  child.stderr.on('data', (data: Buffer) => (complaints += data.toString()));
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  running = { child, ended, output: () => output, complaints: () => complaints };
  return running;
}

async function welcomed(started: Up): Promise<{ url: string; commands: string[] }> {
  const until = performance.now() + READY_MS;
  while (!started.output().includes('Ctrl-C stops everything')) {
    if (started.child.exitCode !== null || performance.now() > until)
      throw new Error(`up is not ready\n${started.complaints()}`);
    await sleep(50);
  }
  const commands = started
    .output()
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line.startsWith('curl '))
    .slice(0, 3);
  return { url: /ready: (\S+)/.exec(started.output())?.[1] ?? '', commands };
}

const SECRET = /gk_[0-9A-Z]{26}_[\w-]{43}/g;
let firstToken = '';

const listed = async (url: string): Promise<unknown> => {
  const text = await shell(`DATABASE_URL='${url}' '${process.execPath}' '${main}' token list --json`);
  return (JSON.parse(text) as { tokens: unknown }).tokens;
};

const shell = (command: string): Promise<string> =>
  new Promise((resolve, reject) => {
    execFile('sh', ['-c', command], (error, stdout) => (error === null ? resolve(stdout) : reject(error)));
  });

const answers = (url: string) =>
  fetch(`${url}/healthz`).then(
    ({ ok }) => ok,
    () => false,
  );

describe('up', { timeout: TIMEOUT_MS }, () => {
  it('loads the sample, and the three commands that it prints succeed right then', async () => {
    const started = up({});
    const { commands } = await welcomed(started);
    expect(commands).toHaveLength(3);
    const told = started.output().match(SECRET) ?? [];
    expect(told).toHaveLength(1);
    [firstToken = ''] = told;
    expect(started.complaints()).not.toMatch(SECRET);
    const said = [];
    for (const command of commands) said.push(JSON.parse(await shell(command)) as unknown);
    expect(said[0]).toMatchObject({ result: { data: { skuId: 'TEE-ORGANIC-M', inStock: true } } });
    expect(said[1]).toMatchObject({ result: { data: { state: 'active', quantity: 1 } } });
    expect(said[2]).toMatchObject({
      result: { data: { items: [{ skuId: 'TEE-ORGANIC-M', businessId: 'my-first-cart' }] } },
    });
  });

  it('keeps what was there at the next start, and drains on SIGTERM', async () => {
    const started = up({});
    const { url, commands } = await welcomed(started);
    expect(started.output()).not.toMatch(SECRET);
    expect(started.output()).toMatch(/npm run -s token -- create/);
    expect(JSON.parse(await shell(commands[2] ?? ''))).toMatchObject({
      result: { data: { items: [{ businessId: 'my-first-cart' }] } },
    });
    started.child.kill('SIGTERM');
    expect(await started.ended).toBe(0);
    expect(await answers(url)).toBe(false);
  });

  it('where tokens are asked for, lets in with the first one and nobody without, and leaves no other that works', async () => {
    const started = up({ GRANARY_ACCESS: 'tokens' });
    const { url } = await welcomed(started);
    expect(started.output()).toMatch(/npm run -s token -- create --role admin/);
    expect((await fetch(`${url}/v1/sku/list`)).status).toBe(403);
    const headers = { authorization: `Bearer ${firstToken}` };
    expect((await fetch(`${url}/v1/sku/list`, { headers })).status).toBe(200);
    expect(started.output()).not.toMatch(SECRET);
    expect(await listed(database.url)).toEqual([
      expect.objectContaining({ name: 'npm start', revokedAt: expect.any(String) as string }),
      expect.objectContaining({ name: 'first admin', role: 'admin', revokedAt: null }),
    ]);
  });

  it.each(['local', 'tokens'])(
    'makes a first token that works at once on own servers (%s), and none on others',
    async (access) => {
      const fresh = await createTestDatabase('up_first');
      const given = await createTestDatabase('up_given');
      try {
        const ours = up({ DATABASE_URL: fresh.url, GRANARY_ACCESS: access }, '--no-sample');
        const { url } = await welcomed(ours);
        const [token = ''] = ours.output().match(SECRET) ?? [];
        const mine = await fetch(`${url}/v1/token/list`, { headers: { authorization: `Bearer ${token}` } });
        expect(mine.status).toBe(200);
        ours.child.kill('SIGTERM');
        await ours.ended;
        const theirs = up({ DATABASE_URL: given.url, GRANARY_ACCESS: access, GRANARY_OWN_SERVERS: '' });
        await welcomed(theirs);
        expect(theirs.output()).not.toMatch(SECRET);
        expect(theirs.output()).toMatch(/npm run -s token -- create/);
        const working = ((await listed(given.url)) as { revokedAt: unknown }[]).filter(
          (each) => each.revokedAt === null,
        );
        expect(working).toEqual([]);
      } finally {
        running?.child.kill('SIGTERM');
        await running?.ended;
        await fresh.drop();
        await given.drop();
      }
    },
  );

  it('leaves no process behind when it is killed', async () => {
    const started = up({});
    const { url } = await welcomed(started);
    started.child.kill('SIGKILL');
    for (let tries = 0; tries < 100 && (await answers(url)); tries += 1) await sleep(100);
    expect(await answers(url)).toBe(false);
  });

  it('tells plainly of a port in use and of a database that is not there', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const taken = up({ PORT: String(port) });
    expect(await taken.ended).toBe(1);
    expect(taken.complaints()).toBe(
      `Port ${port} is taken by another program. Stop it, or use another one: PORT=${port + 1} npm start\n`,
    );
    await new Promise((resolve) => server.close(resolve));
    const lost = up({ DATABASE_URL: `mysql://root@127.0.0.1:${port}/granary` });
    expect(await lost.ended).toBe(1);
    expect(lost.complaints()).toMatch(/nothing listens there\. Start the server, or check DATABASE_URL/);
    expect(lost.complaints().split('\n')).toHaveLength(2);
  });
});
