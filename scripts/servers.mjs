// The face of everything that finds, unpacks, starts and stops database and Redis servers for Granary. Servers listen on
// the loopback address only, and none of them outlives the process that started it. Types are in servers.d.mts.
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startSingleDatabase, startSingleRedis, startSingleSentinel } from './servers/single.mjs';
import { startEphemeral, startLasting } from './servers/start.mjs';
import { findDatabaseTools as findTools } from './servers/tools.mjs';

export { currentUse, encryptionKeysOf, noteUser } from './servers/data-folder.mjs';
export { ServersError } from './servers/errors.mjs';
export { findBinaries } from './servers/find.mjs';
export { guard, run, stopAll } from './servers/guard.mjs';
export { isPortFree } from './servers/ports.mjs';

const project = fileURLToPath(new URL('../', import.meta.url));
export const defaultCacheDir = join(project, '.granary', 'servers');
export const defaultDataDir = join(project, '.granary', 'data');

export async function startServers(options = {}) {
  const { engine = 'mariadb', cacheDir = defaultCacheDir, dataDir = defaultDataDir, onProgress = () => {} } = options;
  const settled = { ...options, engine, cacheDir, onProgress };
  return options.ephemeral === false ? startLasting({ ...settled, dataDir }) : startEphemeral(settled);
}

const alone = (start) => (options) =>
  start({ engine: 'mariadb', cacheDir: defaultCacheDir, onProgress: () => {}, ...options });
export const startDatabaseServer = alone(startSingleDatabase);
export const startRedisServer = alone(startSingleRedis);
export const startSentinelServer = alone(startSingleSentinel);
export const findDatabaseTools = alone(findTools);
