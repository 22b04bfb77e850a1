/** The sweep of locks: ends what is overdue. Any number of workers may run it; each lock ends once. */
import type { LockExpireDueAnswer, LockExpireDueInput } from '@granary/contracts/lock';
import type { Call } from '../call.ts';
import { levelKey } from '../entities/level.ts';
import { loadBatches } from '../persistence/batch-store.ts';
import { type LevelPair, lockFreeLevels } from '../persistence/level-store.ts';
import { findDueLocks, findLockLevels, lockLocks, writeLocks } from '../persistence/lock-store.ts';
import { accepted } from '../refusal.ts';
import { addBatches, addLevels } from '../rules/draft.ts';
import { expireLock } from '../rules/end-lock.ts';
import { isLockOverdue, openLockBook } from '../rules/lock-book.ts';
import { draftNow, type Engine, execute } from './execution.ts';

export function createLockExpiry(engine: Engine) {
  /** As in the sweep of reservations: due ids without a lock, their LEVELS with SKIP LOCKED, then the locks again. */
  async function expireDue(input: LockExpireDueInput, call: Call): Promise<LockExpireDueAnswer> {
    return await execute(engine, {
      procedure: 'lock.expireDue',
      input,
      call,
      lock: { scope: 'reservation', keys: [] },
      decide: async (tx) => {
        const due = await findDueLocks(tx, await tx.now(), input.limit);
        const at = await findLockLevels(tx, due);
        const levels = await lockFreeLevels(tx, at);
        const draft = await draftNow(tx, engine);
        addLevels(draft, levels);
        const isMine = (line: LevelPair) => draft.levels.has(levelKey(line));
        // A level that somebody else has locked leaves its locks to the next round.
        const busy = new Set(at.filter((line) => !isMine(line)).map((line) => line.lockId));
        const found = await lockLocks(
          tx,
          due.filter((id) => !busy.has(id)),
        );
        const mine = found.filter((lock) => isLockOverdue(lock, draft.now) && lock.lines.every(isMine));
        const batchIds = mine.flatMap((lock) => lock.lines.map((line) => line.batchId));
        addBatches(draft, await loadBatches(tx, batchIds));
        const book = openLockBook(mine);
        for (const lock of mine) expireLock(draft, book, { lock, commandId: tx.commandId });
        const lockIds = mine.map((lock) => lock.lockId);
        return {
          draft,
          outcome: accepted({ expired: mine.length, lockIds }),
          isIdle: mine.length === 0,
          write: () => writeLocks(tx, book),
        };
      },
    });
  }

  return { expireDue };
}
