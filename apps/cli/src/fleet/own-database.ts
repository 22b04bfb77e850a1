/** An empty database on servers of the command line's own, migrated: what wipes, races and replays never meets a user's data. */
import { migrations } from '@granary/platform/schema';
import { type Config, parseConfig } from '@granary/platform/env';
import { silentLog } from '@granary/platform/log';
import { migrate } from '@granary/platform/migration-runner';
import { createTestDatabase, testServers } from '@granary/testkit/servers';

export interface OwnDatabase {
  readonly databaseUrl: string;
  readonly redisUrl: string;
  readonly engine: 'mariadb' | 'mysql';
  /** A configuration for it; the settings are those of the environment table. */
  config(settings?: Readonly<Record<string, string>>): Config;
  /** Drops the database; the servers stay for the next one and end with the process. */
  drop(): Promise<void>;
}

export async function openOwnDatabase(name: string): Promise<OwnDatabase> {
  const { redisUrl, engine } = await testServers();
  const { url: databaseUrl, drop } = await createTestDatabase(name);
  await migrate({ url: databaseUrl, migrations, log: silentLog });
  const fixed = {
    ...{ DATABASE_URL: databaseUrl, REDIS_URL: redisUrl, HOST: '127.0.0.1', PORT: '0', LOG_LEVEL: 'error' },
    // Whoever looks at one process for what another has just done must not be shown what was a moment ago.
    GRANARY_CACHE_ENTRIES: '0',
  };
  return { databaseUrl, redisUrl, engine, config: (settings = {}) => parseConfig({ ...fixed, ...settings }), drop };
}
