// Shows that servers start, tell plainly why they do not, and never outlive the process that started them.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, rmSync, statfsSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { freemem, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { findBinaries, isPortFree, startServers } from './servers.mjs';
import { startOf } from './servers/processes.mjs';
import { newScratch, scratchParents } from './servers/scratch.mjs';

const work = mkdtempSync(join(tmpdir(), 'granary-servers-test-'));
after(() => rmSync(work, { recursive: true, force: true }));

const foldersOf = (pid) =>
  scratchParents()
    .filter((parent) => existsSync(parent))
    .flatMap((parent) => readdirSync(parent))
    .filter((name) => new RegExp(`^granary-servers-\\w+-${pid}-`).test(name));
const isGone = (pid) => startOf(pid) === undefined;

async function eventually(condition, what) {
  for (let tries = 0; tries < 150; tries += 1) {
    if (condition()) return;
    await sleep(100);
  }
  assert.fail(`not within 15 s: ${what}`);
}

/** Another process that starts servers, prints what it got, and then waits to be killed. */
async function startElsewhere(options) {
  const code = `
    const { startServers } = await import(${JSON.stringify(new URL('servers.mjs', import.meta.url).href)});
    try {
      const { pids, database, redis } = await startServers(${JSON.stringify(options)});
      console.log(JSON.stringify({ pids, ports: [database.port, redis.port] }));
      setInterval(() => {}, 1000);
    } catch (error) {
      console.log(JSON.stringify({ code: error.code, message: error.message }));
    }`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', code], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = await once(createInterface({ input: child.stdout }), 'line');
  return { child, said: JSON.parse(line) };
}

test('what need not be durable lies in memory where there is plenty, and all else on disk', () => {
  const folders = [{}, { durable: true }, { durable: false }].map((settings) => newScratch(settings));
  const parents = folders.map((folder) => dirname(folder));
  for (const folder of folders) rmSync(folder, { recursive: true });
  const shared = statfsSync(existsSync('/dev/shm') ? '/dev/shm' : '/');
  const isPlenty = existsSync('/dev/shm') && shared.bavail * shared.bsize > 2 ** 33 && freemem() > 2 ** 33;
  // A container that is allowed less than the machine has keeps to its disk.
  const isAllowed = (process.constrainedMemory?.() || 2 ** 40) > 2 ** 33;
  assert.deepEqual(parents.slice(0, 2), [tmpdir(), tmpdir()]);
  if (isPlenty && isAllowed) assert.equal(parents[2], '/dev/shm');
});

test('servers answer, survive being killed and started again, and leave nothing when stopped', async () => {
  const servers = await startServers();
  const [database, redis] = servers.pids;
  assert.equal(await isPortFree(servers.database.port), false);
  await servers.database.restart();
  await servers.redis.restart();
  assert.notEqual(servers.database.pid, database);
  assert.ok(isGone(database) && isGone(redis));
  await servers.stop();
  assert.ok(isGone(servers.database.pid) && isGone(servers.redis.pid));
  assert.ok(await isPortFree(servers.database.port));
  assert.deepEqual(foldersOf(process.pid), []);
});

test('servers and their folders vanish when the process that started them is killed', async () => {
  const { child, said } = await startElsewhere({});
  assert.equal(said.pids.filter(isGone).length, 0);
  assert.notDeepEqual(foldersOf(child.pid), []);
  child.kill('SIGKILL');
  await eventually(() => said.pids.every(isGone) && foldersOf(child.pid).length === 0, 'servers and folders gone');
});

test('a data folder serves one start at a time, and the next one cleans up after a crash', async () => {
  const dataDir = join(work, 'data');
  const options = { ephemeral: false, dataDir };
  const first = await startElsewhere(options);
  const second = await startElsewhere(options);
  assert.equal(second.said.code, 'DATA_IN_USE');
  assert.match(second.said.message, new RegExp(`process ${first.child.pid} uses`));

  first.child.kill('SIGKILL');
  await once(first.child, 'exit');
  const third = await startServers(options);
  assert.ok(first.said.pids.every(isGone));
  assert.equal(statSync(join(dataDir, 'secrets.json')).mode & 0o777, 0o600);
  assert.match(third.databaseUrl, /^mysql:\/\/granary:[\w-]+@127\.0\.0\.1:\d+\/granary$/);
  await third.stop();
  assert.equal(existsSync(join(dataDir, 'in-use.json')), false);
});

test('a port that another program holds is named', async () => {
  const other = createServer();
  await new Promise((resolve) => other.listen(0, '127.0.0.1', resolve));
  const { port } = other.address();
  await assert.rejects(startServers({ redisPort: port }), {
    code: 'PORT_IN_USE',
    message: new RegExp(`^Port ${port} for Redis is in use`),
  });
  other.close();
  assert.deepEqual(foldersOf(process.pid), []);
});

test('where there are no servers, the message says how to get them', async () => {
  process.env.GRANARY_SERVERS = 'unpacked';
  try {
    const search = findBinaries({ cacheDir: join(work, 'empty'), allowUnpack: false });
    await assert.rejects(search, {
      code: 'NOT_FOUND',
      message: /needs a MariaDB[\s\S]*docker compose up[\s\S]*DATABASE_URL/,
    });
  } finally {
    delete process.env.GRANARY_SERVERS;
  }
});

const slow = { skip: process.env.GRANARY_SLOW === '1' ? false : 'GRANARY_SLOW=1 runs it: it fetches packages' };

for (const engine of ['mariadb', 'mysql']) {
  test(`${engine} is unpacked where nothing is installed`, slow, async () => {
    process.env.GRANARY_SERVERS = 'unpacked';
    try {
      const servers = await startServers({ engine, cacheDir: join(work, engine) });
      assert.deepEqual([servers.engine, servers.source], [engine, 'unpacked']);
      await servers.stop();
      assert.deepEqual(
        readdirSync(join(work, engine)).filter((name) => name.startsWith('granary-')),
        [],
      );
    } finally {
      delete process.env.GRANARY_SERVERS;
    }
  });
}
