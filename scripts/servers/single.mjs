// Starts servers one by one on throw-away data, for those who join several to a cluster: a database that others can copy
// from, a Redis that follows another, a Sentinel that watches both.
import { join } from 'node:path';
import { replicatedAccounts, startDatabase } from './database.mjs';
import { findBinaries } from './find.mjs';
import { manage } from './managed.mjs';
import { startRedis } from './redis.mjs';
import { newScratch } from './scratch.mjs';
import { startSentinel } from './sentinel.mjs';
import { templateFor } from './template.mjs';

/** @param {import('../servers.d.mts').SingleDatabaseOptions & { cacheDir: string, onProgress: (line: string) => void }} options */
export async function startSingleDatabase(options) {
  const { database: program } = await findBinaries(options);
  const template = await templateFor(program, options.cacheDir);
  const { serverId, durable = false, bufferPoolMb = 64 } = options;
  let dataDir;
  const launch = (port, again) => {
    const scratch = newScratch({ durable });
    // The first guardian owns the data and removes it at the end, also after its server was killed and started again.
    dataDir = again ? dataDir : join(scratch, 'data');
    const accounts = replicatedAccounts(program.flavour);
    const settings = { scratch, dataDir, port, durable, bufferPoolMb, serverId, accounts, graceSeconds: 0 };
    return startDatabase(program, again ? settings : { ...settings, template });
  };
  const server = await manage(launch, { what: 'a database' });
  return Object.assign(server, { engine: program.flavour, version: program.version });
}

/** @param {import('../servers.d.mts').SingleRedisOptions & { cacheDir: string, onProgress: (line: string) => void }} options */
export async function startSingleRedis(options) {
  const { redis: program } = await findBinaries(options);
  const { replicaOf } = options;
  return manage((port) => startRedis(program, { port, replicaOf, scratch: newScratch() }), { what: 'a Redis' });
}

/** @param {import('../servers.d.mts').SingleSentinelOptions & { cacheDir: string, onProgress: (line: string) => void }} options */
export async function startSingleSentinel(options) {
  const { redis: program } = await findBinaries(options);
  const { name, masterPort, quorum } = options;
  const launch = (port) => startSentinel(program, { port, name, masterPort, quorum, scratch: newScratch() });
  return manage(launch, { what: 'a Sentinel' });
}
