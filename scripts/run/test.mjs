// `npm test`: one database and one Redis for the whole run, every test of every package through turbo, what failed once more
// at the end, and nothing left afterwards, whether tests pass, fail, or the run is interrupted.
import { defaultCacheDir, findBinaries, startServers } from '../servers.mjs';
import { forgetCoverage, judgeCoverage } from './coverage.mjs';
import { tellingOf } from './failures.mjs';
import { ensureInstalled, turbo } from './pnpm.mjs';
import { root, sharedFolder, tell } from './project.mjs';
import { interruptible } from './signals.mjs';
import { testScripts } from './test-scripts.mjs';
import { watched } from './watched.mjs';

const WITH_DATABASE = ['domain', 'cost', 'platform', 'api', 'worker', 'client', 'cli'].map(
  (name) => `--filter=@granary/${name}`,
);

export const test = (args) =>
  interruptible(async (scope) => {
    // Found or unpacked here, so that everything below finds them at once.
    await findBinaries({ cacheDir: defaultCacheDir, onProgress: tell });
    scope.goOn();
    await ensureInstalled();
    scope.goOn();
    // What a narrower run asks for is a matter of packages; the scripts have tests of their own that belong to the whole,
    // and so has coverage. The scripts mostly wait for processes to come and go, while the packages are built.
    const isWhole = args.length === 0;
    if (isWhole) forgetCoverage();
    const [scripts, packages] = await Promise.all([
      isWhole ? testScripts(scope) : { code: 0, log: '' },
      testPackages(scope, { engine: 'mariadb', args, isMeasured: isWhole }),
    ]);
    scope.goOn();
    return isWhole ? settle(scripts, packages, judged()) : settle(scripts, packages);
  });

export const testMysql = (args) =>
  interruptible(async (scope) =>
    settle(await testPackages(scope, { engine: 'mysql', args: [...WITH_DATABASE, '--filter=./examples/*', ...args] })),
  );

function judged() {
  const coverage = judgeCoverage();
  console.log(`\n${coverage.log}`);
  return coverage;
}

/** @param {{ code: number, log: string }[]} parts */
function settle(...parts) {
  const code = parts.find((part) => part.code !== 0)?.code ?? 0;
  if (code !== 0) console.log(`\n${tellingOf(...parts.map(({ log }) => log))}`);
  return code;
}

async function testPackages(scope, { engine, args, isMeasured = false }) {
  const line = await turbo([
    'build',
    'test',
    '--concurrency=2',
    '--output-logs=new-only',
    '--ui=stream',
    '--continue=dependencies-successful',
    ...args,
  ]);
  scope.goOn();
  tell('starting a database and a Redis for this run');
  const servers = await startServers({ engine, onProgress: tell });
  try {
    tell(`${servers.engine} ${servers.version} and Redis are ready`);
    scope.goOn();
    const env = { ...line.env, ...testEnv(servers), ...(isMeasured && { GRANARY_COVERAGE: '1' }) };
    // Tests wipe and corrupt: they must not even see where the database of a person is.
    for (const name of ['DATABASE_URL', 'REDIS_URL']) delete env[name];
    return await watched(scope, { ...line, env, cwd: root, graceSeconds: 12 });
  } finally {
    await servers.stop();
  }
}

function testEnv(servers) {
  const shared = sharedFolder();
  if (shared === undefined) tell('GRANARY_SHARED names no folder: the tests that read it are skipped');
  return {
    GRANARY_TEST_DATABASE_URL: servers.databaseUrl,
    GRANARY_TEST_REDIS_URL: servers.redisUrl,
    GRANARY_TEST_ENGINE: servers.engine,
    ...(shared === undefined ? {} : { GRANARY_SHARED: shared }),
  };
}
