/** Where histories are recorded: servers of its own that may be killed, api and worker processes, and a proxy before the database. */
import { createClient, type GranaryClient } from '@granary/client';
import { parseConfig } from '@granary/platform/env';
import { type Granary, openGranary } from '@granary/platform/granary';
import { silentLog } from '@granary/platform/log';
import { migrate } from '@granary/platform/migration-runner';
import { migrations } from '@granary/platform/schema';
import { createFaultProxy, type FaultProxy } from '@granary/testkit/fault-proxy';
import { type Engine, type Servers, startPrivateServers } from '@granary/testkit/private-servers';
import { createConnection } from 'mysql2/promise';
import { openPrograms, type Programs } from '../cluster/programs.ts';
import { type Closing, createClosing } from '../fleet/closing.ts';

export interface Stage {
  readonly servers: Servers;
  /** On the way of the programs to the database. */
  readonly proxy: FaultProxy;
  readonly programs: Programs;
  /** One of each api process; every call is sent once. */
  readonly clients: readonly GranaryClient[];
  /** Looks, past the proxy. */
  readonly granary: Granary;
  close(): Promise<void>;
}

const APIS = 2;
const CALL_TIMEOUT_MS = 8_000;
const DATABASE = 'granary_histories';

export async function openStage(engine?: Engine): Promise<Stage> {
  const closing = createClosing();
  try {
    return await open(engine, closing);
  } catch (error) {
    await closing.close();
    throw error;
  }
}

async function open(engine: Engine | undefined, closing: Closing): Promise<Stage> {
  // What was acknowledged must be there after a kill.
  const servers = await startPrivateServers({ durable: true, ...(engine === undefined ? {} : { engine }) });
  closing.add(() => servers.stop());
  const databaseUrl = await createDatabase(servers.databaseUrl);
  await migrate({ url: databaseUrl, migrations, log: silentLog });
  const proxy = await createFaultProxy({
    target: { port: Number(new URL(databaseUrl).port) },
    protocol: 'mysql',
  });
  closing.add(() => proxy.close());
  const settings = {
    ...{ REDIS_URL: servers.redisUrl, HOST: '127.0.0.1', PORT: '0' },
    // Every call asks for a lock, so that every call meets what becomes of locks. Kept answers are promised to be a second old at most.
    ...{ STOCK_LOCK: 'all', GRANARY_CACHE_ENTRIES: '0', DATABASE_POOL: '24', REQUEST_DEADLINE_MS: '2000' },
  };
  const looking = { ...settings, DATABASE_URL: databaseUrl, STOCK_LOCK: 'none', DATABASE_POOL: '4' };
  const granary = await openGranary(parseConfig({ ...looking, REQUEST_DEADLINE_MS: '60000' }), { log: silentLog });
  closing.add(() => granary.close());
  const programs = await openPrograms({ ...settings, DATABASE_URL: proxy.urlFor(databaseUrl) });
  closing.add(() => programs.stop());
  programs.startWorker();
  await Promise.all(Array.from({ length: APIS }, () => programs.startApi()));
  const clients = programs.apiUrls.map((url) =>
    createClient({ url, retries: 0, timeoutMs: CALL_TIMEOUT_MS, batch: false }),
  );
  return { servers, proxy, programs, clients, granary, close: () => closing.close() };
}

async function createDatabase(serverUrl: string): Promise<string> {
  const connection = await createConnection({ uri: serverUrl });
  try {
    await connection.query(`CREATE DATABASE ${DATABASE} CHARACTER SET utf8mb4`);
  } finally {
    await connection.end();
  }
  return `${serverUrl}/${DATABASE}`;
}
