/** Servers of one's own, for tests that kill, stop or restart them: the typed way to scripts/servers.mjs, the only code that starts servers. */
import type {
  Engine,
  Server,
  Servers,
  SingleDatabaseOptions,
  SingleRedisOptions,
  SingleSentinelOptions,
  StartOptions,
} from '../../../scripts/servers.mjs';

export type { Engine, Server, Servers, StartOptions } from '../../../scripts/servers.mjs';
export type DatabaseServer = Server & { readonly engine: Engine; readonly version: string };

/** Three folders up from src and from dist alike. */
const SERVERS = new URL('../../../scripts/servers.mjs', import.meta.url);
const scripts = () => import(SERVERS.href) as Promise<typeof import('../../../scripts/servers.mjs')>;

/** Starts an empty database and Redis that end with this process. */
export async function startPrivateServers(options: StartOptions = {}): Promise<Servers> {
  return (await scripts()).startServers({ ...options, engine: options.engine ?? wantedEngine() });
}

/** One of several databases that copy each other, see scripts/servers.d.mts. */
export async function startDatabaseServer(options: SingleDatabaseOptions): Promise<DatabaseServer> {
  return (await scripts()).startDatabaseServer({ ...options, engine: options.engine ?? wantedEngine() });
}

export async function startRedisServer(options: SingleRedisOptions = {}): Promise<Server> {
  return (await scripts()).startRedisServer(options);
}

export async function startSentinelServer(options: SingleSentinelOptions): Promise<Server> {
  return (await scripts()).startSentinelServer(options);
}

/** The folder, for the front of PATH, in which the programs are that back up and restore the database of these tests. */
export async function databaseToolsPath(): Promise<string> {
  return (await (await scripts()).findDatabaseTools({ engine: wantedEngine() })).path;
}

/** `npm run test:mysql` says so in the environment; it holds for the servers that a test starts by itself, too. */
function wantedEngine(): Engine {
  return process.env['GRANARY_TEST_ENGINE'] === 'mysql' ? 'mysql' : 'mariadb';
}
