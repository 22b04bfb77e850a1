/** Opens the pool of connections as a TypeORM data source: right driver type, equal session settings, bounded queue, exact values. */
import mysql2, { type ConnectionOptions, type Pool, type PoolConnection, type PoolOptions } from 'mysql2';
import { createConnection, type Connection } from 'mysql2/promise';
import { DataSource, type EntitySchema } from 'typeorm';
import { engineOf, poolIdleMs, sessionStatements, TELL_POSITION, type Engine } from './database-session.ts';
import { MIGRATE_COMMAND } from './migration-record.ts';
import { databaseTarget, describeTarget, type DatabaseTarget } from './database-url.ts';

export interface DatabaseOptions {
  readonly url: string;
  readonly poolSize: number;
  readonly entities: readonly EntitySchema[];
  /** Whether the answer to a COMMIT shall name its place among all transactions, for replicas to wait for. */
  readonly tellsPosition?: boolean;
}

/** Waiters beyond this many times the pool are turned away at once: a longer queue only answers past every deadline. */
export const QUEUE_PER_CONNECTION = 100;
const CONNECT_TIMEOUT_MS = 3_000;
const KEEP_ALIVE_MS = 10_000;

/** Times and big numbers arrive as text: a JS Date loses microseconds, a JS number loses digits beyond 2^53. */
const EXACT_VALUES = {
  charset: 'utf8mb4_bin',
  timezone: 'Z',
  supportBigNumbers: true,
  bigNumberStrings: true,
  dateStrings: true,
  // A unit of work sends what it writes in one packet; values are always parameters.
  multipleStatements: true,
  connectTimeout: CONNECT_TIMEOUT_MS,
} as const;

/** Thrown when the database cannot be used at all; its message says what to do and holds no password. */
export class DatabaseUnusableError extends Error {
  override readonly name = 'DatabaseUnusableError';
}

/** An initialised data source. It asks for the server's version first, as TypeORM's driver type depends on it. */
export async function openDatabase(options: DatabaseOptions): Promise<DataSource> {
  const target = databaseTarget(options.url);
  const engine = await askEngine(target);
  const statements = [...sessionStatements(engine), ...(options.tellsPosition === true ? [TELL_POSITION[engine]] : [])];
  const dataSource = new DataSource({
    type: engine,
    driver: { ...mysql2, createPool: (pool: PoolOptions) => createPool(pool, statements) },
    ...(target.socketPath === undefined ? { host: target.host, port: target.port } : { socketPath: target.socketPath }),
    username: target.user,
    password: target.password,
    database: target.database,
    ...(target.tls ? { ssl: {} } : {}),
    ...EXACT_VALUES,
    poolSize: options.poolSize,
    entities: [...options.entities],
    synchronize: false,
    migrationsRun: false,
    logging: false,
    extra: poolLimits(options.poolSize, engine),
  });
  return dataSource.initialize();
}

/** One connection outside the pool, with the same session settings; for migrations and for looking at a server. */
export async function openConnection(
  target: DatabaseTarget,
): Promise<{ connection: Connection; engine: Engine; version: string }> {
  const connection = await connect(target);
  try {
    const version = await askVersion(connection);
    const engine = engineOf(version);
    for (const statement of sessionStatements(engine)) await connection.query(statement);
    return { connection, engine, version };
  } catch (error) {
    connection.destroy();
    throw error;
  }
}

async function askEngine(target: DatabaseTarget): Promise<Engine> {
  const connection = await connect(target);
  try {
    return engineOf(await askVersion(connection));
  } finally {
    connection.destroy();
  }
}

async function askVersion(connection: Connection): Promise<string> {
  const [rows] = await connection.query({ sql: 'SELECT VERSION()', rowsAsArray: true });
  return String((rows as unknown[][])[0]?.[0] ?? '');
}

async function connect(target: DatabaseTarget): Promise<Connection> {
  try {
    return await createConnection(connectionOptions(target));
  } catch (error) {
    throw unusable(target, error);
  }
}

function connectionOptions(target: DatabaseTarget): ConnectionOptions {
  return {
    ...(target.socketPath === undefined ? { host: target.host, port: target.port } : { socketPath: target.socketPath }),
    user: target.user,
    password: target.password,
    ...(target.database === '' ? {} : { database: target.database }),
    ...(target.tls ? { ssl: {} } : {}),
    ...EXACT_VALUES,
  };
}

function poolLimits(poolSize: number, engine: Engine): PoolOptions {
  return {
    queueLimit: QUEUE_PER_CONNECTION * poolSize,
    enableKeepAlive: true,
    keepAliveInitialDelay: KEEP_ALIVE_MS,
    // The driver closes idle connections only where fewer idle ones than the limit are wanted.
    maxIdle: Math.max(1, poolSize - 1),
    idleTimeout: poolIdleMs(engine),
    // Closed with a word to the server, which otherwise notes each as a broken connection.
    gracefulEnd: true,
  };
}

/**
 * The settings are queued on a new connection before the pool hands it out, and the driver keeps the order of a
 * connection's statements, so they are in force before the first one of the caller. TypeORM opens its first connection
 * while it initialises, which is why the pool itself is wrapped. A connection that refuses its settings is not usable.
 */
function createPool(options: PoolOptions, statements: readonly string[]): Pool {
  const pool = mysql2.createPool(options);
  pool.on('connection', (connection: PoolConnection) => {
    // Whoever uses the connection gets the error; a second one, on a connection already lost, must not end the process.
    connection.on('error', () => undefined);
    for (const statement of statements) {
      connection.query(statement, (error) => {
        if (error !== null) connection.destroy();
      });
    }
  });
  return pool;
}

function unusable(target: DatabaseTarget, error: unknown): Error {
  const { code = '', errno = 0 } = error as { code?: string; errno?: number };
  const place = describeTarget(target);
  const text = hint(errno, code);
  return text === undefined
    ? (error as Error)
    : new DatabaseUnusableError(`The database ${place} cannot be used: ${text}`, { cause: error });
}

function hint(errno: number, code: string): string | undefined {
  if (errno === 1049) return `it does not exist yet. Run ${MIGRATE_COMMAND}, which creates it`;
  if (errno === 1044 || errno === 1045 || errno === 1698)
    return 'the server refuses this user or password. Check DATABASE_URL and the rights of the user';
  if (code === 'ECONNREFUSED' || code === 'ENOENT')
    return 'nothing listens there. Start the server, or check DATABASE_URL';
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return 'the host name is not known. Check DATABASE_URL';
  if (code === 'ETIMEDOUT') return `the server does not answer within ${CONNECT_TIMEOUT_MS} ms`;
  return undefined;
}
