/** The worker process: reads the environment, opens Granary, works until a signal, drains. */
import { readConfig } from '@granary/platform/env';
import { openGranary } from '@granary/platform/granary';
import { createLog } from '@granary/platform/log';
import { startMetricsServer } from '@granary/platform/metrics/metrics-server';
import { drainOnSignal } from '@granary/platform/shutdown';
import { tellStartFailure } from '@granary/platform/start-failure';
import { createWorker } from './worker.ts';

try {
  const config = readConfig();
  const log = createLog({ level: config.logLevel, name: 'worker' });
  const granary = await openGranary(config, { log });
  const told = await startMetricsServer(config, granary.metrics);
  const worker = createWorker({
    ...{ domain: granary.domain, cost: granary.cost, log, checkpointMinutes: config.checkpointMinutes },
    ...{ stream: granary.eventStream, sendWebhook: granary.webhookSender },
    ...(told === undefined ? {} : { metrics: granary.metrics }),
  });
  drainOnSignal({
    graceMs: config.shutdownGraceMs,
    log,
    drain: async () => {
      await worker.stop();
      await told?.close();
      await granary.close();
    },
  });
  worker.start();
  log('info', 'the worker is ready');
} catch (error) {
  process.exitCode = tellStartFailure(error);
}
