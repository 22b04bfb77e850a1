// `npm start`: from a clone to a running Granary in one command. It builds, starts the servers, and hands over to the `up`
// command of apps/cli; everything that was started here ends with it.
import {
  currentUse,
  defaultDataDir,
  encryptionKeysOf,
  guard,
  isPortFree,
  noteUser,
  startServers,
} from '../servers.mjs';
import { build } from './pnpm.mjs';
import { childEnv, inProject, RunError, tell } from './project.mjs';
import { interruptible } from './signals.mjs';

const PATIENCE_SECONDS = 15;
const DEFAULT_PORT = 3000;

export async function start(args) {
  const given = givenServers();
  const use = given === undefined ? currentUse(defaultDataDir) : undefined;
  if (use !== undefined) {
    throw new RunError(
      `Granary is already running here (process ${use.owner.pid}): stop it first, with Ctrl-C where it runs.`,
    );
  }
  await refuseTakenPort();
  // Being stopped by hand is how a run of Granary ends well.
  return interruptible((scope) => runGranary(scope, { given, args }), { exitCode: 0 });
}

async function runGranary(scope, { given, args }) {
  tell('building');
  await build();
  scope.goOn();
  const servers = given ?? (await ownServers());
  try {
    scope.goOn();
    const granary = startUp(servers, { args, own: given === undefined });
    scope.mains.add(granary);
    if (given === undefined) noteUser(defaultDataDir, granary.guardianPid);
    const code = await granary.exited;
    await granary.stop();
    tell(`Granary ended with code ${code}`);
    return code;
  } finally {
    await servers.stop?.();
  }
}

/** Said before the wait for a build; the API says it too, should somebody take the port meanwhile. */
async function refuseTakenPort() {
  const port = Number(process.env.PORT || DEFAULT_PORT);
  if (!Number.isInteger(port) || port < 1 || port > 65_535 || (await isPortFree(port))) return;
  throw new RunError(
    `Port ${port} is in use by another program: stop that program, or choose another port, as in "PORT=3001 npm start".`,
  );
}

function givenServers() {
  const { DATABASE_URL: databaseUrl, REDIS_URL: redisUrl } = process.env;
  if (!databaseUrl && !redisUrl) return undefined;
  if (databaseUrl && redisUrl) return { databaseUrl, redisUrl };
  const [set, missing] = databaseUrl ? ['DATABASE_URL', 'REDIS_URL'] : ['REDIS_URL', 'DATABASE_URL'];
  throw new RunError(
    `${set} is set and ${missing} is not: set both to use servers of your own, or neither to have them started.`,
  );
}

async function ownServers() {
  tell('starting a database and a Redis');
  const servers = await startServers({ ephemeral: false, onProgress: tell });
  tell(
    `${servers.engine} ${servers.version} listens on port ${servers.database.port}, Redis on port ${servers.redis.port}`,
  );
  return servers;
}

function startUp(servers, { args, own }) {
  tell('starting Granary');
  const env = childEnv({
    DATABASE_URL: servers.databaseUrl,
    REDIS_URL: servers.redisUrl,
    GRANARY_OWN_SERVERS: own ? '1' : undefined,
    ...(own ? forWebhooks() : {}),
  });
  return guard({
    command: process.execPath,
    args: [inProject('apps/cli/dist/main.js'), 'up', ...args],
    env,
    stdout: 'inherit',
    graceSeconds: PATIENCE_SECONDS,
  });
}

/** So that webhooks work on the first day, to receivers on this machine as well; what the environment says goes first. */
function forWebhooks() {
  const { ENCRYPTION_KEYS: keys, STOCK_WEBHOOK_ALLOW_PRIVATE: allowPrivate } = process.env;
  return {
    ENCRYPTION_KEYS: keys || encryptionKeysOf(defaultDataDir),
    STOCK_WEBHOOK_ALLOW_PRIVATE: allowPrivate || 'true',
  };
}
