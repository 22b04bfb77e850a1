/**
 * A whole site on this machine: a primary database with a replica, Redis under Sentinels, api and worker processes behind one
 * address, a receiver of webhooks, and an engine beside them that looks. All of it is gone afterwards.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { webhookCreateInput } from '@granary/contracts/webhook';
import { parseConfig } from '@granary/platform/env';
import { type Granary, openGranary } from '@granary/platform/granary';
import { silentLog } from '@granary/platform/log';
import { migrate } from '@granary/platform/migration-runner';
import { migrations } from '@granary/platform/schema';
import { type DatabasePair, startDatabasePair } from '@granary/testkit/cluster/database-pair';
import { type RedisSentinels, startRedisSentinels } from '@granary/testkit/cluster/redis-sentinels';
import { startChild } from '../events/child.ts';
import { type Journal, readJournal } from '../events/note.ts';
import { placeWitness } from '../events/witness.ts';
import { callHere } from '../fleet/call-here.ts';
import { type Closing, createClosing } from '../fleet/closing.ts';
import { openRelay } from '../fleet/relay.ts';
import { openPrograms, type Programs } from './programs.ts';

export interface SiteOptions {
  readonly engine?: DatabasePair['engine'] | undefined;
  readonly apis: number;
  readonly workers: number;
  /** Whether reading calls may be answered by the replica. */
  readonly readsReplica?: boolean;
  /** Variables of the environment table, beside those that name the servers. */
  readonly settings?: Readonly<Record<string, string>>;
}

export interface Site {
  readonly pair: DatabasePair;
  readonly redis: RedisSentinels;
  readonly programs: Programs;
  /** Sees the database as the programs do. */
  readonly granary: Granary;
  /** What the receiver of webhooks was told. */
  journal(): Journal;
  /** From now on the address of the database leads to the replica, as a proxy or a name would after a promotion. */
  moveDatabase(): void;
  close(): Promise<void>;
}

const DATABASE = 'granary';
const HOOK = 'all';
/** 32 bytes that everybody may know. */
const KEY = Buffer.from(Array.from({ length: 32 }, (_, each) => each)).toString('base64');

export async function openSite(options: SiteOptions): Promise<Site> {
  const closing = createClosing();
  try {
    return await open(options, closing);
  } catch (error) {
    await closing.close();
    throw error;
  }
}

async function open({ engine, apis, workers, ...more }: SiteOptions, closing: Closing): Promise<Site> {
  const pair = await startDatabasePair({ engine, semiSync: true, durable: true });
  closing.add(() => pair.stop());
  const redis = await startRedisSentinels();
  closing.add(() => redis.stop());
  let current = pair.primary;
  const door = await openRelay(() => current.url);
  closing.add(() => door.shut());
  await pair.primary.ask(`CREATE DATABASE IF NOT EXISTS ${DATABASE} CHARACTER SET utf8mb4`);
  const url = `mysql://granary:granary@127.0.0.1:${door.port}/${DATABASE}`;
  await migrate({ url, migrations, log: silentLog });
  const all = {
    ...{ DATABASE_URL: url, REDIS_URL: redis.url, HOST: '127.0.0.1', ENCRYPTION_KEYS: `cluster:${KEY}` },
    ...{ STOCK_WEBHOOK_ALLOW_PRIVATE: 'true', DATABASE_POOL: '16', ...more.settings },
    ...(more.readsReplica === true ? { DATABASE_REPLICA_URLS: `${pair.replica.url}/${DATABASE}` } : {}),
  };
  // It looks at what others have written, so it keeps nothing and asks the primary.
  const looking = { ...all, STOCK_LOCK: 'none', PORT: '0', GRANARY_CACHE_ENTRIES: '0', DATABASE_REPLICA_URLS: '' };
  const granary = await openGranary(parseConfig(looking), { log: silentLog });
  closing.add(() => granary.close());
  await placeWitness(granary.dataSource);
  const journal = await receiver(granary, closing);
  const programs = await openPrograms(all);
  closing.add(() => programs.stop());
  for (let each = 0; each < workers; each += 1) programs.startWorker();
  await Promise.all(Array.from({ length: apis }, () => programs.startApi()));
  return {
    ...{ pair, redis, programs, granary, journal },
    moveDatabase() {
      current = pair.replica;
      door.cut();
    },
    close: () => closing.close(),
  };
}

/** One webhook for everything, with a receiver in a process of its own that keeps a journal. */
async function receiver(granary: Granary, closing: Closing): Promise<() => Journal> {
  const folder = await mkdtemp(join(tmpdir(), 'granary-cluster-'));
  closing.add(() => rm(folder, { recursive: true, force: true }));
  const child = await startChild('receiver-process', { kind: 'receive', folder });
  closing.add(() => child.stop());
  const input = webhookCreateInput.parse({ url: `http://127.0.0.1:${child.ready.port}/${HOOK}` });
  const { secret } = await granary.domain.webhooks.create(input, callHere());
  const told = child.next('hooked', 5_000);
  child.send({ kind: 'hook', hook: { name: HOOK, secret: secret ?? '', manner: { kind: 'good' } } });
  await told;
  return () => readJournal(join(folder, `${HOOK}.jsonl`));
}
