/** The locks of one unit of work, as the decisions so far have left them, beside the draft that has the batches. */
import type { EventType } from '@granary/contracts/event';
import type { Instant } from '@granary/contracts/instant';
import type { Lock, LockLineRow } from '../entities/lock.ts';
import { invariant } from '../refusal.ts';
import type { Draft } from './draft.ts';

export interface LockBook {
  readonly locks: Map<string, Lock>;
  /** Of those that were loaded: the version, the fence of their update, and how many lines are stored. */
  readonly loaded: Map<string, { readonly version: number; readonly lines: number }>;
  readonly changed: Set<string>;
}

export function openLockBook(stored: readonly Lock[] = []): LockBook {
  return {
    locks: new Map(stored.map((lock) => [lock.lockId, lock])),
    loaded: new Map(stored.map((lock) => [lock.lockId, { version: lock.version, lines: lock.lines.length }])),
    changed: new Set(),
  };
}

export function lockOf(book: LockBook, lockId: string): Lock {
  const lock = book.locks.get(lockId);
  invariant(lock !== undefined, `lock ${lockId} was not loaded`);
  return lock;
}

/** Overdue: open past its deadline. Until somebody meets it, it still locks. */
export function isLockOverdue({ state, expiresAt }: Pick<Lock, 'state' | 'expiresAt'>, now: Instant): boolean {
  return state === 'active' && expiresAt !== null && expiresAt <= now;
}

/** What one step of a lock tells; without `before` and `after` it is the lock itself that is told. */
export interface LockEvent {
  readonly type: EventType;
  readonly before?: unknown;
  readonly after?: unknown;
}

export interface LockChange {
  readonly lock: Lock;
  readonly fields: Partial<Omit<Lock, 'lockId' | 'version' | 'commandId'>>;
  /** In order; each raises the version by one. */
  readonly events: readonly LockEvent[];
  readonly commandId: string;
}

export function changeLock(draft: Draft, book: LockBook, { lock, fields, events, commandId }: LockChange): Lock {
  const next: Lock = { ...lock, ...fields, version: lock.version + events.length, commandId };
  book.locks.set(next.lockId, next);
  book.changed.add(next.lockId);
  for (const [at, event] of events.entries()) {
    const from = lock.version + at;
    draft.facts.push({
      type: event.type,
      kind: 'lock',
      id: next.lockId,
      from,
      to: from + 1,
      commandId,
      before: event.before ?? (from === 0 ? null : snapshot(lock)),
      after: event.after ?? snapshot(next),
    });
  }
  return next;
}

/** What an event tells of a lock. */
function snapshot({ lockId, kind, type, businessId, operator, reason, state, expiresAt, lines }: Lock) {
  return { lockId, kind, type, businessId, operator, reason, state, expiresAt, batches: lines.map(briefly) };
}

function briefly({ batchId, skuId, locationId, quantity, held }: LockLineRow) {
  return { batchId, skuId, locationId, quantity, held };
}
