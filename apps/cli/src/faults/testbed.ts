/**
 * Where faults happen: a database and a Redis of its own, which may be killed, an api inside this process whose only way to
 * both leads through fault proxies, the programs as they are deployed, and an engine beside them that looks.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { type RunningApi, startApi } from '@granary/api/start';
import { createClient, type GranaryClient } from '@granary/client';
import { inboundInput } from '@granary/contracts/document';
import type { Tx } from '@granary/domain/persistence/transaction';
import { parseConfig } from '@granary/platform/env';
import { type Granary, type GranaryOverrides, openGranary } from '@granary/platform/granary';
import { silentLog } from '@granary/platform/log';
import { migrate } from '@granary/platform/migration-runner';
import { migrations } from '@granary/platform/schema';
import { createFaultProxy, type FaultProxy } from '@granary/testkit/fault-proxy';
import { type Engine, type Servers, startPrivateServers } from '@granary/testkit/private-servers';
import { createConnection, type Connection, type RowDataPacket } from 'mysql2/promise';
import { openPrograms, type Programs } from '../cluster/programs.ts';
import { callHere } from '../fleet/call-here.ts';
import { type Closing, createClosing } from '../fleet/closing.ts';
import { startFleet } from '../fleet/fleet.ts';
import { type Arena, PROCESSES } from '../races/arena.ts';

export interface Testbed {
  readonly engine: Engine;
  /** Aborted when the run is to end. */
  readonly signal: AbortSignal;
  readonly servers: Servers;
  /** The only way of the api in this process to the database. */
  readonly line: FaultProxy;
  /** The only way of everybody to Redis. */
  readonly redisLine: FaultProxy;
  /** Of whatever is under test in this process; `straight` leads past the proxy of the database. */
  readonly settings: Readonly<Record<string, string>>;
  readonly straight: Readonly<Record<string, string>>;
  readonly api: RunningApi;
  /** Of the api in this process; each call travels alone and is sent once. */
  readonly client: GranaryClient;
  /** Past the proxies, to look and to prepare. */
  readonly looking: Granary;
  /** As root, past the proxies, on a connection of its own for each question. */
  ask(sql: string, parameters?: readonly unknown[]): Promise<readonly Readonly<Record<string, unknown>>[]>;
  /** A session of root that stays open until it is ended. */
  stranger(): Promise<Connection>;
  /** What happens inside each transaction that moves goods, until it is called with nothing. */
  inside(work?: (tx: Tx) => Promise<void>): void;
  /** One more engine over the same database; the bed closes it. */
  open(settings: Readonly<Record<string, string>>, overrides?: GranaryOverrides): Promise<Granary>;
  /** The programs, on the straight way to the database: at least so many apis, and a worker or, where a fault brings its own, none. */
  programs(apis?: number, worker?: 'worker' | 'none'): Promise<Programs>;
  /** Four apis over the same database, for races between processes. */
  arena(): Promise<Arena>;
  /** New SKUs with so much of each, by name. */
  stock(name: string, skus: number, quantity: number): Promise<ReadonlyMap<string, number>>;
  /** A name that nothing else of this bed has. */
  name(of: string): string;
  close(): Promise<void>;
}

const DATABASE = 'granary';
export const DEADLINE_MS = 3_000;
export const POOL = 8;
/** 32 bytes that everybody may know. */
const KEY = Buffer.from(Array.from({ length: 32 }, (_, each) => each)).toString('base64');
const CALL_TIMEOUT_MS = 30_000;

export async function openTestbed(signal: AbortSignal): Promise<Testbed> {
  const closing = createClosing();
  try {
    return { ...(await open(closing)), signal };
  } catch (error) {
    await closing.close();
    throw error;
  }
}

async function open(closing: Closing): Promise<Omit<Testbed, 'signal'>> {
  const servers = await startPrivateServers();
  closing.add(() => servers.stop());
  const { port } = servers.database;
  const rootUrl = `mysql://root@127.0.0.1:${port}/${DATABASE}`;
  await migrate({ url: rootUrl, migrations, log: silentLog });
  const line = await lineTo(port, 'mysql', closing);
  const redisLine = await lineTo(servers.redis.port, 'redis', closing);
  const common = {
    ...{ REDIS_URL: redisLine.urlFor(servers.redisUrl), HOST: '127.0.0.1', PORT: '0', LOG_LEVEL: 'silent' },
    ...{ DATABASE_POOL: String(POOL), REQUEST_DEADLINE_MS: String(DEADLINE_MS), GRANARY_CACHE_ENTRIES: '0' },
    ...{ ENCRYPTION_KEYS: `bed:${KEY}`, STOCK_WEBHOOK_ALLOW_PRIVATE: 'true' },
  };
  const userUrl = await makeUser(rootUrl);
  const straight = { ...common, DATABASE_URL: userUrl };
  const settings = { ...common, DATABASE_URL: line.urlFor(userUrl) };
  const openMore: Testbed['open'] = async (own, overrides = {}) => {
    const granary = await openGranary(parseConfig(own), { log: silentLog, ...overrides });
    closing.add(() => granary.close());
    return granary;
  };
  const looking = await openMore({ ...straight, STOCK_LOCK: 'none', REQUEST_DEADLINE_MS: '30000' });
  let inside: ((tx: Tx) => Promise<void>) | undefined;
  const onHandHandlers = [async (tx: Tx) => await inside?.(tx)];
  const api = await startApi(parseConfig(settings), { log: silentLog, onHandHandlers });
  closing.add(() => api.close().catch(() => undefined));
  let programs: Promise<Programs> | undefined;
  let arena: Promise<Arena> | undefined;
  let names = 0;
  const name = (of: string) => `${of}-${(names += 1)}`;
  return {
    ...{ engine: servers.engine, servers, line, redisLine, settings, straight, api, looking, name, open: openMore },
    client: createClient({ url: api.url, batch: false, retries: 0, timeoutMs: CALL_TIMEOUT_MS }),
    ask: (sql, parameters = []) => asked(rootUrl, sql, parameters),
    stranger: () => createConnection({ uri: rootUrl, multipleStatements: true }),
    inside: (work) => void (inside = work),
    async programs(apis = 1, worker = 'worker') {
      programs ??= openPrograms(straight).then((opened) => (closing.add(() => opened.stop()), opened));
      const running = await programs;
      if (worker === 'none') for (const each of running.workers) await running.kill(each);
      else if (running.workers.length === 0) running.startWorker();
      while (running.apis.length < apis) await running.startApi();
      return running;
    },
    arena: () => (arena ??= openArena(straight, looking, closing)),
    stock: (of, skus, quantity) => stocked(looking, { documentNo: name(of), skus, quantity }),
    close: () => closing.close(),
  };
}

/** As races know it, with room for crowds. */
async function openArena(straight: Testbed['straight'], granary: Granary, closing: Closing): Promise<Arena> {
  const settings = { ...straight, STOCK_LOCK: 'documents', DATABASE_POOL: '64', REQUEST_DEADLINE_MS: '30000' };
  const fleet = await startFleet(PROCESSES, { settings });
  closing.add(() => fleet.stop());
  return {
    ...{ mode: 'documents', fleet, client: fleet.member(0).client, granary, settings },
    async violations() {
      const report = await granary.domain.verify({});
      return report.violations.map(({ invariant, row, detail }) => `${invariant} ${row}: ${detail}`);
    },
    close: () => fleet.stop(),
  };
}

async function lineTo(port: number, protocol: 'mysql' | 'redis', closing: Closing): Promise<FaultProxy> {
  const proxy = await createFaultProxy({ target: { port }, protocol });
  closing.add(() => proxy.close());
  return proxy;
}

/** A server that only reads refuses this one, as it refuses whoever is not its master. */
async function makeUser(rootUrl: string): Promise<string> {
  await asked(rootUrl, `CREATE USER 'app'@'%' IDENTIFIED BY 'app'`, []);
  await asked(rootUrl, `GRANT ALL PRIVILEGES ON ${DATABASE}.* TO 'app'@'%'`, []);
  const url = new URL(rootUrl);
  [url.username, url.password] = ['app', 'app'];
  return url.toString();
}

async function asked(url: string, sql: string, parameters: readonly unknown[]): Promise<readonly RowDataPacket[]> {
  const connection = await createConnection({ uri: url, connectTimeout: 2_000 });
  try {
    const [rows] = await connection.query<RowDataPacket[]>(sql, [...parameters]);
    return Array.isArray(rows) ? rows : [];
  } finally {
    connection.destroy();
  }
}

interface Stocking {
  readonly documentNo: string;
  readonly skus: number;
  readonly quantity: number;
}

async function stocked({ domain }: Granary, { documentNo, skus, quantity }: Stocking) {
  const skuIds = Array.from({ length: skus }, (_, each) => `${documentNo}-S${each}`);
  const lines = skuIds.map((skuId) => ({ skuId, quantity, unitCost: '1.00' }));
  await domain.inbound.purchase(inboundInput.parse({ documentNo, lines }), callHere());
  return new Map(skuIds.map((skuId) => [skuId, quantity]));
}

const LOOK_EVERY_MS = 20;

/** Answers after how many milliseconds it was so, or undefined when it was not in time. A look that fails saw nothing. */
export async function untilSo(isSo: () => Promise<boolean> | boolean, withinMs: number): Promise<number | undefined> {
  const startedAt = performance.now();
  for (;;) {
    const answer = await Promise.resolve()
      .then(isSo)
      .catch(() => false);
    const ms = Math.round(performance.now() - startedAt);
    if (answer) return ms;
    if (ms > withinMs) return undefined;
    await sleep(LOOK_EVERY_MS);
  }
}
