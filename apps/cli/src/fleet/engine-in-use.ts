/** The stock engine over the database in use, inside this process, for commands that look at it or repair it. */
import { parseConfig } from '@granary/platform/env';
import { type Granary, openGranary } from '@granary/platform/granary';
import { createLog } from '@granary/platform/log';
import { environment, serversInUse } from '../surroundings.ts';

export async function withEngineInUse<T>(
  name: string,
  work: (granary: Granary) => Promise<T>,
  { seesRedis = false }: { readonly seesRedis?: boolean } = {},
): Promise<T> {
  const { databaseUrl, redisUrl } = serversInUse();
  // A command holds no locks: it must work as well while Redis is away.
  const servers = {
    DATABASE_URL: databaseUrl,
    ...(seesRedis && redisUrl !== undefined ? { REDIS_URL: redisUrl } : {}),
  };
  const config = parseConfig({ ...environment(), ...servers, STOCK_LOCK: 'none' });
  const granary = await openGranary(config, { log: createLog({ level: 'warn', name, to: 'stderr' }) });
  try {
    return await work(granary);
  } finally {
    await granary.close();
  }
}
