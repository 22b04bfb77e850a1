/**
 * The servers that tests talk to: those that `npm test` names in GRANARY_TEST_*, else private ones that this process starts once.
 * DATABASE_URL and REDIS_URL are never read: tests wipe and corrupt, and must not meet a user's database.
 */
import { randomBytes } from 'node:crypto';
import { createConnection, type RowDataPacket } from 'mysql2/promise';
import { startPrivateServers } from './private-servers.ts';

export interface TestServers {
  /** Without a database name, such as `mysql://root@127.0.0.1:3307`. */
  readonly databaseUrl: string;
  readonly redisUrl: string;
  readonly engine: 'mariadb' | 'mysql';
  /** Ends what this process started; servers that were handed in are left alone. */
  stop(): Promise<void>;
}

export interface TestDatabase {
  readonly url: string;
  drop(): Promise<void>;
}

let started: Promise<TestServers> | undefined;

export interface WantedServers {
  readonly engine?: TestServers['engine'] | undefined;
  /** Whether a COMMIT is flushed; servers that were handed in are as they are. */
  readonly durable?: boolean;
}

/** The same servers for every caller of one process; the first one may ask for certain ones. */
export function testServers(wanted: WantedServers = {}): Promise<TestServers> {
  started ??= openServers(wanted).catch((error: unknown) => {
    started = undefined;
    throw error;
  });
  return started;
}

async function openServers({ engine, durable = false }: WantedServers): Promise<TestServers> {
  const handedIn = serversFromEnvironment();
  if (handedIn !== undefined && (engine ?? handedIn.engine) === handedIn.engine) return handedIn;
  const own = await startPrivateServers(engine === undefined ? { durable } : { engine, durable });
  return {
    databaseUrl: own.databaseUrl,
    redisUrl: own.redisUrl,
    engine: own.engine,
    async stop() {
      started = undefined;
      await own.stop();
    },
  };
}

function serversFromEnvironment(): TestServers | undefined {
  const {
    GRANARY_TEST_DATABASE_URL: databaseUrl,
    GRANARY_TEST_REDIS_URL: redisUrl,
    GRANARY_TEST_ENGINE: engine,
  } = process.env;
  if (databaseUrl === undefined || redisUrl === undefined) return undefined;
  return {
    databaseUrl: databaseUrl.replace(/\/+$/, ''),
    redisUrl,
    engine: engine === 'mysql' ? 'mysql' : 'mariadb',
    stop: () => Promise.resolve(),
  };
}

/** Makes an empty utf8mb4 database with a random name that begins with `name`. */
export async function createTestDatabase(name = 'test'): Promise<TestDatabase> {
  const { databaseUrl } = await testServers();
  const database = `granary_${name.replace(/\W/g, '_').slice(0, 30)}_${randomBytes(6).toString('hex')}`;
  await execute(databaseUrl, `CREATE DATABASE \`${database}\` CHARACTER SET utf8mb4`);
  return {
    url: `${databaseUrl}/${database}`,
    drop: () => execute(databaseUrl, `DROP DATABASE IF EXISTS \`${database}\``),
  };
}

async function execute(url: string, statement: string): Promise<void> {
  const connection = await createConnection({ uri: url });
  try {
    await connection.query<RowDataPacket[]>(statement);
  } finally {
    await connection.end();
  }
}
