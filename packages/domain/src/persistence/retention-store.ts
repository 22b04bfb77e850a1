/** Old commands: their keys and answers taken away, and at last they themselves, in chunks along the index by time. */
import type { Instant } from '@granary/contracts/instant';
import type { Pruned, RetentionRow } from '../entities/retention.ts';
import type { AuditKey } from './audit-store.ts';
import { fromDatabaseTime, toDatabaseTime } from './database-time.ts';
import { retentions } from './tables.ts';
import type { Tx } from './transaction.ts';

/** How far an earlier round came; undefined before the first. */
export async function readRetention(tx: Tx, name: Pruned): Promise<RetentionRow | undefined> {
  const [row] = await tx.select(retentions, 'WHERE t.name = ?', [name]);
  return row;
}

/** Never back: a worker that wakes late must not undo what the next one knows. */
export async function saveRetention(tx: Tx, name: Pruned, [beforeAt, afterId]: AuditKey): Promise<void> {
  await tx.write(
    `INSERT INTO retention (name, before_at, after_id) VALUES (?, ?, ?) ON DUPLICATE KEY UPDATE
       after_id = IF(VALUES(before_at) >= before_at, VALUES(after_id), after_id), before_at = GREATEST(before_at, VALUES(before_at))`,
    [name, toDatabaseTime(beforeAt), afterId],
  );
}

export interface OldRange {
  readonly after: AuditKey | undefined;
  readonly until: Instant;
  readonly limit: number;
}

/** The oldest commands behind the key that were recorded before `until`. */
export async function readOldKeys(tx: Tx, { after, until, limit }: OldRange): Promise<readonly AuditKey[]> {
  const [at, id] = after ?? ['1000-01-01T00:00:00.000000Z', ''];
  const rows = await tx.rows(
    `SELECT t.recorded_at AS recordedAt, t.command_id AS commandId FROM command AS t FORCE INDEX (command_time)
     WHERE t.recorded_at >= ? AND t.recorded_at < ? AND (t.recorded_at > ? OR t.command_id > ?)
     ORDER BY t.recorded_at, t.command_id LIMIT ${limit}`,
    [toDatabaseTime(at), toDatabaseTime(until), toDatabaseTime(at), id],
  );
  return rows.map((row) => [fromDatabaseTime(String(row['recordedAt'])), String(row['commandId'])]);
}

export async function countOld(tx: Tx, after: AuditKey | undefined, until: Instant): Promise<number> {
  const [row] = await tx.rows(
    `SELECT COUNT(*) AS old FROM command AS t FORCE INDEX (command_time) WHERE t.recorded_at >= ? AND t.recorded_at < ?`,
    [toDatabaseTime(after?.[0] ?? '1000-01-01T00:00:00.000000Z'), toDatabaseTime(until)],
  );
  return Number(row?.['old'] ?? 0);
}

/** Why a call was refused stays with it; what was answered is of use to a repeat alone. */
export async function forgetKeys(tx: Tx, commandIds: readonly string[]): Promise<number> {
  if (commandIds.length === 0) return 0;
  return await tx.write(
    `UPDATE command FORCE INDEX (PRIMARY) SET idempotency_key = NULL, answer = IF(outcome = 'refused', answer, NULL)
     WHERE command_id IN (?) AND (idempotency_key IS NOT NULL OR (answer IS NOT NULL AND outcome <> 'refused'))`,
    [commandIds],
  );
}

/**
 * Of these commands the ones that somebody will ask for: the relay, for events that it has not published; the workers, for
 * who asked for a job that runs; and people, for who holds the stock that is held.
 */
export async function readNeeded(tx: Tx, commandIds: readonly string[]): Promise<ReadonlySet<string>> {
  if (commandIds.length === 0) return new Set();
  const rows = await tx.rows(
    `SELECT outbox_id AS commandId FROM outbox FORCE INDEX (PRIMARY) WHERE outbox_id IN (?)
     UNION SELECT command_id FROM job FORCE INDEX (job_open) WHERE open = 1 AND command_id IN (?)
     UNION SELECT m.command_id FROM stock_movement AS m FORCE INDEX (stock_movement_command)
       JOIN reservation AS r ON r.reservation_id = m.reservation_id WHERE m.command_id IN (?) AND r.held = 1`,
    [commandIds, commandIds, commandIds],
  );
  return new Set(rows.map((row) => String(row['commandId'])));
}

export async function removeCommands(tx: Tx, commandIds: readonly string[]): Promise<number> {
  if (commandIds.length === 0) return 0;
  await tx.write('DELETE FROM command_sku WHERE command_id IN (?)', [commandIds]);
  return await tx.write('DELETE FROM command WHERE command_id IN (?)', [commandIds]);
}
