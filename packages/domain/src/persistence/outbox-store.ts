/** The outbox as the relay sees it: rows not yet published, how far each aggregate is, and the lease of the one relay. */
import type { Fact } from '../entities/outbox.ts';
import { toDatabaseTime } from './database-time.ts';
import { fromMicros, toMicros } from '@granary/contracts/instant';
import { outbox } from './tables.ts';
import type { Tx } from './transaction.ts';

export interface OutboxEntry {
  readonly outboxId: string;
  readonly facts: readonly Fact[];
}

export async function readOutbox(tx: Tx, limit: number): Promise<readonly OutboxEntry[]> {
  const rows = await tx.select(outbox, `ORDER BY t.outbox_id LIMIT ${limit}`);
  return rows.map((row) => ({ outboxId: row.outboxId, facts: JSON.parse(row.facts) as Fact[] }));
}

export async function readCursors(tx: Tx, aggregates: readonly string[]): Promise<ReadonlyMap<string, number>> {
  if (aggregates.length === 0) return new Map();
  const rows = await tx.rows('SELECT aggregate, version FROM outbox_cursor WHERE aggregate IN (?)', [
    [...new Set(aggregates)],
  ]);
  return new Map(rows.map((row) => [String(row['aggregate']), Number(row['version'])]));
}

export async function advanceCursors(tx: Tx, cursors: ReadonlyMap<string, number>): Promise<void> {
  const rows = [...cursors].toSorted(([a], [b]) => (a < b ? -1 : 1));
  if (rows.length === 0) return;
  await tx.write(
    'INSERT INTO outbox_cursor (aggregate, version) VALUES ? ON DUPLICATE KEY UPDATE version = VALUES(version)',
    [rows],
  );
}

export async function removeOutbox(tx: Tx, outboxIds: readonly string[]): Promise<void> {
  if (outboxIds.length > 0) await tx.write('DELETE FROM outbox WHERE outbox_id IN (?)', [outboxIds]);
}

const RELAY_LEASE = 'outbox-relay';

/** True when the lease is ours now: it was, or nobody's, or its holder let it run out. */
export async function takeLease(tx: Tx, { holder, leaseMs }: { holder: string; leaseMs: number }): Promise<boolean> {
  const [lease] = await tx.rows('SELECT holder, expires_at AS expiresAt FROM lease WHERE name = ? FOR UPDATE', [
    RELAY_LEASE,
  ]);
  const now = await tx.now();
  const until = toDatabaseTime(fromMicros(toMicros(now) + BigInt(leaseMs) * 1000n));
  if (lease !== undefined && lease['holder'] !== holder && String(lease['expiresAt']) > toDatabaseTime(now))
    return false;
  await tx.write(
    'INSERT INTO lease (name, holder, expires_at) VALUES (?, ?, ?) ON DUPLICATE KEY UPDATE holder = VALUES(holder), expires_at = VALUES(expires_at)',
    [RELAY_LEASE, holder, until],
  );
  return true;
}
