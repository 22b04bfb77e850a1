/** What people are told of a webhook and of how a subscriber fares; and what everybody hears of it, where addresses may be secret. */
import { fromMicros, type Instant, toMicros } from '@granary/contracts/instant';
import type { EventType } from '@granary/contracts/event';
import type { DeliveryReport, Webhook, WebhookDelivery } from '@granary/contracts/webhook';
import type { EventDeliveryRow, EventSubscriberRow } from '../entities/event-delivery.ts';
import type { Fact } from '../entities/outbox.ts';
import type { WebhookRow } from '../entities/webhook.ts';

export function webhookAnswer(row: WebhookRow): Webhook {
  const { webhookId, url, description, isActive, disabledReason, secretVersion, previousUntil } = row;
  const { createdBy, createdAt, updatedAt, version } = row;
  return {
    ...{ webhookId, url, types: typesOf(row), description, isActive, disabledReason, secretVersion },
    ...{ previousSecretUntil: previousUntil, createdBy, createdAt, updatedAt, version },
  };
}

export function typesOf({ types }: Pick<WebhookRow, 'types'>): readonly EventType[] | null {
  return types === null ? null : (JSON.parse(types) as readonly EventType[]); // Written by the webhook service alone.
}

/** A path or a query may let in whoever knows it, and every subscriber hears events: they are told the origin alone. */
export function toldOfWebhook(row: WebhookRow) {
  const { url, ...rest } = webhookAnswer(row);
  return { ...rest, origin: new URL(url).origin };
}

export interface WebhookFact {
  readonly type: EventType;
  readonly before: WebhookRow | undefined;
  readonly after: WebhookRow;
  readonly commandId: string;
  /** What is told beside the webhook itself. */
  readonly more?: Readonly<Record<string, unknown>>;
}

export function webhookFact({ type, before, after, commandId, more }: WebhookFact): Fact {
  return {
    ...{ type, kind: 'webhook', id: after.webhookId, from: before?.version ?? 0, to: after.version, commandId },
    before: before === undefined ? null : toldOfWebhook(before),
    after: { ...toldOfWebhook(after), ...more },
  };
}

export function deliveryAnswer(row: EventDeliveryRow): WebhookDelivery {
  const { eventId, type, aggregate, state, attempts, nextAttemptAt, lastError, lastStatus, createdAt } = row;
  return { eventId, type, aggregate, state, attempts, nextAttemptAt, lastError, lastStatus, createdAt };
}

export interface QueueFigures {
  readonly pending: number;
  readonly dead: number;
  readonly waitingSince: Instant | null;
}

export const emptyQueue: QueueFigures = { pending: 0, dead: 0, waitingSince: null };

export function deliveryReport(
  row: EventSubscriberRow | undefined,
  { pending, dead, waitingSince }: QueueFigures,
): DeliveryReport {
  return {
    ...{ pending, dead, delivered: row?.delivered ?? 0, failed: row?.failed ?? 0 },
    ...{ lastSuccessAt: row?.lastSuccessAt ?? null, lastFailureAt: row?.lastFailureAt ?? null },
    ...{ lastError: row?.lastError ?? null, lastStatus: row?.lastStatus ?? null },
    ...{ failingSince: row?.failingSince ?? null, waitingSince },
  };
}

export function plusMs(at: Instant, ms: number): Instant {
  return fromMicros(toMicros(at) + BigInt(Math.floor(ms)) * 1000n);
}
