// Shows that the verbs end well however they end: run in a copy of the project in which turbo and the CLI are stand-ins,
// so that only the scripts themselves are under test.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { defaultCacheDir } from './servers.mjs';
import { startOf } from './servers/processes.mjs';

const project = fileURLToPath(new URL('../', import.meta.url));
const copy = mkdtempSync(join(tmpdir(), 'granary-run-'));
const runScript = join(copy, 'scripts/run.mjs');

// Builds at once; "tests" until it is ended, or fails when told to.
const TURBO = `#!/bin/sh
case "$*" in *"build test"*) ;; *) exit 0 ;; esac
[ -z "$FAKE_FAILURE" ] || { echo "@granary/x:test:  FAIL  src/x.test.ts > x"; echo "@granary/x:test: Error: y"; exit 7; }
trap 'kill $sleeper; exit 143' TERM
sleep 30317 & sleeper=$!
echo "TESTING $$ $sleeper $GRANARY_TEST_DATABASE_URL $DATABASE_URL"
wait $sleeper`;

const MAIN = `if (process.argv[2] !== 'up') {
  console.log(JSON.stringify({ args: process.argv.slice(2), cwd: process.cwd() }));
  process.exit(5);
}
console.log('UP', process.pid, process.env.DATABASE_URL, process.env.GRANARY_OWN_SERVERS);
console.log('KEYS', process.env.ENCRYPTION_KEYS, process.env.STOCK_WEBHOOK_ALLOW_PRIVATE);
if (process.env.FAKE_FAILURE) process.exit(7);
const timer = setInterval(() => {}, 1000);
process.on('SIGTERM', () => setTimeout(() => { console.log('DRAINED'); clearInterval(timer); }, 300));`;

before(async () => {
  for (const name of ['scripts', 'package.json', 'pnpm-lock.yaml', 'pnpm-workspace.yaml']) {
    cpSync(join(project, name), join(copy, name), { recursive: true });
  }
  write('node_modules/.bin/turbo', TURBO);
  chmodSync(join(copy, 'node_modules/.bin/turbo'), 0o755);
  write('apps/cli/dist/main.js', MAIN);
  // Servers that were unpacked for the project itself serve here as well.
  mkdirSync(defaultCacheDir, { recursive: true });
  mkdirSync(join(copy, '.granary'));
  symlinkSync(defaultCacheDir, join(copy, '.granary/servers'));
  const { stampOf } = await import(pathToFileURL(join(copy, 'scripts/run/pnpm.mjs')).href);
  write('node_modules/.granary-install.json', JSON.stringify({ stamp: stampOf(), pnpmFolder: copy }));
});

after(() => rmSync(copy, { recursive: true, force: true }));

function write(file, text) {
  mkdirSync(join(copy, file, '..'), { recursive: true });
  writeFileSync(join(copy, file), text);
}

/** Starts a verb and waits for a word of its output. `behindShell` is how npm starts it. */
async function begin({ args, word, env = {}, behindShell = false }) {
  const line = behindShell
    ? ['sh', ['-c', `"$0" "$@"; exit $?`, process.execPath, runScript, ...args]]
    : [process.execPath, [runScript, ...args]];
  const child = spawn(line[0], line[1], {
    env: {
      ...process.env,
      npm_lifecycle_event: behindShell ? args[0] : undefined,
      NODE_TEST_CONTEXT: undefined,
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const seen = { text: '' };
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text) => (seen.text += text));
  let over = false;
  const ended = new Promise((resolve) => child.on('close', resolve)).finally(() => (over = true));
  await eventually(() => over || word.test(seen.text), `${word} of ${args}`);
  return { child, seen, ended };
}

async function eventually(condition, what) {
  for (let tries = 0; tries < 250; tries += 1) {
    if (condition()) return;
    await sleep(100);
  }
  assert.fail(`not within 25 s: ${what}`);
}

/** Every process whose command line names this copy: the verb, the guardians, the servers, the stand-ins. */
function survivors() {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && startOf(Number(name)) !== undefined)
    .map((pid) => commandLine(pid))
    .filter((line) => line.includes(copy) || line.includes('sleep 30317'));
}

function commandLine(pid) {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
  } catch {
    return '';
  }
}

const linux = { skip: process.platform === 'linux' ? false : 'looks into /proc' };

for (const [signal, code] of Object.entries({ SIGINT: 130, SIGTERM: 143 })) {
  test(`"test" interrupted by ${signal} leaves no process`, linux, async () => {
    const run = await begin({ args: ['test', '--filter=x'], word: /TESTING/ });
    assert.match(run.seen.text, /TESTING \d+ \d+ mysql:\/\/root@127\.0\.0\.1:\d+ *\n/);
    run.child.kill(signal);
    assert.equal(await run.ended, code);
    assert.deepEqual(survivors(), []);
  });
}

test('"test" that is killed leaves no process', linux, async () => {
  const run = await begin({ args: ['test', '--filter=x'], word: /TESTING/ });
  run.child.kill('SIGKILL');
  await eventually(() => survivors().length === 0, 'everything gone');
});

test('"test" ends when the npm that started it is killed', linux, async () => {
  const run = await begin({ args: ['test', '--filter=x'], word: /TESTING/, behindShell: true });
  run.child.kill('SIGKILL');
  await eventually(() => survivors().length === 0, 'everything gone');
});

test(
  '"test" hides the database of a person, tells at its end what failed, and gives back the code of a failure',
  linux,
  async () => {
    const env = { DATABASE_URL: 'mysql://person@example.invalid/shop', REDIS_URL: 'redis://example.invalid' };
    const seen = await begin({ args: ['test', '--filter=x'], word: /TESTING/, env });
    assert.doesNotMatch(seen.seen.text, /example\.invalid/);
    seen.child.kill('SIGTERM');
    await seen.ended;
    const failing = await begin({ args: ['test', '--filter=x'], word: /never/, env: { FAKE_FAILURE: '1' } });
    assert.equal(await failing.ended, 7);
    assert.match(failing.seen.text, /\nWhat failed:\n\n@granary\/x:test\n FAIL {2}src\/x\.test\.ts > x\nError: y\n$/);
    assert.deepEqual(survivors(), []);
  },
);

test('"start" drains on Ctrl-C, keeps its data, and a second start and a reset are told about it', linux, async () => {
  const first = await begin({ args: ['start'], word: /UP \d+/ });
  assert.match(first.seen.text, /UP \d+ mysql:\/\/granary:\S+\/granary 1/);
  for (const args of [['start'], ['reset', '--yes']]) {
    const other = await begin({ args, word: /never/ });
    assert.equal(await other.ended, 1);
    assert.match(other.seen.text, /Granary is (already )?running/);
  }
  first.child.kill('SIGINT');
  assert.equal(await first.ended, 0);
  assert.match(first.seen.text, /DRAINED/);
  assert.deepEqual(survivors(), []);
  assert.ok(existsSync(join(copy, '.granary/data/mariadb')) || existsSync(join(copy, '.granary/data/mysql')));
});

test('"start" makes a key once, keeps it from others, and leaves to the environment what it says', linux, async () => {
  const keysOf = async (env) => {
    const run = await begin({ args: ['start'], word: /KEYS \S+ \S+\n/, env });
    run.child.kill('SIGINT');
    assert.equal(await run.ended, 0);
    return /KEYS (\S+) (\S+)/.exec(run.seen.text).slice(1);
  };
  const [made, allowPrivate] = await keysOf({});
  assert.match(made, /^own:[A-Za-z0-9+/]{43}=$/);
  assert.equal(allowPrivate, 'true');
  assert.equal(statSync(join(copy, '.granary/data/encryption-keys')).mode & 0o777, 0o600);
  assert.deepEqual(await keysOf({}), [made, 'true']);
  const own = { ENCRYPTION_KEYS: 'a:b', STOCK_WEBHOOK_ALLOW_PRIVATE: 'false' };
  assert.deepEqual(await keysOf(own), ['a:b', 'false']);
});

test('"start" ends with the code of what it started', linux, async () => {
  const run = await begin({ args: ['start'], word: /never/, env: { FAKE_FAILURE: '1' } });
  assert.equal(await run.ended, 7);
  assert.deepEqual(survivors(), []);
});

test('"start" wants both addresses of given servers or none', async () => {
  const run = await begin({ args: ['start'], word: /never/, env: { DATABASE_URL: 'mysql://x' } });
  assert.equal(await run.ended, 1);
  assert.match(run.seen.text, /DATABASE_URL is set and REDIS_URL is not/);
});

test('"cli" prints what the command prints, where the person stands, and ends with its code', () => {
  const env = { ...process.env, INIT_CWD: join(copy, 'scripts') };
  const { status, stdout } = spawnSync(process.execPath, [runScript, 'cli', 'verify', '--json'], {
    encoding: 'utf8',
    env,
  });
  assert.equal(status, 5);
  assert.deepEqual(JSON.parse(stdout), { args: ['verify', '--json'], cwd: realpathSync(join(copy, 'scripts')) });
});

test('"reset" asks first, and deletes when told to', () => {
  const reset = (...args) =>
    spawnSync(process.execPath, [runScript, 'reset', ...args], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  assert.match(reset().stderr, /This deletes all data/);
  assert.equal(reset('--yes').status, 0);
  assert.equal(existsSync(join(copy, '.granary/data')), false);
});

test('every verb explains itself', () => {
  for (const verb of ['start', 'test', 'test:mysql', 'reset', 'check', 'format', 'cli']) {
    const { status, stdout } = spawnSync(process.execPath, [runScript, verb, '--help'], { encoding: 'utf8' });
    assert.equal(status, 0);
    assert.ok(stdout.length > 40, verb);
  }
});
