/** An api over an empty database of its own, and what the input harness wants to know of it. */
import { appRouter } from '@granary/api/router';
import { startApi } from '@granary/api/start';
import { migrations } from '@granary/platform/schema';
import { parseConfig } from '@granary/platform/env';
import type { Granary } from '@granary/platform/granary';
import { silentLog } from '@granary/platform/log';
import { migrate } from '@granary/platform/migration-runner';
import { MAX_TTL_SECONDS } from '@granary/testkit/inputs/ranges';
import type { InputsOptions } from '@granary/testkit/inputs/run-inputs';
import { createTestDatabase, testServers } from '@granary/testkit/servers';

export interface ApiUnderTest extends Pick<InputsOptions, 'procedures' | 'isQuery' | 'url' | 'databaseUrl' | 'verify'> {
  /** Its own way to the database. */
  readonly dataSource: Granary['dataSource'];
  close(): Promise<void>;
}

export async function openApiUnderTest(): Promise<ApiUnderTest> {
  const { redisUrl } = await testServers();
  const database = await createTestDatabase('inputs');
  await migrate({ url: database.url, migrations, log: silentLog });
  const config = parseConfig({
    DATABASE_URL: database.url,
    REDIS_URL: redisUrl,
    PORT: '0',
    STOCK_RESERVATION_MAX_TTL: String(MAX_TTL_SECONDS),
    STOCK_COST_ENABLE_MULTI_CURRENCY: 'true',
    // Webhooks need a key, and one that everybody may know will do.
    ENCRYPTION_KEYS: `inputs:${Buffer.from(Array.from({ length: 32 }, (_, each) => each)).toString('base64')}`,
  });
  const api = await startApi(config, { log: silentLog });
  return {
    procedures: inputSchemas(),
    isQuery: (procedure) => definitions[procedure]?._def.type === 'query',
    url: api.url,
    databaseUrl: database.url,
    dataSource: api.granary.dataSource,
    verify: () => api.granary.domain.verify({}),
    async close() {
      await api.close(0);
      await database.drop();
    },
  };
}

type Schemas = InputsOptions['procedures'];

/**
 * tRPC keeps the schemas of a procedure where its types do not show them; at run time its table is flat, `stock.check`
 * and so on, where the type is nested.
 */
const definitions = appRouter._def.procedures as unknown as Readonly<
  Record<string, { readonly _def: { readonly type: string; readonly inputs: readonly Schemas[string][] } } | undefined>
>;

function inputSchemas(): Schemas {
  return Object.fromEntries(Object.entries(definitions).map(([path, found]) => [path, found?._def.inputs[0]]));
}

/** What the procedures are about, as their names begin: `stock.`, `batch.` and so on. */
export const nouns: readonly string[] = [
  ...new Set(Object.keys(definitions).map((path) => `${path.split('.')[0] ?? ''}.`)),
];
