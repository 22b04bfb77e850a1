/** The api as a process: configuration from the environment, one address, and an orderly end on SIGTERM or SIGINT. */
import { ConfigError, readConfig } from '@granary/platform/env';
import { SchemaNotCurrentError } from '@granary/platform/granary';
import { DatabaseUnusableError } from '@granary/platform/database';
import { drainOnSignal } from '@granary/platform/shutdown';
import { ListenError } from './server.ts';
import { startApi } from './start.ts';

/** Of the grace, what is left for requests; the rest closes the connections. */
const REQUESTS_SHARE = 0.8;

async function main(): Promise<void> {
  const config = readConfig();
  const { url, granary, close } = await startApi(config);
  drainOnSignal({
    graceMs: config.shutdownGraceMs,
    log: granary.log,
    drain: () => close(config.shutdownGraceMs * REQUESTS_SHARE),
  });
  granary.log('info', 'the api listens', { url });
}

/** These say in their message what to do; the stack of anything else says where the bug is. */
function isMeantForPeople(error: unknown): error is Error {
  return [ConfigError, SchemaNotCurrentError, DatabaseUnusableError, ListenError].some((kind) => error instanceof kind);
}

main().catch((error: unknown) => {
  console.error(isMeantForPeople(error) ? error.message : error);
  process.exit(1);
});
