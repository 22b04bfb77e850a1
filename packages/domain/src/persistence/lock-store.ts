/** Locks with their lines. Levels are locked before them; found by plain reads, then read again under the lock. */
import type { LockListInput } from '@granary/contracts/lock';
import type { Instant } from '@granary/contracts/instant';
import type { Lock, LockLineRow, LockRow } from '../entities/lock.ts';
import { placesOf } from '../rules/location-scope.ts';
import type { LockBook } from '../rules/lock-book.ts';
import { toDatabaseTime } from './database-time.ts';
import { whereOf } from './filter.ts';
import type { LevelPair } from './level-store.ts';
import type { Raw } from './table.ts';
import { lockLines, locks } from './tables.ts';
import type { Tx } from './transaction.ts';
import { appendRows, changeRows } from './write-rows.ts';

/** Ids of the business lock that stands under this key; at most one. */
export async function findStandingLock(
  tx: Tx,
  { type, businessId }: { type: string; businessId: string },
): Promise<readonly string[]> {
  const rows = await tx.rows(
    `SELECT t.lock_id AS id FROM stock_lock AS t FORCE INDEX (stock_lock_held)
     WHERE t.business_id = ? AND t.type = ? AND t.held = 1`,
    [businessId, type],
  );
  return ids(rows);
}

/** The longest overdue first, without a lock. */
export async function findDueLocks(tx: Tx, now: Instant, limit: number): Promise<readonly string[]> {
  const rows = await tx.rows(
    `SELECT t.lock_id AS id FROM stock_lock AS t FORCE INDEX (stock_lock_due)
     WHERE t.state = 'active' AND t.expires_at <= ? ORDER BY t.expires_at, t.lock_id LIMIT ${limit}`,
    [toDatabaseTime(now)],
  );
  return ids(rows);
}

export interface LockedLevel extends LevelPair {
  readonly lockId: string;
}

/** The levels at which these locks lock something: they must be locked first. */
export async function findLockLevels(tx: Tx, lockIds: readonly string[]): Promise<readonly LockedLevel[]> {
  if (lockIds.length === 0) return [];
  const rows = await tx.rows(
    `SELECT DISTINCT t.lock_id AS lockId, t.sku_id AS skuId, t.location_id AS locationId
     FROM stock_lock_line AS t FORCE INDEX (PRIMARY) WHERE t.lock_id IN (?)`,
    [lockIds],
  );
  return rows.map((row) => ({
    lockId: String(row['lockId']),
    skuId: String(row['skuId']),
    locationId: String(row['locationId']),
  }));
}

/** Locks the headers in the order of their ids and reads the lines, which nobody changes without their levels. */
export async function lockLocks(tx: Tx, lockIds: readonly string[]): Promise<readonly Lock[]> {
  if (lockIds.length === 0) return [];
  const tail = 'FORCE INDEX (PRIMARY) WHERE t.lock_id IN (?) ORDER BY t.lock_id FOR UPDATE';
  return await withLockLines(tx, await tx.select(locks, tail, [[...new Set(lockIds)].toSorted()]));
}

/** Without a lock: for answers. */
export async function findLocks(tx: Tx, lockIds: readonly string[]): Promise<readonly Lock[]> {
  if (lockIds.length === 0) return [];
  return await withLockLines(tx, await tx.select(locks, 'FORCE INDEX (PRIMARY) WHERE t.lock_id IN (?)', [lockIds]));
}

async function withLockLines(tx: Tx, headers: readonly LockRow[]): Promise<readonly Lock[]> {
  if (headers.length === 0) return [];
  const rows = await tx.select(
    lockLines,
    'FORCE INDEX (PRIMARY) WHERE t.lock_id IN (?) ORDER BY t.lock_id, t.line_no',
    [headers.map((header) => header.lockId)],
  );
  const byLock = new Map<string, LockLineRow[]>();
  for (const row of rows) {
    const lines = byLock.get(row.lockId);
    if (lines === undefined) byLock.set(row.lockId, [row]);
    else lines.push(row);
  }
  return headers.map((header) => ({ ...header, lines: byLock.get(header.lockId) ?? [] }));
}

/** Newest first. */
export async function listLocks(
  tx: Tx,
  query: { input: LockListInput; before: string | undefined; limit: number },
): Promise<readonly Lock[]> {
  const { input, before, limit } = query;
  const of = (column: string) => `t.lock_id IN (SELECT l.lock_id FROM stock_lock_line AS l WHERE l.${column} = ?)`;
  const { where, parameters } = whereOf([
    [of('sku_id'), input.skuId],
    [of('batch_id'), input.batchId],
    ['t.business_id = ?', input.businessId],
    ['t.state = ?', input.state],
    ['t.kind = ?', input.kind],
    ['t.lock_id < ?', before],
    [
      `NOT EXISTS (SELECT 1 FROM stock_lock_line AS l FORCE INDEX (PRIMARY)
        WHERE l.lock_id = t.lock_id AND l.location_id NOT IN (?))`,
      placesOf(tx.scope),
    ],
  ]);
  return await withLockLines(tx, await tx.select(locks, `${where} ORDER BY t.lock_id DESC LIMIT ${limit}`, parameters));
}

/** Writes what the decisions made of the locks. */
export async function writeLocks(tx: Tx, book: LockBook): Promise<void> {
  const changed = [...book.changed].flatMap((id) => book.locks.get(id) ?? []);
  const made = changed.filter((lock) => !book.loaded.has(lock.lockId));
  const kept = changed.filter((lock) => book.loaded.has(lock.lockId));
  const set = ['state', 'progress', 'endedAt', 'endReason', 'commandId'] satisfies (keyof LockRow)[];
  // A lock that has just ended gives its business key up before a new one takes it.
  await changeRows(
    tx,
    { table: locks, keys: ['lockId'], set, fence: 'version' },
    kept.map((row) => ({ row, from: book.loaded.get(row.lockId)?.version })),
  );
  if (made.length > 0) await appendRows(tx, locks, made);
  const stored = (lock: Lock) => book.loaded.get(lock.lockId)?.lines ?? 0;
  const fresh = changed.flatMap((lock) => lock.lines.slice(stored(lock)));
  if (fresh.length > 0) await appendRows(tx, lockLines, fresh);
  await changeRows(
    tx,
    { table: lockLines, keys: ['lockId', 'lineNo'], set: ['held'] },
    kept.flatMap((lock) => lock.lines.slice(0, stored(lock))).map((row) => ({ row })),
  );
}

/**
 * Open business locks follow a batch that another took over. The caller holds the lock on the level of both, and has moved
 * what is locked with a movement; whoever ends the lock reads its lines under the same level.
 */
export async function moveLocks(
  tx: Tx,
  sources: readonly string[],
  target: { readonly batchId: string; readonly batchNo: string },
): Promise<void> {
  if (sources.length === 0) return;
  await tx.write(
    `UPDATE stock_lock_line AS t FORCE INDEX (stock_lock_line_batch) SET t.batch_id = ?, t.batch_no = ?
     WHERE t.batch_id IN (?) AND t.held > 0`,
    [target.batchId, target.batchNo, sources],
  );
}

export interface BusinessLockLine {
  readonly lockId: string;
  readonly type: string;
  readonly businessId: string;
  readonly locationId: string;
  readonly batchId: string;
  readonly held: number;
  readonly expiresAt: Instant | null;
}

/** What business locks keep out of sale of a SKU, in the order in which they were made. */
export async function readLockedLines(tx: Tx, skuId: string, limit: number): Promise<readonly BusinessLockLine[]> {
  const { where, parameters } = whereOf([
    ['l.sku_id = ? AND l.held > 0', skuId],
    ['l.location_id IN (?)', placesOf(tx.scope)],
  ]);
  const rows = await tx.rows(
    `SELECT l.lock_id AS lockId, l.line_no AS lineNo FROM stock_lock_line AS l ${where}
     ORDER BY l.lock_id, l.line_no LIMIT ${limit}`,
    parameters,
  );
  const lines = new Map<string, Set<number>>();
  for (const row of rows) {
    const lockId = String(row['lockId']);
    lines.set(lockId, (lines.get(lockId) ?? new Set()).add(Number(row['lineNo'])));
  }
  const found = await findLocks(tx, [...lines.keys()]);
  return found.flatMap(({ lockId, type, businessId, expiresAt, lines: all }) =>
    all
      .filter((line) => lines.get(lockId)?.has(line.lineNo) === true)
      .map(({ locationId, batchId, held }) => {
        return { lockId, type, businessId: businessId ?? '', locationId, batchId, held, expiresAt };
      }),
  );
}

function ids(rows: readonly Raw[]): readonly string[] {
  return rows.map((row) => String(row['id']));
}
