/** Rows of subscribers: the lock over everything of theirs, what they have had, and which worker serves them until when. */
import type { Instant } from '@granary/contracts/instant';
import type { EventSubscriberRow } from '../entities/event-delivery.ts';
import { toDatabaseTime } from './database-time.ts';
import { eventSubscribers } from './tables.ts';
import type { Tx } from './transaction.ts';
import { ensureRows } from './write-rows.ts';

const WEBHOOK = 'webhook:';
export const webhookSubscriber = (webhookId: string): string => `${WEBHOOK}${webhookId}`;
export const webhookOf = (subscriber: string): string | undefined =>
  subscriber.startsWith(WEBHOOK) ? subscriber.slice(WEBHOOK.length) : undefined;

/** Makes the rows that are missing. */
export async function ensureSubscribers(tx: Tx, names: readonly string[]): Promise<void> {
  const none = { lastSuccessAt: null, lastFailureAt: null, lastError: null, lastStatus: null, failingSince: null };
  const rows = names.toSorted().map((subscriber) => ({
    ...{ subscriber, delivered: 0, failed: 0, ...none, holder: null, leaseUntil: null },
  }));
  await ensureRows(tx, eventSubscribers, rows);
}

/** In the order of their names; those that are gone are left out. */
export async function lockSubscribers(tx: Tx, names: readonly string[]): Promise<readonly EventSubscriberRow[]> {
  if (names.length === 0) return [];
  return await tx.select(eventSubscribers, 'WHERE t.subscriber IN (?) ORDER BY t.subscriber FOR UPDATE', [names]);
}

export async function lockSubscriber(tx: Tx, name: string): Promise<EventSubscriberRow | undefined> {
  const [row] = await lockSubscribers(tx, [name]);
  return row;
}

/** Undefined as well where somebody has it locked, who may be standing still: nobody else shall wait for that. */
export async function lockFreeSubscriber(tx: Tx, name: string): Promise<EventSubscriberRow | undefined> {
  const [row] = await tx.select(eventSubscribers, 'WHERE t.subscriber = ? FOR UPDATE SKIP LOCKED', [name]);
  return row;
}

export async function readSubscribers(tx: Tx, names?: readonly string[]): Promise<readonly EventSubscriberRow[]> {
  if (names === undefined) return await tx.select(eventSubscribers, 'ORDER BY t.subscriber');
  if (names.length === 0) return [];
  return await tx.select(eventSubscribers, 'WHERE t.subscriber IN (?)', [names]);
}

/** Those among the named that have something due and that nobody else serves. */
export async function readServable(
  tx: Tx,
  { names, holder, now, limit }: { names: readonly string[]; holder: string; now: Instant; limit: number },
): Promise<readonly string[]> {
  if (names.length === 0) return [];
  const at = toDatabaseTime(now);
  const rows = await tx.rows(
    `SELECT s.subscriber FROM event_subscriber s
      WHERE s.subscriber IN (?) AND (s.lease_until IS NULL OR s.lease_until <= ? OR s.holder = ?)
        AND EXISTS (SELECT 1 FROM event_delivery d FORCE INDEX (event_delivery_due)
          WHERE d.subscriber = s.subscriber AND d.state = 'pending' AND d.next_attempt_at <= ?)
      LIMIT ${limit}`,
    [names, at, holder, at],
  );
  return rows.map((row) => String(row['subscriber']));
}

/** The row is locked. */
export async function replaceSubscriber(tx: Tx, row: EventSubscriberRow): Promise<void> {
  const time = (at: Instant | null) => (at === null ? null : toDatabaseTime(at));
  await tx.write(
    `UPDATE event_subscriber SET delivered = ?, failed = ?, last_success_at = ?, last_failure_at = ?, last_error = ?, last_status = ?,
      failing_since = ?, holder = ?, lease_until = ? WHERE subscriber = ?`,
    [
      ...[row.delivered, row.failed, time(row.lastSuccessAt), time(row.lastFailureAt), row.lastError, row.lastStatus],
      ...[time(row.failingSince), row.holder, time(row.leaseUntil), row.subscriber],
    ],
  );
}

export async function releaseSubscribers(tx: Tx, holder: string, names: readonly string[]): Promise<void> {
  if (names.length === 0) return;
  await tx.write(
    'UPDATE event_subscriber SET holder = NULL, lease_until = NULL WHERE subscriber IN (?) AND holder = ?',
    [names, holder],
  );
}

export async function removeSubscriber(tx: Tx, subscriber: string): Promise<void> {
  await tx.write('DELETE FROM event_subscriber WHERE subscriber = ?', [subscriber]);
}
