/** The worker process: reads the environment, opens Granary, works until a signal, drains. */
import { readConfig } from '@granary/platform/env';
import { openGranary } from '@granary/platform/granary';
import { createLog } from '@granary/platform/log';
import { drainOnSignal } from '@granary/platform/shutdown';
import { tellStartFailure } from '@granary/platform/start-failure';
import { createWorker } from './worker.ts';

try {
  const config = readConfig();
  const log = createLog({ level: config.logLevel, name: 'worker' });
  const granary = await openGranary(config, { log });
  const worker = createWorker({
    ...{ domain: granary.domain, cost: granary.cost, log },
    ...{ stream: granary.eventStream, sendWebhook: granary.webhookSender },
  });
  drainOnSignal({
    graceMs: config.shutdownGraceMs,
    log,
    drain: async () => {
      await worker.stop();
      await granary.close();
    },
  });
  worker.start();
  log('info', 'the worker is ready');
} catch (error) {
  process.exitCode = tellStartFailure(error);
}
