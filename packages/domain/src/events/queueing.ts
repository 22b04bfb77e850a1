/**
 * Events put into the queues of their subscribers, inside the transaction that advances the relay: for webhooks all that
 * they take, for listeners and the stream what they did not take when it was handed over.
 */
import type { StockEvent } from '@granary/contracts/event';
import type { Instant } from '@granary/contracts/instant';
import type { EventDeliveryRow } from '../entities/event-delivery.ts';
import type { WebhookRow } from '../entities/webhook.ts';
import { ensureDeliveries, straighten } from '../persistence/event-delivery-store.ts';
import {
  ensureSubscribers,
  lockSubscribers,
  replaceSubscriber,
  webhookSubscriber,
} from '../persistence/event-subscriber-store.ts';
import { readActiveWebhooks } from '../persistence/webhook-store.ts';
import type { Tx } from '../persistence/transaction.ts';
import { restAfter, type RetrySchedule } from '../rules/retry-schedule.ts';
import { aggregateOf } from '../rules/succession.ts';
import { afterFailure, afterSuccess } from '../rules/subscriber-state.ts';
import { plusMs, typesOf } from '../rules/webhook-answer.ts';
import type { Handed } from './hand-over.ts';

export interface Queueing {
  /** Those that no other relay has queued: whatever lies behind its cursor was taken care of. */
  readonly events: readonly StockEvent[];
  /** What became of them at the direct subscribers. */
  readonly handed: readonly Handed[];
  /** Of the direct subscribers. */
  readonly schedule: RetrySchedule;
  readonly ids: () => string;
  readonly now: Instant;
}

/** Locks the rows of all subscribers concerned, in the order of their names. */
export async function queueEvents(tx: Tx, queueing: Queueing): Promise<void> {
  const { events, handed } = queueing;
  const direct = handed.filter(({ taken, left }) => taken.length + left.length > 0);
  const wanted = new Map(
    (await readActiveWebhooks(tx)).map((webhook) => [
      webhookSubscriber(webhook.webhookId),
      events.filter((event) => isWanted(webhook, event)),
    ]),
  );
  const names = [...direct.map(({ subscriber }) => subscriber)];
  if (names.length > 0) await ensureSubscribers(tx, names);
  for (const [subscriber, own] of wanted) if (own.length > 0) names.push(subscriber);
  // A webhook that was removed meanwhile has no row any more, and gets none.
  for (const row of await lockSubscribers(tx, names)) {
    const outcome = direct.find(({ subscriber }) => subscriber === row.subscriber);
    if (outcome === undefined)
      await queueForWebhook(tx, { ...queueing, subscriber: row.subscriber, events: wanted.get(row.subscriber) ?? [] });
    else {
      const failures = outcome.left.filter(({ error }) => error !== null);
      const succeeded = outcome.taken.length === 0 ? row : afterSuccess(row, outcome.taken.length, queueing.now);
      const after = failures.reduce(
        (state, { error }) => afterFailure(state, { error: error ?? '', status: null }, queueing.now),
        succeeded,
      );
      await replaceSubscriber(tx, after);
      await park(tx, outcome, queueing);
    }
  }
}

function isWanted(webhook: WebhookRow, event: StockEvent): boolean {
  if (event.type === 'stock.webhook.tested' && event.aggregate.id === webhook.webhookId) return true;
  const types = typesOf(webhook);
  return types === null || types.includes(event.type);
}

async function queueForWebhook(
  tx: Tx,
  { subscriber, events, ids, now }: Queueing & { readonly subscriber: string },
): Promise<void> {
  const rows = events.map((event) => waiting(event, { subscriber, position: ids(), now }));
  await ensureDeliveries(tx, rows);
  await straighten(tx, { subscriber, aggregates: rows.map(({ aggregate }) => aggregate), now });
}

/** What failed rests first; what stands behind it, or was not tried, has only to wait for its turn. */
async function park(tx: Tx, { subscriber, left }: Handed, { ids, now, events, schedule }: Queueing): Promise<void> {
  const fresh = new Set(events.map(({ id }) => id));
  const parked = left.filter(({ event }) => fresh.has(event.id));
  if (parked.length === 0) return;
  const rows = parked.map(({ event, error, counts }): EventDeliveryRow => {
    const row = waiting(event, { subscriber, position: ids(), now });
    if (error === null) return row;
    const attempts = counts ? 1 : 0;
    const rest = restAfter(schedule, { attempts: 1, jitter: Math.random() }) ?? 0;
    return { ...row, attempts, nextAttemptAt: plusMs(now, rest), lastError: error };
  });
  await ensureDeliveries(tx, rows);
  await straighten(tx, { subscriber, aggregates: rows.map(({ aggregate }) => aggregate), now });
}

function waiting(
  event: StockEvent,
  { subscriber, position, now }: { subscriber: string; position: string; now: Instant },
): EventDeliveryRow {
  return {
    ...{ subscriber, eventId: event.id, position, aggregate: aggregateOf(event), toVersion: event.toVersion },
    ...{ type: event.type, event: JSON.stringify(event), state: 'pending', attempts: 0, nextAttemptAt: null },
    ...{ lastError: null, lastStatus: null, createdAt: now },
  };
}
