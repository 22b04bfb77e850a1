/** Servers of one's own, for tests that kill, stop or restart them: the typed way to scripts/servers.mjs, the only code that starts servers. */
import type { Servers, StartOptions } from '../../../scripts/servers.mjs';

export type { Server, Servers, StartOptions } from '../../../scripts/servers.mjs';

/** Three folders up from src and from dist alike. */
const SERVERS = new URL('../../../scripts/servers.mjs', import.meta.url);

/** Starts an empty database and Redis that end with this process. */
export async function startPrivateServers(options: StartOptions = {}): Promise<Servers> {
  const { startServers } = (await import(SERVERS.href)) as typeof import('../../../scripts/servers.mjs');
  return startServers({ ...options, engine: options.engine ?? wantedEngine() });
}

/** `npm run test:mysql` says so in the environment; it holds for the servers that a test starts by itself, too. */
function wantedEngine(): 'mariadb' | 'mysql' {
  return process.env['GRANARY_TEST_ENGINE'] === 'mysql' ? 'mysql' : 'mariadb';
}
