/** Every invariant of the ledger in a database of the command line's own. */
import { createDomain } from '@granary/domain';
import { grantEverybody } from '@granary/domain/ports/lock-manager';
import type { Config } from '@granary/platform/env';
import { domainConfig } from '@granary/platform/domain-config';
import { createIds } from '@granary/platform/ids';
import { silentLog } from '@granary/platform/log';
import type { DataSource } from './crash.ts';

/** How many are broken. */
export async function verifyIn(dataSource: DataSource, config: Config): Promise<number> {
  const domain = createDomain({
    dataSource,
    config: { ...domainConfig(config), requestDeadlineMs: 60_000 },
    ports: {
      ...{ locks: grantEverybody, ids: createIds(), clock: (now) => now, log: silentLog },
      ...{ onHandHandlers: [], strategies: [] },
    },
  });
  return (await domain.verify({})).violations.length;
}
