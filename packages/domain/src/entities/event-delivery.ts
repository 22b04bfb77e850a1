/**
 * What a subscriber has still to get. A webhook's events all pass through here; a listener or the stream has here only
 * what it did not take when it was handed over, and what came behind that along the same aggregate.
 */
import type { EventType } from '@granary/contracts/event';
import type { Instant } from '@granary/contracts/instant';
import type { DeliveryState } from '@granary/contracts/webhook';
import { EntitySchema } from 'typeorm';
import {
  countColumn,
  instantColumn,
  nameColumn,
  textColumn,
  ulidColumn,
  versionColumn,
  wordColumn,
} from '../persistence/columns.ts';

export interface EventDeliveryRow {
  /** `webhook:<id>`, `listener:<name>` or `stream`. */
  readonly subscriber: string;
  readonly eventId: string;
  /** The order of publication. */
  readonly position: string;
  readonly aggregate: string;
  readonly toVersion: number;
  readonly type: EventType;
  /** JSON of the StockEvent. */
  readonly event: string;
  readonly state: DeliveryState;
  readonly attempts: number;
  /** Set for the first pending one along its aggregate alone: what stands behind it waits with null, and so does what is dead. */
  readonly nextAttemptAt: Instant | null;
  readonly lastError: string | null;
  readonly lastStatus: number | null;
  readonly createdAt: Instant;
}

/** How a subscriber fares, and which worker serves it until when. */
export interface EventSubscriberRow {
  readonly subscriber: string;
  readonly delivered: number;
  /** Tries, not events. */
  readonly failed: number;
  readonly lastSuccessAt: Instant | null;
  readonly lastFailureAt: Instant | null;
  readonly lastError: string | null;
  readonly lastStatus: number | null;
  /** The first failure that no success has followed. */
  readonly failingSince: Instant | null;
  readonly holder: string | null;
  readonly leaseUntil: Instant | null;
}

export const eventDeliveryEntity = new EntitySchema<EventDeliveryRow>({
  name: 'event_delivery',
  tableName: 'event_delivery',
  columns: {
    subscriber: { ...nameColumn(100), primary: true },
    eventId: { ...nameColumn(255), name: 'event_id', primary: true },
    position: ulidColumn,
    aggregate: nameColumn(160),
    toVersion: { ...versionColumn, name: 'to_version' },
    type: { ...wordColumn(64), name: 'event_type' },
    event: { ...textColumn, name: 'event_json' },
    state: wordColumn(16),
    attempts: countColumn,
    nextAttemptAt: { ...instantColumn, name: 'next_attempt_at', nullable: true },
    lastError: { ...nameColumn(500), name: 'last_error', nullable: true },
    lastStatus: { ...countColumn, name: 'last_status', nullable: true },
    createdAt: { ...instantColumn, name: 'created_at' },
  },
  indices: [
    { name: 'event_delivery_due', columns: ['subscriber', 'state', 'nextAttemptAt'] },
    { name: 'event_delivery_lane', columns: ['subscriber', 'aggregate', 'state', 'toVersion'] },
    { name: 'event_delivery_position', columns: ['subscriber', 'position'] },
  ],
});

export const eventSubscriberEntity = new EntitySchema<EventSubscriberRow>({
  name: 'event_subscriber',
  tableName: 'event_subscriber',
  columns: {
    subscriber: { ...nameColumn(100), primary: true },
    delivered: versionColumn,
    failed: versionColumn,
    lastSuccessAt: { ...instantColumn, name: 'last_success_at', nullable: true },
    lastFailureAt: { ...instantColumn, name: 'last_failure_at', nullable: true },
    lastError: { ...nameColumn(500), name: 'last_error', nullable: true },
    lastStatus: { ...countColumn, name: 'last_status', nullable: true },
    failingSince: { ...instantColumn, name: 'failing_since', nullable: true },
    holder: { ...nameColumn(100), nullable: true },
    leaseUntil: { ...instantColumn, name: 'lease_until', nullable: true },
  },
});
