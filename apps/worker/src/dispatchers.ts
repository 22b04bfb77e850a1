/** The two dispatchers of a worker: to webhooks, and to its own listeners and the stream while it has the relay. */
import type { Domain } from '@granary/domain';
import type { WebhookSender } from '@granary/domain/ports/webhook-sender';
import { nearSchedule, type RetrySchedule, webhookSchedule } from '@granary/domain/rules/retry-schedule';
import { webhookMessage } from '@granary/domain/events/webhook-message';
import type { Log } from '@granary/platform/log';
import { eventOf, type Outcome } from './delivery-pump.ts';
import { createDispatcher, type Dispatcher } from './dispatcher.ts';
import { type EventStream, STREAM } from './event-stream.ts';
import type { Listeners } from './listeners.ts';

/** What tests, and hosts with wishes of their own, may set. */
export interface DeliveryOptions {
  readonly pollMs?: number;
  /** How long a worker that has gone silent keeps a subscriber. */
  readonly leaseMs?: number;
  /** Webhooks served side by side, and aggregates of each. */
  readonly webhooks?: number;
  readonly aggregates?: number;
  readonly webhookSchedule?: RetrySchedule;
  /** Of listeners and the stream. */
  readonly nearSchedule?: RetrySchedule;
  /** A webhook that has failed for longer without a success is disabled. */
  readonly disableAfterMs?: number;
}

export interface DispatcherParts {
  readonly deliveries: Domain['deliveries'];
  readonly holder: string;
  readonly log: Log;
  readonly options: DeliveryOptions;
}

const POLL_MS = 200;
const LEASE_MS = 10_000;
const WEBHOOKS = 16;
const AGGREGATES = 8;
/** Listeners of this process: one that hangs must not keep others waiting. */
const LISTENERS = 100;
const DISABLE_AFTER_MS = 5 * 86_400_000;

export function createWebhookDispatcher(parts: DispatcherParts, send: WebhookSender): Dispatcher {
  const { options, ...rest } = parts;
  return createDispatcher({
    ...rest,
    pollMs: options.pollMs ?? POLL_MS,
    leaseMs: options.leaseMs ?? LEASE_MS,
    subscribers: options.webhooks ?? WEBHOOKS,
    concurrency: options.aggregates ?? AGGREGATES,
    schedule: options.webhookSchedule ?? webhookSchedule,
    disableAfterMs: options.disableAfterMs ?? DISABLE_AFTER_MS,
    among: () => 'webhooks',
    attempt: async ({ row, webhook, signal }): Promise<Outcome | undefined> => {
      if (webhook === undefined) return undefined;
      if ('problem' in webhook) return { ok: false, error: webhook.problem, status: null };
      const outcome = await send(webhookMessage(row, webhook, Date.now()), signal);
      return !outcome.ok && signal.aborted ? undefined : outcome;
    },
  });
}

export interface Near {
  readonly listeners: Listeners;
  readonly stream: EventStream | undefined;
  /** Only whoever relays hands events to them, so that nobody hands over what another one is about to bring again. */
  readonly isRelaying: () => boolean;
}

export function createNearDispatcher(parts: DispatcherParts, near: Near): Dispatcher {
  const { options, ...rest } = parts;
  const { listeners, stream, isRelaying } = near;
  const isPaused = (subscriber: string) => !isRelaying() || (subscriber === STREAM && stream?.isPaused() === true);
  return createDispatcher({
    ...rest,
    pollMs: options.pollMs ?? POLL_MS,
    leaseMs: options.leaseMs ?? LEASE_MS,
    subscribers: LISTENERS,
    concurrency: 1,
    schedule: options.nearSchedule ?? nearSchedule,
    among: () =>
      [...listeners.direct().map(({ name }) => name), ...(stream === undefined ? [] : [STREAM])].filter(
        (name) => !isPaused(name),
      ),
    attempt: async ({ row, subscriber }) =>
      subscriber === STREAM && stream !== undefined
        ? await stream.attempt(eventOf(row))
        : await listeners.attempt(subscriber, eventOf(row)),
    isPaused,
  });
}
