/**
 * Rows of events that a subscriber has still to get. Along one aggregate only the first pending row has a time at which
 * it is tried; the others wait behind it. Whoever changes rows of a subscriber holds the lock of its own row.
 */
import type { Instant } from '@granary/contracts/instant';
import type { DeliveryState } from '@granary/contracts/webhook';
import type { EventDeliveryRow } from '../entities/event-delivery.ts';
import type { QueueFigures } from '../rules/webhook-answer.ts';
import { fromDatabaseTime, toDatabaseTime } from './database-time.ts';
import { whereOf } from './filter.ts';
import { eventDeliveries } from './tables.ts';
import type { Tx } from './transaction.ts';
import { ensureRows } from './write-rows.ts';

/** A row that is there already stays as it is: the same event may be published twice. */
export async function ensureDeliveries(tx: Tx, rows: readonly EventDeliveryRow[]): Promise<void> {
  await ensureRows(tx, eventDeliveries, rows);
}

export interface Lanes {
  readonly subscriber: string;
  readonly aggregates: readonly string[];
  readonly now: Instant;
}

/** The first pending row of each aggregate gets a time if it has none, and the rows behind it lose theirs. */
export async function straighten(tx: Tx, { subscriber, aggregates, now }: Lanes): Promise<void> {
  if (aggregates.length === 0) return;
  const lanes = [...new Set(aggregates)];
  const firsts = await tx.rows(
    `SELECT aggregate, MIN(to_version) AS first FROM event_delivery FORCE INDEX (event_delivery_lane)
      WHERE subscriber = ? AND aggregate IN (?) AND state = 'pending' GROUP BY aggregate`,
    [subscriber, lanes],
  );
  if (firsts.length === 0) return;
  const ids = firsts.map((row) => `${String(row['aggregate'])}:${Number(row['first'])}`);
  await tx.write(
    `UPDATE event_delivery SET next_attempt_at = NULL
      WHERE subscriber = ? AND aggregate IN (?) AND state = 'pending' AND next_attempt_at IS NOT NULL AND event_id NOT IN (?)`,
    [subscriber, lanes, ids],
  );
  await tx.write(
    'UPDATE event_delivery SET next_attempt_at = ? WHERE subscriber = ? AND event_id IN (?) AND next_attempt_at IS NULL',
    [toDatabaseTime(now), subscriber, ids],
  );
}

/** `<subscriber>\n<aggregate>` of what has pending rows. */
export async function readBlocked(
  tx: Tx,
  { subscribers, aggregates }: { subscribers: readonly string[]; aggregates: readonly string[] },
): Promise<ReadonlySet<string>> {
  if (subscribers.length === 0 || aggregates.length === 0) return new Set();
  const rows = await tx.rows(
    `SELECT DISTINCT subscriber, aggregate FROM event_delivery FORCE INDEX (event_delivery_lane)
      WHERE subscriber IN (?) AND aggregate IN (?) AND state = 'pending'`,
    [subscribers, [...new Set(aggregates)]],
  );
  return new Set(rows.map((row) => blockedKey(String(row['subscriber']), String(row['aggregate']))));
}

export function blockedKey(subscriber: string, aggregate: string): string {
  return `${subscriber}\n${aggregate}`;
}

/** What is due, each followed by what waits behind it along its aggregate. */
export async function readDueLanes(
  tx: Tx,
  { subscriber, now, lanes, depth }: { subscriber: string; now: Instant; lanes: number; depth: number },
): Promise<readonly (readonly EventDeliveryRow[])[]> {
  const firsts = await tx.select(
    eventDeliveries,
    `FORCE INDEX (event_delivery_due) WHERE t.subscriber = ? AND t.state = 'pending' AND t.next_attempt_at <= ?
      ORDER BY t.next_attempt_at LIMIT ${lanes}`,
    [subscriber, toDatabaseTime(now)],
  );
  const due: (readonly EventDeliveryRow[])[] = [];
  for (const first of firsts) {
    const behind = await tx.select(
      eventDeliveries,
      `FORCE INDEX (event_delivery_lane) WHERE t.subscriber = ? AND t.aggregate = ? AND t.state = 'pending' AND t.to_version > ?
        ORDER BY t.to_version LIMIT ${depth - 1}`,
      [subscriber, first.aggregate, first.toVersion],
    );
    due.push([first, ...behind]);
  }
  return due;
}

export async function readDeliveries(
  tx: Tx,
  subscriber: string,
  eventIds: readonly string[],
): Promise<readonly EventDeliveryRow[]> {
  if (eventIds.length === 0) return [];
  return await tx.select(eventDeliveries, 'WHERE t.subscriber = ? AND t.event_id IN (?)', [subscriber, eventIds]);
}

export async function removeDeliveries(tx: Tx, subscriber: string, eventIds: readonly string[]): Promise<void> {
  if (eventIds.length === 0) return;
  await tx.write('DELETE FROM event_delivery WHERE subscriber = ? AND event_id IN (?)', [subscriber, eventIds]);
}

/** Answers how many there were. */
export async function removeAllDeliveries(tx: Tx, subscriber: string): Promise<number> {
  return await tx.write('DELETE FROM event_delivery WHERE subscriber = ?', [subscriber]);
}

export type Retry = Pick<
  EventDeliveryRow,
  'subscriber' | 'eventId' | 'state' | 'attempts' | 'nextAttemptAt' | 'lastError' | 'lastStatus'
>;

export async function replaceRetry(tx: Tx, row: Retry): Promise<void> {
  await tx.write(
    'UPDATE event_delivery SET state = ?, attempts = ?, next_attempt_at = ?, last_error = ?, last_status = ? WHERE subscriber = ? AND event_id = ?',
    [
      ...[row.state, row.attempts, row.nextAttemptAt === null ? null : toDatabaseTime(row.nextAttemptAt)],
      ...[row.lastError, row.lastStatus, row.subscriber, row.eventId],
    ],
  );
}

export type Dead = Pick<EventDeliveryRow, 'eventId' | 'aggregate'>;

/** The dead ones in order, up to the limit; only those named, if any are. */
export async function readDead(
  tx: Tx,
  { subscriber, eventIds, limit }: { subscriber: string; eventIds: readonly string[] | undefined; limit: number },
): Promise<readonly Dead[]> {
  const { where, parameters } = whereOf([
    ['subscriber = ?', subscriber],
    [`state = 'dead'`],
    ['event_id IN (?)', eventIds],
  ]);
  const rows = await tx.rows(
    `SELECT event_id AS eventId, aggregate FROM event_delivery ${where} ORDER BY position LIMIT ${limit}`,
    parameters,
  );
  return rows.map((row) => ({ eventId: String(row['eventId']), aggregate: String(row['aggregate']) }));
}

/** From the start: as if they had never been tried. */
export async function reviveDeliveries(tx: Tx, subscriber: string, eventIds: readonly string[]): Promise<void> {
  if (eventIds.length === 0) return;
  await tx.write(
    `UPDATE event_delivery SET state = 'pending', attempts = 0, next_attempt_at = NULL WHERE subscriber = ? AND event_id IN (?)`,
    [subscriber, eventIds],
  );
}

/** What rests after a failure is tried at once: its receiver is said to work again. */
export async function hurryDeliveries(tx: Tx, subscriber: string, now: Instant): Promise<void> {
  const at = toDatabaseTime(now);
  await tx.write(
    `UPDATE event_delivery SET next_attempt_at = ? WHERE subscriber = ? AND state = 'pending' AND next_attempt_at > ?`,
    [at, subscriber, at],
  );
}

export async function listDeliveries(
  tx: Tx,
  {
    subscriber,
    state,
    after,
    limit,
  }: { subscriber: string; state: DeliveryState | undefined; after: string | undefined; limit: number },
): Promise<readonly EventDeliveryRow[]> {
  const { where, parameters } = whereOf([
    ['t.subscriber = ?', subscriber],
    ['t.state = ?', state],
    ['t.position > ?', after],
  ]);
  return await tx.select(
    eventDeliveries,
    `FORCE INDEX (event_delivery_position) ${where} ORDER BY t.position LIMIT ${limit}`,
    parameters,
  );
}

export async function countDeliveries(
  tx: Tx,
  subscribers: readonly string[],
): Promise<ReadonlyMap<string, QueueFigures>> {
  if (subscribers.length === 0) return new Map();
  const rows = await tx.rows(
    `SELECT subscriber, SUM(state = 'pending') AS pending, SUM(state = 'dead') AS dead,
        MIN(IF(state = 'pending', created_at, NULL)) AS waitingSince
      FROM event_delivery WHERE subscriber IN (?) GROUP BY subscriber`,
    [subscribers],
  );
  return new Map(
    rows.map((row) => {
      const since = row['waitingSince'];
      const waitingSince = since === null || since === undefined ? null : fromDatabaseTime(String(since));
      return [String(row['subscriber']), { pending: Number(row['pending']), dead: Number(row['dead']), waitingSince }];
    }),
  );
}
