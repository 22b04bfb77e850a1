/** Everything that reading calls are answered from beside the primary: kept answers, and replicas. */
import type { DomainPorts } from '@granary/domain/ports/domain-ports';
import type { DataSource, EntitySchema } from 'typeorm';
import { databaseIdentity } from '../database-identity.ts';
import { openDatabase } from '../database.ts';
import type { Config } from '../env.ts';
import type { Log } from '../log.ts';
import { createReplicaSet, type ReplicaCounters } from '../replicas/replica-set.ts';
import { openCachedReads } from './cached-reads.ts';
import type { CacheCounters } from './read-cache.ts';

export interface ReadCounters {
  readonly cache: CacheCounters;
  readonly replicas: ReplicaCounters;
}

export interface ReadSide {
  readonly ports: Pick<DomainPorts, 'cache' | 'onChanged' | 'replicas'>;
  counters(): ReadCounters;
  close(): Promise<void>;
}

interface ReadSideParts {
  readonly config: Config;
  readonly dataSource: DataSource;
  readonly entities: readonly EntitySchema[];
  readonly log: Log;
}

const NO_CACHE: CacheCounters = { hits: 0, sharedHits: 0, misses: 0, joined: 0 };
const NO_REPLICAS: ReplicaCounters = { served: 0, declined: 0 };

export async function openReadSide(parts: ReadSideParts): Promise<ReadSide> {
  const { config, dataSource, log } = parts;
  const { redisUrl, cacheEntries: entries } = config;
  const replicas = replicasOf(parts);
  const cached =
    entries === 0
      ? undefined
      : await openCachedReads({ entries, redisUrl, log, database: await databaseIdentity(dataSource) });
  return {
    ports: { cache: cached?.cache, onChanged: cached?.changed, replicas },
    counters: () => ({ cache: cached?.counters() ?? NO_CACHE, replicas: replicas?.counters() ?? NO_REPLICAS }),
    close: async () => {
      cached?.close();
      await replicas?.close();
    },
  };
}

function replicasOf({ config, dataSource, entities, log }: ReadSideParts) {
  const { databaseReplicaUrls: urls, databasePool: poolSize } = config;
  if (urls.length === 0) return undefined;
  return createReplicaSet({
    primary: dataSource,
    engine: dataSource.options.type === 'mariadb' ? 'mariadb' : 'mysql',
    count: urls.length,
    open: (at) => openDatabase({ url: urls[at] ?? '', poolSize, entities }),
    log,
  });
}
