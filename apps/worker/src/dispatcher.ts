/**
 * Serves subscribers that have something due, several side by side, so that a slow one holds up nobody else. A lease in the
 * database keeps each of them with one worker; any number of workers may dispatch.
 */
import { setMaxListeners } from 'node:events';
import type { Domain } from '@granary/domain';
import type { EventDeliveryRow } from '@granary/domain/entities/event-delivery';
import type { Due } from '@granary/domain/events/deliveries';
import type { Log } from '@granary/platform/log';
import { type Outcome, serve, type Served, type Serving } from './delivery-pump.ts';
import type { Loop } from './loop.ts';

export interface DispatcherOptions extends Pick<Serving, 'leaseMs' | 'schedule' | 'concurrency' | 'disableAfterMs'> {
  readonly deliveries: Domain['deliveries'];
  readonly holder: string;
  readonly log: Log;
  readonly pollMs: number;
  /** Subscribers side by side. */
  readonly subscribers: number;
  readonly among: () => 'webhooks' | readonly string[];
  readonly attempt: (tried: Try) => Promise<Outcome | undefined>;
  /** Whether this subscriber is to be left alone for now. */
  readonly isPaused?: (subscriber: string) => boolean;
}

export interface Try {
  readonly subscriber: string;
  readonly row: EventDeliveryRow;
  readonly webhook: Due['webhook'];
  /** Breaks it off. */
  readonly signal: AbortSignal;
}

export interface Dispatcher {
  round: () => Promise<number>;
  /** Begins nothing more, waits a little for what is under way, breaks it off, and lets other workers go on at once. */
  stop: (loop: Pick<Loop, 'stop'>) => Promise<void>;
  served: () => Served;
}

/** What is broken off after this long is sent once more by whoever goes on. */
const PATIENCE_MS = 2_000;
/** For a database that does not answer, and listeners that cannot be broken off. */
const LAST_PATIENCE_MS = 1_000;

export function createDispatcher(options: DispatcherOptions): Dispatcher {
  const { deliveries, holder, log, pollMs, leaseMs, subscribers, among } = options;
  const stopping = new AbortController();
  const breaking = new AbortController();
  // Everything under way listens to it, which is many at once and no leak.
  setMaxListeners(0, breaking.signal);
  const running = new Map<string, Promise<void>>();
  const total = { delivered: 0, failed: 0, died: 0 };

  async function run(subscriber: string): Promise<void> {
    try {
      const served = await serve(
        servingOf(options, subscriber, { stopping: stopping.signal, breaking: breaking.signal }),
      );
      total.delivered += served.delivered;
      total.failed += served.failed;
      total.died += served.died;
      await deliveries.release(holder, [subscriber]);
    } catch (error) {
      log('warn', 'a subscriber could not be served; it is tried again', { subscriber, error });
    } finally {
      running.delete(subscriber);
    }
  }

  return {
    round: async () => {
      const names = among();
      const limit = subscribers - running.size;
      if (limit <= 0 || names.length === 0) return pollMs;
      const except = new Set(running.keys());
      for (const subscriber of await deliveries.take({ holder, leaseMs, limit, among: names, except }))
        running.set(subscriber, run(subscriber));
      return pollMs;
    },
    stop: async (loop) => {
      stopping.abort();
      const ended = loop.stop().then(() => Promise.all(running.values()));
      await Promise.race([ended, pause(PATIENCE_MS)]);
      breaking.abort();
      await Promise.race([ended, pause(LAST_PATIENCE_MS)]);
    },
    served: () => ({ ...total }),
  };
}

function servingOf(
  options: DispatcherOptions,
  subscriber: string,
  { stopping, breaking }: { stopping: AbortSignal; breaking: AbortSignal },
): Serving {
  const { deliveries, holder, leaseMs, schedule, concurrency, disableAfterMs, attempt, isPaused } = options;
  return {
    ...{ deliveries, subscriber, holder, leaseMs, schedule, concurrency },
    ...(disableAfterMs === undefined ? {} : { disableAfterMs }),
    attempt: (row, webhook) => attempt({ subscriber, row, webhook, signal: breaking }),
    isOver: () => stopping.aborted || isPaused?.(subscriber) === true,
  };
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms).unref());
}
