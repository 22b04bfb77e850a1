/** What only the doctor asks: work that was left lying, and rows of something that is gone. Reads without locks. */
import type { Instant } from '@granary/contracts/instant';
import type { LeaseRow } from '../entities/outbox.ts';
import { fromDatabaseTime, toDatabaseTime } from './database-time.ts';
import type { Raw } from './table.ts';
import type { Tx } from './transaction.ts';

/** As many as a person reads; what is behind them is found once they are put right. */
export const MOST_SHOWN = 500;

const text = (row: Raw, name: string): string => String(row[name]);

/** Who relays, or did last; undefined before the first. */
export async function findRelayLease(tx: Tx): Promise<Pick<LeaseRow, 'holder' | 'expiresAt'> | undefined> {
  const [row] = await tx.rows(`SELECT holder, expires_at AS expiresAt FROM lease WHERE name = 'outbox-relay'`);
  return row && { holder: text(row, 'holder'), expiresAt: fromDatabaseTime(text(row, 'expiresAt')) };
}

export interface DeadLetters {
  readonly subscriber: string;
  readonly count: number;
  readonly lastError: string;
}

export async function readDeadLetters(tx: Tx): Promise<readonly DeadLetters[]> {
  const rows = await tx.rows(
    `SELECT d.subscriber AS subscriber, COUNT(*) AS n, MAX(d.last_error) AS lastError FROM event_delivery AS d
     WHERE d.state = 'dead' GROUP BY d.subscriber ORDER BY d.subscriber LIMIT ${MOST_SHOWN}`,
  );
  return rows.map((row) => ({
    subscriber: text(row, 'subscriber'),
    count: Number(row['n']),
    lastError: row['lastError'] === null ? 'no reason is known' : text(row, 'lastError'),
  }));
}

export interface Lane {
  readonly subscriber: string;
  readonly aggregate: string;
  readonly waiting: number;
}

/** Along these nothing is ever tried: events wait, and none of them has a time. */
export async function readStuckLanes(tx: Tx): Promise<readonly Lane[]> {
  const rows = await tx.rows(
    `SELECT d.subscriber AS subscriber, d.aggregate AS aggregate, COUNT(*) AS n
     FROM event_delivery AS d FORCE INDEX (event_delivery_lane) WHERE d.state = 'pending'
     GROUP BY d.subscriber, d.aggregate HAVING COUNT(d.next_attempt_at) = 0 LIMIT ${MOST_SHOWN}`,
  );
  return rows.map((row) => ({
    subscriber: text(row, 'subscriber'),
    aggregate: text(row, 'aggregate'),
    waiting: Number(row['n']),
  }));
}

/** Subscribers with events that were due before this moment, and that no worker serves. */
export async function readLateSubscribers(
  tx: Tx,
  { before, now }: { before: Instant; now: Instant },
): Promise<readonly { readonly subscriber: string; readonly late: number }[]> {
  const rows = await tx.rows(
    `SELECT s.subscriber AS subscriber, COUNT(*) AS n FROM event_subscriber AS s
     JOIN event_delivery AS d FORCE INDEX (event_delivery_due)
       ON d.subscriber = s.subscriber AND d.state = 'pending' AND d.next_attempt_at <= ?
     WHERE s.lease_until IS NULL OR s.lease_until <= ? GROUP BY s.subscriber LIMIT ${MOST_SHOWN}`,
    [toDatabaseTime(before), toDatabaseTime(now)],
  );
  return rows.map((row) => ({ subscriber: text(row, 'subscriber'), late: Number(row['n']) }));
}

export interface LeftImport {
  readonly importId: string;
  readonly state: string;
}

/** Imports that a job should be working at. */
export async function readWorkedImports(tx: Tx): Promise<readonly LeftImport[]> {
  const rows = await tx.rows(
    `SELECT i.import_id AS importId, i.state AS state FROM stock_import AS i
     LEFT JOIN job AS j ON j.job_id = i.job_id AND j.state IN ('queued', 'running')
     WHERE i.state IN ('checking', 'applying') AND j.job_id IS NULL ORDER BY i.import_id LIMIT ${MOST_SHOWN}`,
  );
  return rows.map((row) => ({ importId: text(row, 'importId'), state: text(row, 'state') }));
}

/** Transfers that are said to be on their way, and of which nothing is. */
export async function readEmptyTransfers(
  tx: Tx,
): Promise<readonly { readonly transferNo: string; readonly state: string }[]> {
  const rows = await tx.rows(
    `SELECT x.transfer_no AS transferNo, x.state AS state FROM stock_transfer AS x FORCE INDEX (stock_transfer_state)
     LEFT JOIN stock_transfer_part AS p ON p.transfer_id = x.transfer_id
     WHERE x.state IN ('shipped', 'partlyReceived') GROUP BY x.transfer_id, x.transfer_no, x.state
     HAVING COALESCE(SUM(p.in_transit), 0) = 0 LIMIT ${MOST_SHOWN}`,
  );
  return rows.map((row) => ({ transferNo: text(row, 'transferNo'), state: text(row, 'state') }));
}

/** A table whose rows are nothing without those of another one. */
export interface Dependence {
  readonly table: string;
  /** The key of the other one's row; in the stray ones also how rows are named. */
  readonly key: string;
  readonly of: string;
}

/** Rows that say what is held, moved or owed: they cannot go without somebody who knows. */
export const orphans: readonly Dependence[] = [
  { table: 'reservation_line', key: 'reservation_id', of: 'reservation' },
  { table: 'stock_lock_line', key: 'lock_id', of: 'stock_lock' },
  { table: 'stock_document_line', key: 'document_id', of: 'stock_document' },
  { table: 'stock_transfer_line', key: 'transfer_id', of: 'stock_transfer' },
  { table: 'stock_transfer_part', key: 'transfer_id', of: 'stock_transfer' },
  { table: 'stock_in_transit_line', key: 'in_transit_id', of: 'stock_in_transit' },
];

/** Rows that only repeat, or belong to something that was removed. */
export const strays: readonly Dependence[] = [
  { table: 'command_sku', key: 'command_id', of: 'command' },
  { table: 'stock_snapshot_level', key: 'snapshot_id', of: 'stock_snapshot' },
  { table: 'stock_snapshot_batch', key: 'snapshot_id', of: 'stock_snapshot' },
  { table: 'stock_import_part', key: 'import_id', of: 'stock_import' },
  { table: 'stock_import_row', key: 'import_id', of: 'stock_import' },
  { table: 'stock_import_error', key: 'import_id', of: 'stock_import' },
  { table: 'hold_maker', key: 'reservation_id', of: 'reservation' },
];

export interface Parentless {
  readonly id: string;
  readonly rows: number;
}

/** The ids that rows name and that stand nowhere, in their order, with how many rows name each. */
export async function readParentless(tx: Tx, { table, key, of }: Dependence): Promise<readonly Parentless[]> {
  const rows = await tx.rows(
    `SELECT t.${key} AS id, COUNT(*) AS n FROM ${table} AS t LEFT JOIN ${of} AS p ON p.${key} = t.${key}
     WHERE p.${key} IS NULL GROUP BY t.${key} ORDER BY t.${key} LIMIT ${MOST_SHOWN}`,
  );
  return rows.map((row) => ({ id: text(row, 'id'), rows: Number(row['n']) }));
}

/** Deletes them unless the other row has come meanwhile; answers how many. */
export async function removeParentless(
  tx: Tx,
  { table, key, of }: Dependence,
  ids: readonly string[],
): Promise<number> {
  const found = await tx.rows(`SELECT p.${key} AS id FROM ${of} AS p WHERE p.${key} IN (?)`, [ids]);
  const there = new Set(found.map((row) => text(row, 'id')));
  const gone = ids.filter((id) => !there.has(id));
  return gone.length === 0 ? 0 : await tx.write(`DELETE FROM ${table} WHERE ${key} IN (?)`, [gone]);
}

/** The header is locked. */
export async function straightenDeadline(tx: Tx, reservationId: string): Promise<number> {
  return await tx.write(
    `UPDATE reservation_line AS l JOIN reservation AS r ON r.reservation_id = l.reservation_id
     SET l.due_at = IF(r.state = 'active' AND l.held > 0, r.expires_at, NULL) WHERE l.reservation_id = ?`,
    [reservationId],
  );
}
