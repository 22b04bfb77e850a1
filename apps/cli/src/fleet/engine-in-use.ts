/** The stock engine over the database in use, inside this process, for commands that look at it or repair it. */
import { parseConfig } from '@granary/platform/env';
import { type Granary, openGranary } from '@granary/platform/granary';
import { createLog } from '@granary/platform/log';
import { environment, serversInUse } from '../surroundings.ts';

export async function withEngineInUse<T>(name: string, work: (granary: Granary) => Promise<T>): Promise<T> {
  const { databaseUrl } = serversInUse();
  // A command holds no locks: it must work as well while Redis is away.
  const config = parseConfig({ ...environment(), DATABASE_URL: databaseUrl, STOCK_LOCK: 'none' });
  const granary = await openGranary(config, { log: createLog({ level: 'warn', name, to: 'stderr' }) });
  try {
    return await work(granary);
  } finally {
    await granary.close();
  }
}
