/** What others do at the one moment that a test is about: while a call waits for a row, or before it begins its transaction. */
import { setTimeout as pause } from 'node:timers/promises';
import type { LockManager } from '../ports/lock-manager.ts';
import { openStranger } from './database-state.ts';
import type { TestDomain } from './test-domain.ts';

const PATIENCE_MS = 10_000;
const LOOK_EVERY_MS = 100;

export interface Stranger {
  /** Locks the row that the call will wait for. */
  readonly hold: string;
  /** Done by the same transaction once the call waits; then it commits. */
  readonly change: readonly string[];
}

/** Begins the work while somebody else holds a row of it, and answers what the work does with what that one leaves. */
export async function whileHeld<T>(at: TestDomain, { hold, change }: Stranger, work: () => Promise<T>): Promise<T> {
  const stranger = await openStranger(at.url);
  try {
    await stranger.query('START TRANSACTION');
    await stranger.query(`${hold} FOR UPDATE`);
    const working = work();
    working.catch(() => undefined);
    await untilOneWaits(stranger);
    for (const statement of change) await stranger.query(statement);
    await stranger.query('COMMIT');
    return await working;
  } finally {
    await stranger.end();
  }
}

/** Statements under way by others in this database; one that is still there at the next look waits for a row. */
async function underWay(stranger: Awaited<ReturnType<typeof openStranger>>): Promise<readonly string[]> {
  const [rows] = await stranger.query(
    `SELECT CONCAT(id, ' ', info) AS statement FROM information_schema.processlist
     WHERE db = DATABASE() AND command = 'Query' AND id <> CONNECTION_ID()`,
  );
  return (rows as { statement: string }[]).map(({ statement }) => statement);
}

async function untilOneWaits(stranger: Awaited<ReturnType<typeof openStranger>>): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS;
  for (let before: readonly string[] = []; ;) {
    await pause(LOOK_EVERY_MS);
    const now = await underWay(stranger);
    if (now.some((statement) => before.includes(statement))) return;
    if (performance.now() > deadline) throw new Error('the work never waited for the row');
    before = now;
  }
}

export interface Interruption {
  readonly locks: LockManager;
  /** Done once, between the next call and its transaction. */
  next(work: () => Promise<unknown>): void;
}

/** A lock manager that grants everybody, and lets somebody else act before the call that it was asked for begins. */
export function interrupting(): Interruption {
  let pending: (() => Promise<unknown>) | undefined;
  return {
    locks: {
      using: async (_scope, _keys, work) => {
        const now = pending;
        pending = undefined;
        await now?.();
        return await work();
      },
    },
    next: (work) => {
      pending = work;
    },
  };
}
