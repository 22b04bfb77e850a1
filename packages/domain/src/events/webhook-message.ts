/** The message that carries one event, in the shape of Standard Webhooks; the sender signs it. */
import { sha256 } from '../services/hashing.ts';
import type { StockEvent } from '@granary/contracts/event';
import type { EventDeliveryRow } from '../entities/event-delivery.ts';
import type { WebhookMessage } from '../ports/webhook-sender.ts';

export interface Addressed {
  readonly url: string;
  readonly secrets: readonly string[];
}

/** Equal for every try and every repeat of one event. Event ids hold names in any script, which a header cannot. */
export function messageId(eventId: string): string {
  return `evt_${sha256(eventId).slice(0, 32)}`;
}

export function webhookMessage(
  row: Pick<EventDeliveryRow, 'eventId' | 'type' | 'event'>,
  { url, secrets }: Addressed,
  nowMs: number,
): WebhookMessage {
  const data = JSON.parse(row.event) as StockEvent; // Written by the relay alone.
  return {
    ...{ url, secrets, id: messageId(row.eventId), timestamp: Math.floor(nowMs / 1000) },
    body: JSON.stringify({ type: row.type, timestamp: data.recordedAt, data }),
  };
}
