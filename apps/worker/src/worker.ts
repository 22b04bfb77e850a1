/**
 * What runs beside the api: the sweep of overdue reservations, the relay of events, their delivery to whoever listens, and
 * jobs. main.ts runs it as a process, the command line inside its own.
 */
import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import type { Domain } from '@granary/domain';
import type { EventStreamPublisher } from '@granary/domain/ports/event-stream';
import type { WebhookSender } from '@granary/domain/ports/webhook-sender';
import type { Log } from '@granary/platform/log';
import type { MetricsRegistry } from '@granary/platform/metrics/registry';
import { createAlerts } from './alerts.ts';
import { createBatchSweep } from './batch-sweep.ts';
import { type CostWork, startCostWork } from './cost-work.ts';
import { createNearDispatcher, createWebhookDispatcher, type DeliveryOptions } from './dispatchers.ts';
import { createCheckpointing } from './checkpointing.ts';
import { createEventStream } from './event-stream.ts';
import { createJobs } from './jobs.ts';
import { createListeners, type Listener } from './listeners.ts';
import { createLockSweep } from './lock-sweep.ts';
import { startLoop, type Loop } from './loop.ts';
import { createMetricsListener } from './metrics-listener.ts';
import { createMetricsWatch } from './metrics-watch.ts';
import { createRelay } from './relay.ts';
import { createSnapshotSchedule } from './snapshot-schedule.ts';
import { createSweep } from './sweep.ts';
import { createUpkeep } from './upkeep.ts';

export interface WorkerOptions {
  readonly domain: Pick<
    Domain,
    | 'reservations'
    | 'batches'
    | 'locks'
    | 'relay'
    | 'deliveries'
    | 'jobRunner'
    | 'maintenance'
    | 'alertWatch'
    | 'snapshotSchedule'
    | 'gauges'
    | 'checkpoints'
  >;
  /** Left out where costing is switched off. */
  readonly cost?: CostWork['cost'] | undefined;
  readonly log: Log;
  /** Between two looks for overdue reservations. */
  readonly intervalMs?: number;
  /** Between two looks for events. */
  readonly pollMs?: number;
  /** How long a relay that has gone silent keeps the others standing by. */
  readonly leaseMs?: number;
  /** Between two looks for jobs. */
  readonly jobPollMs?: number;
  /** How long a worker that has gone silent keeps its job. */
  readonly jobLeaseMs?: number;
  /** Between two looks for what is due every day. */
  readonly upkeepMs?: number;
  /** Between two looks at everything for alerts; what moves is looked at when it moves. */
  readonly alertScanMs?: number;
  /** Between two checkpoints of commands and ledger. */
  readonly checkpointMinutes?: number;
  /** Between two looks for a snapshot that is due. */
  readonly snapshotPollMs?: number;
  readonly listeners?: readonly Listener[];
  /** Where every event is published; nowhere when left out. */
  readonly stream?: EventStreamPublisher | undefined;
  /** Posts to webhooks; without it this worker leaves them to others. */
  readonly sendWebhook?: WebhookSender | undefined;
  readonly delivery?: DeliveryOptions;
  /** Keeps what is measured; without it nothing is. */
  readonly metrics?: MetricsRegistry | undefined;
  /** Between two readings of what is measured of the database. */
  readonly metricsMs?: number;
}

export interface WorkerCounters {
  readonly expired: number;
  readonly published: number;
  readonly sweepRounds: number;
  readonly relayRounds: number;
  /** Chunks of jobs. */
  readonly jobChunks: number;
  /** Events that left a queue: to webhooks, or to others at a later try. */
  readonly delivered: number;
  readonly deliveryFailures: number;
  /** Events that were given up. */
  readonly dead: number;
  readonly failures: number;
}

export interface Worker {
  /** Starts all loops; calling it again does nothing. */
  start(): void;
  /** Ends all loops after the rounds under way; a chunk of a job that takes longer is left to another worker. A stopped worker stays stopped. */
  stop(): Promise<void>;
  /** Adds a listener while running; the returned function ends it. */
  listen(listener: Listener): () => void;
  relaying(): boolean;
  counters(): WorkerCounters;
}

const SWEEP_INTERVAL_MS = 1_000;
const RELAY_POLL_MS = 200;
const RELAY_LEASE_MS = 5_000;
const JOB_POLL_MS = 1_000;
const JOB_LEASE_MS = 15_000;
const UPKEEP_MS = 600_000;
const ALERT_SCAN_MS = 300_000;
const SNAPSHOT_POLL_MS = 10_000;
const METRICS_MS = 15_000;
const CHECKPOINT_MINUTES = 60;

export function createWorker(options: WorkerOptions): Worker {
  const { log } = options;
  const parts = partsOf(options);
  const { sweep, batches, locks, relay, near, webhooks, jobs, upkeep, alerts, snapshots, costing, listeners, metrics } =
    parts;
  let loops: Loops | undefined;
  const all = (): readonly (Loop | undefined)[] => Object.values(loops ?? {}).flat();
  const sent = () => [near.served(), ...(webhooks === undefined ? [] : [webhooks.served()])];
  return {
    start: () => {
      loops ??= {
        sweep: startLoop({ name: 'the sweep', round: sweep.round, log }),
        batches: startLoop({ name: 'the sweep of batches', round: batches.round, log }),
        locks: startLoop({ name: 'the sweep of locks', round: locks.round, log }),
        relay: startLoop({ name: 'the relay', round: relay.round, log }),
        near: startLoop({ name: 'the queues of listeners', round: near.round, log }),
        webhooks: webhooks && startLoop({ name: 'the queues of webhooks', round: webhooks.round, log }),
        jobs: startLoop({ name: 'the jobs', round: jobs.round, log }),
        upkeep: startLoop({ name: 'the upkeep', round: upkeep.round, log }),
        alerts: startLoop({ name: 'the scan for alerts', round: alerts.round, log }),
        snapshots: startLoop({ name: 'the look for snapshots', round: snapshots.round, log }),
        checkpoints: startLoop({ name: 'the checkpoints', round: parts.checkpoints.round, log }),
        metrics: metrics && startLoop({ name: 'the reading of metrics', round: metrics.round, log }),
        costing: costing === undefined ? [] : startCostWork(costing),
      };
    },
    stop: async () => {
      if (loops === undefined) return;
      const { sweep: sweeping, relay: relaying, near: nearing, webhooks: posting, jobs: working } = loops;
      await Promise.all([
        ...[sweeping.stop(), relaying.stop(), near.stop(nearing), jobs.stop(working)],
        posting && webhooks?.stop(posting),
        loops.upkeep.stop(),
        loops.alerts.stop(),
        loops.snapshots.stop(),
        loops.checkpoints.stop(),
        loops.metrics?.stop(),
        ...loops.costing.map((loop) => loop.stop()),
        loops.batches.stop(),
        loops.locks.stop(),
      ]);
    },
    listen: (listener) => listeners.add(listener),
    relaying: () => relay.held(),
    counters: () => ({
      expired: sweep.expired(),
      published: relay.published(),
      sweepRounds: loops?.sweep.rounds() ?? 0,
      relayRounds: loops?.relay.rounds() ?? 0,
      jobChunks: jobs.chunks(),
      delivered: total(sent().map(({ delivered }) => delivered)),
      deliveryFailures: total(sent().map(({ failed }) => failed)),
      dead: total(sent().map(({ died }) => died)),
      failures: total(all().map((loop) => loop?.failures() ?? 0)),
    }),
  };
}

interface Loops {
  readonly sweep: Loop;
  readonly batches: Loop;
  readonly locks: Loop;
  readonly relay: Loop;
  readonly near: Loop;
  readonly webhooks: Loop | undefined;
  readonly jobs: Loop;
  readonly upkeep: Loop;
  readonly alerts: Loop;
  readonly snapshots: Loop;
  readonly checkpoints: Loop;
  readonly metrics: Loop | undefined;
  readonly costing: readonly Loop[];
}

function partsOf(options: WorkerOptions) {
  const { domain, cost, log, stream, sendWebhook } = options;
  const holder = `${hostname().slice(0, 60)}:${process.pid}:${randomBytes(4).toString('hex')}`;
  const listeners = createListeners({ log });
  const alerts = createAlerts({ domain, holder, intervalMs: options.alertScanMs ?? ALERT_SCAN_MS });
  const { metrics } = options;
  const counting = metrics === undefined ? [] : [createMetricsListener(metrics)];
  for (const listener of [alerts.listener, ...counting, ...(options.listeners ?? [])]) listeners.add(listener);
  const events = stream === undefined ? undefined : createEventStream({ publish: stream, log });
  const delivery = options.delivery ?? {};
  const relay = createRelay({
    ...{ domain, holder, schedule: delivery.nearSchedule },
    subscribers: () => [...listeners.direct(), ...(events === undefined ? [] : [events.direct])],
    pollMs: options.pollMs ?? RELAY_POLL_MS,
    leaseMs: options.leaseMs ?? RELAY_LEASE_MS,
  });
  const parts = { deliveries: domain.deliveries, holder, log, options: delivery };
  return {
    ...{ listeners, relay, alerts },
    sweep: createSweep({ domain, log, intervalMs: options.intervalMs ?? SWEEP_INTERVAL_MS }),
    batches: createBatchSweep({ domain, log, intervalMs: options.intervalMs ?? SWEEP_INTERVAL_MS }),
    locks: createLockSweep({ domain, log, intervalMs: options.intervalMs ?? SWEEP_INTERVAL_MS }),
    near: createNearDispatcher(parts, { listeners, stream: events, isRelaying: () => relay.held() }),
    webhooks: sendWebhook === undefined ? undefined : createWebhookDispatcher(parts, sendWebhook),
    jobs: createJobs({
      ...{ domain, log, holder },
      pollMs: options.jobPollMs ?? JOB_POLL_MS,
      leaseMs: options.jobLeaseMs ?? JOB_LEASE_MS,
    }),
    checkpoints: createCheckpointing({
      ...{ domain, log, holder, everySeconds: 60 * (options.checkpointMinutes ?? CHECKPOINT_MINUTES) },
    }),
    snapshots: createSnapshotSchedule({ domain, log, intervalMs: options.snapshotPollMs ?? SNAPSHOT_POLL_MS }),
    costing: cost && {
      ...{ cost, log, holder, recostMs: options.intervalMs ?? SWEEP_INTERVAL_MS },
      ...{ upkeepMs: options.upkeepMs ?? UPKEEP_MS, watchMs: options.alertScanMs ?? ALERT_SCAN_MS },
    },
    metrics: metrics && createMetricsWatch({ domain, metrics, intervalMs: options.metricsMs ?? METRICS_MS }),
    upkeep: createUpkeep({ domain, log, intervalMs: options.upkeepMs ?? UPKEEP_MS }),
  };
}

function total(counts: readonly number[]): number {
  return counts.reduce((sum, count) => sum + count, 0);
}
