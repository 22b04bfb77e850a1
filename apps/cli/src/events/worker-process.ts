/** A worker as apps/worker is one, with a listener that keeps a journal, and with leases and rests as short as a harness needs them. */
import { appendFileSync, existsSync } from 'node:fs';
import { parseConfig } from '@granary/platform/env';
import { openGranary } from '@granary/platform/granary';
import type { Log } from '@granary/platform/log';
import { createWorker } from '@granary/worker/worker';
import type { Order, Poison, Report, WorkerOrders } from './message.ts';
import { note, noteOf } from './note.ts';
import { LISTENER } from './subscriber-name.ts';

const report = (message: Report) => process.send?.(message);
const POLL_MS = 50;

process.on('disconnect', () => process.exit(1));
process.once('message', (order: Order) => {
  if (order.kind !== 'work') return;
  work(order.orders).catch((error: unknown) => report({ kind: 'failed', message: String(error) }));
});

async function work(orders: WorkerOrders): Promise<void> {
  const { settings, journal, poison, leaseMs, webhookSchedule, nearSchedule } = orders;
  const log = logTo(orders.log);
  const granary = await openGranary(parseConfig(settings), { log });
  const worker = createWorker({
    ...{ domain: granary.domain, log, stream: granary.eventStream, sendWebhook: granary.webhookSender },
    ...{ pollMs: POLL_MS, leaseMs, delivery: { pollMs: POLL_MS, leaseMs, webhookSchedule, nearSchedule } },
    listeners: [
      {
        name: LISTENER,
        types: 'all',
        handle: (event) => {
          const isRefused = isPoison(poison, event.id);
          note(journal, noteOf(event, !isRefused));
          if (isRefused) throw new Error('refused for ever');
        },
      },
    ],
  });
  process.once('SIGTERM', () => {
    void worker
      .stop()
      .then(() => granary.close())
      .finally(() => process.exit(0));
  });
  worker.start();
  report({ kind: 'ready' });
}

const isPoison = (poison: Poison | undefined, eventId: string) =>
  poison?.eventId === eventId && !existsSync(poison.mendedBy);

function logTo(file: string): Log {
  return (level, message, facts) => {
    if (level === 'debug') return;
    const error = facts?.['error'];
    const told = error instanceof Error ? { ...facts, error: error.stack ?? error.message } : facts;
    appendFileSync(
      file,
      `${new Date().toISOString()} ${process.pid} ${level} ${message} ${JSON.stringify(told ?? {})}\n`,
    );
  };
}
