/** A stock engine whose only way to its database leads through a fault proxy; what a test looks at goes the straight way. */
import { createFaultProxy, type FaultProxy } from '@granary/testkit/fault-proxy';
import { testServers } from '@granary/testkit/servers';
import type { Connection } from 'mysql2/promise';
import { openStranger } from './database-state.ts';
import { openTestDomain, type TestDomain, type TestDomainOptions } from './test-domain.ts';

export { isCommit } from '@granary/testkit/mysql-messages';

export interface FaultyDomain extends TestDomain {
  readonly proxy: FaultProxy;
  /** Past the proxy. */
  readonly straight: Connection;
}

export async function openFaultyDomain(options: TestDomainOptions = {}): Promise<FaultyDomain> {
  const { databaseUrl } = await testServers();
  const proxy = await createFaultProxy({ target: { port: Number(new URL(databaseUrl).port) }, protocol: 'mysql' });
  const at = await openTestDomain({ poolSize: 4, ...options, through: proxy.urlFor });
  const straight = await openStranger(at.url);
  return {
    ...at,
    proxy,
    straight,
    close: async () => {
      await proxy.refuse(false);
      await straight.end();
      await at.close();
      await proxy.close();
    },
  };
}
