/** Takes one snapshot after the other while it is told to, in a thread of its own, as a worker is a process of its own. */
import { parentPort, workerData } from 'node:worker_threads';
import { createDomain } from '@granary/domain';
import { grantEverybody } from '@granary/domain/ports/lock-manager';
import { entities } from '@granary/platform/schema';
import { openDatabase } from '@granary/platform/database';
import { parseConfig } from '@granary/platform/env';
import { domainConfig } from '@granary/platform/domain-config';
import { createIds } from '@granary/platform/ids';
import { silentLog } from '@granary/platform/log';
import { caller } from './load.ts';

const { url } = workerData as { readonly url: string };
const dataSource = await openDatabase({ url, poolSize: 4, entities });
const domain = createDomain({
  dataSource,
  config: { ...domainConfig(parseConfig({ DATABASE_URL: url, STOCK_LOCK: 'none' })), requestDeadlineMs: 60_000 },
  ports: {
    ...{ locks: grantEverybody, ids: createIds(), clock: (now) => now, log: silentLog },
    ...{ onHandHandlers: [], strategies: [] },
  },
});
const state = { isOn: false };
parentPort?.on('message', (told: unknown) => {
  if (told === 'start') void run();
  else state.isOn = false;
});

/** As the loop of a worker does it: a chunk, a breath, the next chunk. */
async function run(): Promise<void> {
  state.isOn = true;
  do {
    await domain.snapshots.create({ name: 'measured' }, { caller });
    while ((await domain.jobRunner.runOnce({ holder: 'taker', leaseMs: 60_000 })).chunks > 0)
      await new Promise((resolve) => setTimeout(resolve, 5));
  } while (state.isOn);
  parentPort?.postMessage('idle');
}
