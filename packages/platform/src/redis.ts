/** The connection to Redis, set up to fail fast: the client's own defaults wait for seconds, or for ever, and may send a command twice. */
import { Redis, type RedisOptions } from 'ioredis';
import type { Log } from './log.ts';
import { sentinelTarget } from './redis-url.ts';

/** How long one command may take; past it the work goes on without Redis. */
export const COMMAND_TIMEOUT_MS = 100;
const CONNECT_TIMEOUT_MS = 300;
const FIRST_CONNECT_MS = 1_000;
/** A connection that has been silent for this long while something was asked is given up: the network may have swallowed it. */
const SILENCE_MS = 2_000;
const LONGEST_RETRY_MS = 1_000;
const SENTINEL_RETRY_MS = 100;

/** Resolves connected, or after a second without: Redis being away is no reason not to start. It goes on trying by itself. */
export async function openRedis(url: string, log: Log, commandTimeoutMs = COMMAND_TIMEOUT_MS): Promise<Redis> {
  const options: RedisOptions = {
    lazyConnect: true,
    commandTimeout: commandTimeoutMs,
    connectTimeout: CONNECT_TIMEOUT_MS,
    socketTimeout: SILENCE_MS,
    maxRetriesPerRequest: 0,
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    connectionName: 'granary',
    retryStrategy: (times) => Math.min(50 * 2 ** Math.min(times, 10), LONGEST_RETRY_MS) * (0.5 + Math.random() / 2),
    // After a failover the old master only reads; a new connection finds the new one.
    reconnectOnError: (error) => error.message.startsWith('READONLY'),
  };
  const watchers = sentinelOptions(url);
  const redis = watchers === undefined ? new Redis(url, options) : new Redis({ ...options, ...watchers });
  watch(redis, log);
  await Promise.race([
    redis.connect().catch(() => undefined),
    new Promise((resolve) => setTimeout(resolve, FIRST_CONNECT_MS).unref()),
  ]);
  return redis;
}

/**
 * Undefined when the URL names one server. A master that hung and comes back takes writes for seconds although another has
 * replaced it, so the client listens to what the Sentinels say: without that it would lose those writes.
 */
function sentinelOptions(url: string): RedisOptions | undefined {
  const target = sentinelTarget(url);
  if (target === undefined) return undefined;
  const { sentinels, masterName, user, password, database, tls } = target;
  return {
    sentinels: [...sentinels],
    name: masterName,
    role: 'master',
    failoverDetector: true,
    sentinelCommandTimeout: CONNECT_TIMEOUT_MS,
    sentinelRetryStrategy: () => SENTINEL_RETRY_MS,
    sentinelReconnectStrategy: () => LONGEST_RETRY_MS,
    db: database,
    ...(user === '' ? {} : { username: user }),
    ...(password === '' ? {} : { password }),
    ...(tls ? { tls: {}, enableTLSForSentinelMode: true } : {}),
  };
}

/** One line when it goes and one when it comes back, not one for every attempt in between. */
function watch(redis: Redis, log: Log): void {
  let away = false;
  redis.on('error', (error: Error) => {
    if (away) return;
    away = true;
    log('warn', 'Redis is away; work goes on without it', { error });
  });
  redis.on('ready', () => {
    if (away) log('info', 'Redis is back');
    away = false;
  });
}
