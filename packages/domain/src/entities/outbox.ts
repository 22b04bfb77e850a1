/**
 * The outbox: one row per transaction, written inside it, holding pointers in order; and the state of the one relay.
 * Rows are published by succession of versions along each aggregate, never by the order of ids.
 */
import type { AggregateKind, EventType } from '@granary/contracts/event';
import type { Instant } from '@granary/contracts/instant';
import { EntitySchema } from 'typeorm';
import {
  instantColumn,
  nameColumn,
  textColumn,
  ulidColumn,
  versionColumn,
  wordColumn,
} from '../persistence/columns.ts';

/** One pointer: this aggregate went from one version to another, and what that meant. */
export interface Fact {
  readonly type: EventType;
  readonly kind: AggregateKind;
  /** The aggregate's id; for a level a pair. */
  readonly id: string | readonly [skuId: string, locationId: string];
  readonly from: number;
  readonly to: number;
  readonly commandId: string;
  /** What no ledger row tells; levels leave both out, the relay reads their movements. */
  readonly before?: unknown;
  readonly after?: unknown;
}

export interface OutboxRow {
  readonly outboxId: string;
  /** JSON of Fact[]. */
  readonly facts: string;
  readonly createdAt: Instant;
}

/** How far each aggregate has been published. */
export interface OutboxCursorRow {
  readonly aggregate: string;
  readonly version: number;
}

/** Who relays, until when. Leases of jobs live in the database. */
export interface LeaseRow {
  readonly name: string;
  readonly holder: string;
  readonly expiresAt: Instant;
}

export const outboxEntity = new EntitySchema<OutboxRow>({
  name: 'outbox',
  tableName: 'outbox',
  columns: {
    outboxId: { ...ulidColumn, name: 'outbox_id', primary: true },
    facts: textColumn,
    createdAt: { ...instantColumn, name: 'created_at' },
  },
});

export const outboxCursorEntity = new EntitySchema<OutboxCursorRow>({
  name: 'outbox_cursor',
  tableName: 'outbox_cursor',
  columns: {
    aggregate: { ...nameColumn(160), primary: true },
    version: versionColumn,
  },
});

export const leaseEntity = new EntitySchema<LeaseRow>({
  name: 'lease',
  tableName: 'lease',
  columns: {
    name: { ...wordColumn(64), primary: true },
    holder: nameColumn(100),
    expiresAt: { ...instantColumn, name: 'expires_at' },
  },
});
