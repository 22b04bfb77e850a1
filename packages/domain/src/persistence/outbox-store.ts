/** The outbox as the relay sees it: rows not yet published, how far each aggregate is, and the lease of the one relay. */
import type { Fact } from '../entities/outbox.ts';
import { toDatabaseTime } from './database-time.ts';
import { fromMicros, type Instant, toMicros } from '@granary/contracts/instant';
import { outbox } from './tables.ts';
import type { Raw } from './table.ts';
import type { Tx } from './transaction.ts';

export interface OutboxEntry {
  readonly outboxId: string;
  readonly facts: readonly Fact[];
}

/** `after` is the id of the last row of the page before. */
export async function readOutbox(
  tx: Tx,
  { after, limit }: { after: string; limit: number },
): Promise<readonly OutboxEntry[]> {
  const rows = await tx.select(outbox, `WHERE t.outbox_id > ? ORDER BY t.outbox_id LIMIT ${limit}`, [after]);
  return rows.map((row) => ({ outboxId: row.outboxId, facts: JSON.parse(row.facts) as Fact[] }));
}

export async function readCursors(tx: Tx, aggregates: readonly string[]): Promise<ReadonlyMap<string, number>> {
  if (aggregates.length === 0) return new Map();
  const rows = await tx.rows('SELECT aggregate, version FROM outbox_cursor WHERE aggregate IN (?)', [
    [...new Set(aggregates)],
  ]);
  return new Map(rows.map((row) => [String(row['aggregate']), Number(row['version'])]));
}

/** Never back: a relay that lost its lease while it published may come here after the next one has gone on. */
export async function advanceCursors(tx: Tx, cursors: ReadonlyMap<string, number>): Promise<void> {
  const rows = [...cursors].toSorted(([a], [b]) => (a < b ? -1 : 1));
  if (rows.length === 0) return;
  await tx.write(
    'INSERT INTO outbox_cursor (aggregate, version) VALUES ? ON DUPLICATE KEY UPDATE version = GREATEST(version, VALUES(version))',
    [rows],
  );
}

export async function removeOutbox(tx: Tx, outboxIds: readonly string[]): Promise<void> {
  if (outboxIds.length > 0) await tx.write('DELETE FROM outbox WHERE outbox_id IN (?)', [outboxIds]);
}

const RELAY_LEASE = 'outbox-relay';

/** True when the lease is ours now: it was, or nobody's, or its holder let it run out. Renewed when half of it has gone. */
export async function takeLease(
  tx: Tx,
  { holder, leaseMs, name = RELAY_LEASE }: { holder: string; leaseMs: number; name?: string },
): Promise<boolean> {
  // Mostly a look is enough, and whoever stands still after it has nothing locked that others wait for.
  const seen = judgeLease(await findLease(tx, name), { holder, leaseMs, now: await tx.now() });
  if (seen !== 'due') return seen === 'ours';
  const lease = (await lockLease(tx, name)) ?? (await makeLease(tx, name));
  const now = await tx.now();
  const judged = judgeLease(lease, { holder, leaseMs, now });
  if (judged !== 'due') return judged === 'ours';
  await tx.write(
    'INSERT INTO lease (name, holder, expires_at) VALUES (?, ?, ?) ON DUPLICATE KEY UPDATE holder = VALUES(holder), expires_at = VALUES(expires_at)',
    [name, holder, plusMs(now, leaseMs)],
  );
  return true;
}

interface Claim {
  readonly holder: string;
  readonly leaseMs: number;
  readonly now: Instant;
}

/** `due` is one that may be taken, or is ours and has half of its time behind it. */
function judgeLease(lease: Raw | undefined, { holder, leaseMs, now }: Claim): 'ours' | 'theirs' | 'due' {
  const isOurs = lease?.['holder'] === holder;
  const until = lease === undefined ? '' : String(lease['expiresAt']);
  if (!isOurs) return until > plusMs(now, 0) ? 'theirs' : 'due';
  return until > plusMs(now, leaseMs / 2) ? 'ours' : 'due';
}

function plusMs(now: Instant, ms: number): string {
  return toDatabaseTime(fromMicros(toMicros(now) + BigInt(Math.floor(ms)) * 1000n));
}

async function findLease(tx: Tx, name: string): Promise<Raw | undefined> {
  const [lease] = await tx.rows('SELECT holder, expires_at AS expiresAt FROM lease WHERE name = ?', [name]);
  return lease;
}

/** Whoever holds this lock is alone with the cursors. */
export async function lockLease(tx: Tx, name = RELAY_LEASE): Promise<Raw | undefined> {
  const [lease] = await tx.rows('SELECT holder, expires_at AS expiresAt FROM lease WHERE name = ? FOR UPDATE', [name]);
  return lease;
}

/** Two relays may find no lease at once; the row of nobody is made first, so that one of them then waits for the other. */
async function makeLease(tx: Tx, name: string): Promise<Raw | undefined> {
  await tx.write(`INSERT INTO lease (name, holder, expires_at) VALUES (?, '', ?) ON DUPLICATE KEY UPDATE name = name`, [
    name,
    '1970-01-01 00:00:00',
  ]);
  return await lockLease(tx, name);
}
