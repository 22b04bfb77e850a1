// Types of servers.mjs, for the packages that start servers through it (packages/testkit gives it a face).

export type Engine = 'mariadb' | 'mysql';

export interface StartOptions {
  /**
   * 'mariadb' (default): a MariaDB, or an installed MySQL where only that is installed. 'mysql': a true MySQL, nothing else.
   */
  readonly engine?: Engine;
  /** true (default): empty throw-away data, root without password. false: durable, on `dataDir`, user with a password. */
  readonly ephemeral?: boolean;
  /** Only for lasting servers. Default: .granary/data of the project. */
  readonly dataDir?: string;
  /** Where unpacked servers and templates are kept. Default: .granary/servers of the project. */
  readonly cacheDir?: string;
  /** Without it a free port is chosen; a given one that is taken is an error. */
  readonly databasePort?: number;
  readonly redisPort?: number;
  /** Flush to disk at every commit. Default: not for ephemeral servers (these lose nothing by a kill, only by a power cut). */
  readonly durable?: boolean;
  /** Default: 128 for ephemeral servers, 256 for lasting ones. */
  readonly bufferPoolMb?: number;
  readonly allowUnpack?: boolean;
  readonly onProgress?: (line: string) => void;
}

export interface Server {
  readonly port: number;
  /** Of the server itself, so a test may SIGSTOP or SIGKILL it. Changes with `restart`. */
  readonly pid: number;
  /** Resolves with the exit code when the present process of this server has ended. */
  readonly exited: Promise<number>;
  /** Sends a signal (default SIGKILL) and waits until the process is gone. Its data stay until `stop`. */
  kill(signal?: NodeJS.Signals): Promise<void>;
  /** Kills it if it still runs and starts it again on the same port and data; Redis comes back empty. */
  restart(): Promise<void>;
  /** Ends it and removes what it kept, unless it is lasting. */
  stop(): Promise<void>;
}

export interface Servers {
  /**
   * Ephemeral: `mysql://root@127.0.0.1:PORT`, without a database name. Lasting: with user, password and the database `granary`.
   */
  readonly databaseUrl: string;
  readonly redisUrl: string;
  /** What was really started. */
  readonly engine: Engine;
  readonly version: string;
  readonly source: 'path' | 'unpacked';
  readonly database: Server;
  readonly redis: Server;
  readonly pids: readonly number[];
  /** Ends both and resolves when the processes and, if ephemeral, their data are gone. */
  stop(): Promise<void>;
}

/**
 * Starts a database and a Redis on 127.0.0.1. They end with this process even if it is killed, and they do not keep its
 * event loop alive. Raises ServersError with a message for the person at the terminal.
 */
export function startServers(options?: StartOptions): Promise<Servers>;

export interface SingleOptions {
  readonly cacheDir?: string;
  readonly onProgress?: (line: string) => void;
}

export interface SingleDatabaseOptions
  extends SingleOptions, Pick<StartOptions, 'engine' | 'durable' | 'bufferPoolMb'> {
  /** From 1; servers of one cluster differ in it. */
  readonly serverId: number;
}

export interface SingleRedisOptions extends SingleOptions {
  /** The port of the Redis that it follows. */
  readonly replicaOf?: number;
}

export interface SingleSentinelOptions extends SingleOptions {
  /** What the watched master is called. */
  readonly name: string;
  readonly masterPort: number;
  /** How many Sentinels must agree that it is gone. */
  readonly quorum: number;
}

/**
 * A database alone, on throw-away data, with a binary log. `root` (no password) may do all; `granary` (password the same) all
 * with data but writing to a server that only reads; `copier` (likewise) reads the log. None of these is copied to others.
 */
export function startDatabaseServer(
  options: SingleDatabaseOptions,
): Promise<Server & { readonly engine: Engine; readonly version: string }>;
/** A Redis alone. After `restart` it is empty, and what it was at first: a master, or a replica of that master. */
export function startRedisServer(options?: SingleRedisOptions): Promise<Server>;
export function startSentinelServer(options: SingleSentinelOptions): Promise<Server>;

/**
 * The client, the dump and the reader of binary logs of an engine, each under its own name; unpacked if they are not
 * installed. `path` is the folder to put in front of PATH, empty when they are there already.
 */
export function findDatabaseTools(
  options: SingleOptions & Pick<StartOptions, 'engine'>,
): Promise<{ readonly path: string }>;

export interface Program {
  readonly flavour: 'mariadb' | 'mysql' | 'redis';
  readonly version: string;
  readonly source: 'path' | 'unpacked';
  readonly command: readonly string[];
}

/** Finds the programs (on PATH, unpacked before, or unpacked now) without starting anything. */
export function findBinaries(options: {
  readonly engine?: Engine;
  readonly cacheDir: string;
  readonly allowUnpack?: boolean;
  readonly onProgress?: (line: string) => void;
}): Promise<{ readonly database: Program; readonly redis: Program }>;

/** Who uses a lasting data folder at this moment, and how to reach its servers; undefined when nobody does. */
export function currentUse(
  dataDir: string,
): { readonly owner: { readonly pid: number }; readonly databaseUrl?: string; readonly redisUrl?: string } | undefined;

export function isPortFree(port: number): Promise<boolean>;

export class ServersError extends Error {
  readonly code: 'NOT_FOUND' | 'UNPACK_FAILED' | 'START_FAILED' | 'PORT_IN_USE' | 'DATA_IN_USE';
  constructor(code: ServersError['code'], message: string);
}

export const defaultCacheDir: string;
export const defaultDataDir: string;
