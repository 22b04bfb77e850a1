/**
 * Thins contention around slow work. It never holds truth: with a manager that always grants, or none that answers,
 * every invariant still holds, since the level row and its version decide.
 */
export type LockScope = 'document' | 'reservation';

export interface LockManager {
  /** Runs `work` while the keys are held, or without them when they cannot be had in time. */
  using<T>(scope: LockScope, keys: readonly string[], work: () => Promise<T>): Promise<T>;
}

/** Grants everybody at once: the manager of STOCK_LOCK=none, and of the tests that prove that locks hold no truth. */
export const grantEverybody: LockManager = { using: (_scope, _keys, work) => work() };
