/** What runs beside the api: the sweep of overdue reservations, the relay of events, and jobs. main.ts runs it as a process, the command line inside its own. */
import type { Domain } from '@granary/domain';
import type { Log } from '@granary/platform/log';
import { createJobs } from './jobs.ts';
import { createListeners, type Listener } from './listeners.ts';
import { startLoop, type Loop } from './loop.ts';
import { createRelay } from './relay.ts';
import { createSweep } from './sweep.ts';

export interface WorkerOptions {
  readonly domain: Pick<Domain, 'reservations' | 'relay' | 'jobRunner'>;
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
  readonly listeners?: readonly Listener[];
}

export interface WorkerCounters {
  readonly expired: number;
  readonly published: number;
  readonly sweepRounds: number;
  readonly relayRounds: number;
  /** Chunks of jobs. */
  readonly jobChunks: number;
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

export function createWorker(options: WorkerOptions): Worker {
  const { domain, log } = options;
  const listeners = createListeners(log);
  for (const listener of options.listeners ?? []) listeners.add(listener);
  const sweep = createSweep({ domain, log, intervalMs: options.intervalMs ?? SWEEP_INTERVAL_MS });
  const relay = createRelay({
    domain,
    listeners,
    pollMs: options.pollMs ?? RELAY_POLL_MS,
    leaseMs: options.leaseMs ?? RELAY_LEASE_MS,
  });
  const jobs = createJobs({
    domain,
    log,
    pollMs: options.jobPollMs ?? JOB_POLL_MS,
    leaseMs: options.jobLeaseMs ?? JOB_LEASE_MS,
  });
  let loops: { readonly sweep: Loop; readonly relay: Loop; readonly jobs: Loop } | undefined;
  return {
    start: () => {
      loops ??= {
        sweep: startLoop({ name: 'the sweep', round: sweep.round, log }),
        relay: startLoop({ name: 'the relay', round: relay.round, log }),
        jobs: startLoop({ name: 'the jobs', round: jobs.round, log }),
      };
    },
    stop: async () => {
      if (loops === undefined) return;
      await Promise.all([loops.sweep.stop(), loops.relay.stop(), jobs.stop(loops.jobs)]);
    },
    listen: (listener) => listeners.add(listener),
    relaying: () => relay.held(),
    counters: () => ({
      expired: sweep.expired(),
      published: relay.published(),
      sweepRounds: loops?.sweep.rounds() ?? 0,
      relayRounds: loops?.relay.rounds() ?? 0,
      jobChunks: jobs.chunks(),
      failures: (loops?.sweep.failures() ?? 0) + (loops?.relay.failures() ?? 0) + (loops?.jobs.failures() ?? 0),
    }),
  };
}
