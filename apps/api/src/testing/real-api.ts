/** An api over a database of its own on the test servers, for tests from the door to the rows. */
import { migrations } from '@granary/platform/schema';
import { parseConfig } from '@granary/platform/env';
import type { GranaryOverrides } from '@granary/platform/granary';
import { silentLog } from '@granary/platform/log';
import { migrate } from '@granary/platform/migration-runner';
import { createTestAccounts } from '@granary/platform/testing/test-accounts';
import { createTestDatabase, testServers } from '@granary/testkit/servers';
import { type RunningApi, startApi } from '../start.ts';

export interface RealApi extends RunningApi {
  readonly databaseUrl: string;
  /** Closes the api and drops the database. */
  end(): Promise<void>;
}

export interface RealApiOptions extends GranaryOverrides {
  /** It runs under the account of the application, which may not change what is past. */
  readonly withAccounts?: boolean;
}

/** Webhooks need a key, and one that everybody may know will do. */
const ENCRYPTION_KEYS = `test:${Buffer.from(Array.from({ length: 32 }, (_, each) => each)).toString('base64')}`;

/** `settings` are environment variables, such as STOCK_LOCK. */
export async function openRealApi(
  settings: Readonly<Record<string, string>> = {},
  { withAccounts = false, ...overrides }: RealApiOptions = {},
): Promise<RealApi> {
  const { redisUrl } = await testServers();
  const database = await createTestDatabase('api');
  await migrate({ url: database.url, migrations, log: silentLog });
  const accounts = withAccounts ? await createTestAccounts(database.url) : undefined;
  const config = parseConfig({
    DATABASE_URL: accounts?.applicationUrl ?? database.url,
    REDIS_URL: redisUrl,
    PORT: '0',
    ENCRYPTION_KEYS,
    ...settings,
  });
  const running = await startApi(config, { log: silentLog, ...overrides });
  return {
    ...running,
    databaseUrl: database.url,
    async end() {
      await running.close(0);
      await accounts?.drop();
      await database.drop();
    },
  };
}
