// Starts a database and a Redis together, either for a few seconds on throw-away data or for good on the project's own
// data folder, and hands back one object that knows both.
import { join } from 'node:path';
import {
  engineIn,
  leaveDataFolder,
  noteUse,
  prepareDatabaseFolder,
  secretsOf,
  takeDataFolder,
} from './data-folder.mjs';
import { lastingAccounts, startDatabase, testAccounts } from './database.mjs';
import { findBinaries } from './find.mjs';
import { manage } from './managed.mjs';
import { startRedis } from './redis.mjs';
import { newScratch } from './scratch.mjs';
import { templateFor } from './template.mjs';

/** @param {import('../servers.d.mts').StartOptions & { cacheDir: string, onProgress: (line: string) => void }} options */
export async function startEphemeral(options) {
  const programs = await findBinaries(options);
  const template = await templateFor(programs.database, options.cacheDir);
  const { durable = false, bufferPoolMb = 128 } = options;
  let dataDir;
  const launchDatabase = (port, again) => {
    const scratch = newScratch({ durable });
    // The first guardian owns the data and removes it at the end, also after its server was killed and started again.
    dataDir = again ? dataDir : join(scratch, 'data');
    const settings = { scratch, dataDir, port, durable, bufferPoolMb, accounts: testAccounts(), graceSeconds: 0 };
    return startDatabase(programs.database, again ? settings : { ...settings, template });
  };
  const pair = await startPair({ options, liked: {}, programs, launchDatabase });
  return { ...pair, databaseUrl: `mysql://root@127.0.0.1:${pair.database.port}` };
}

/** @param {import('../servers.d.mts').StartOptions & { cacheDir: string, dataDir: string, onProgress: (line: string) => void }} options */
export async function startLasting(options) {
  const { dataDir, durable = true, bufferPoolMb = 256 } = options;
  await takeDataFolder(dataDir, options.onProgress);
  try {
    // Data that one kind of database wrote cannot be read by the other, whatever is installed today.
    const programs = await findBinaries({ ...options, engine: engineIn(dataDir) ?? options.engine });
    const { flavour } = programs.database;
    const folder = prepareDatabaseFolder(dataDir, flavour, await templateFor(programs.database, options.cacheDir));
    const secrets = secretsOf(dataDir);
    const settings = { dataDir: folder, durable, bufferPoolMb, accounts: lastingAccounts(secrets), graceSeconds: 10 };
    const launchDatabase = (port) => startDatabase(programs.database, { ...settings, scratch: newScratch(), port });
    const pair = await startPair({ options, liked: { database: 13_306, redis: 16_379 }, programs, launchDatabase });
    const databaseUrl = `mysql://${secrets.user}:${secrets.password}@127.0.0.1:${pair.database.port}/granary`;
    const pids = [pair.database, pair.redis].flatMap((server) => [server.pid, server.guardianPid]);
    noteUse(dataDir, { pids, databaseUrl, redisUrl: pair.redisUrl });
    return { ...pair, databaseUrl, stop: () => pair.stop().finally(() => leaveDataFolder(dataDir)) };
  } catch (error) {
    if (error.code !== 'DATA_IN_USE') leaveDataFolder(dataDir);
    throw error;
  }
}

async function startPair({ options, liked, programs, launchDatabase }) {
  const launchRedis = (port) => startRedis(programs.redis, { port, scratch: newScratch() });
  const results = await Promise.allSettled([
    manage(launchDatabase, { wanted: options.databasePort, liked: liked.database, what: 'the database' }),
    manage(launchRedis, { wanted: options.redisPort, liked: liked.redis, what: 'Redis' }),
  ]);
  const failed = results.find((result) => result.status === 'rejected');
  if (failed !== undefined) {
    await Promise.all(results.map((result) => result.value?.stop()));
    throw failed.reason;
  }
  const [database, redis] = results.map((result) => result.value);
  return {
    engine: programs.database.flavour,
    version: programs.database.version,
    source: programs.database.source,
    database,
    redis,
    redisUrl: `redis://127.0.0.1:${redis.port}`,
    pids: [database.pid, redis.pid],
    stop: async () => void (await Promise.all([database.stop(), redis.stop()])),
  };
}
