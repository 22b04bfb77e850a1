/** The sweep: expires what is overdue. Any number of workers may run it; each reservation is expired once. */
import type { ExpireDueAnswer, ExpireDueInput } from '@granary/contracts/reservation';
import type { Call } from '../call.ts';
import { lockFreeLevels } from '../persistence/level-store.ts';
import { findDue, findHeldLevels, lockHolds } from '../persistence/reservation-store.ts';
import { levelKey } from '../entities/level.ts';
import { loadBatches } from '../persistence/batch-store.ts';
import { addBatches, addHolds, addLevels } from '../rules/draft.ts';
import { expireHold, isOverdue } from '../rules/hold.ts';
import { accepted } from '../refusal.ts';
import { draftNow, type Engine, execute } from './execution.ts';

export function createExpiry(engine: Engine) {
  /** Finds due ids without a lock, takes their LEVELS with SKIP LOCKED, then reads the reservations again: the other order deadlocks. */
  async function expireDue(input: ExpireDueInput, call: Call): Promise<ExpireDueAnswer> {
    return await execute(engine, {
      procedure: 'reservation.expireDue',
      input,
      call,
      lock: { scope: 'reservation', keys: [] },
      decide: async (tx) => {
        const due = await findDue(tx, await tx.now(), input.limit);
        const held = await findHeldLevels(tx, due);
        const levels = await lockFreeLevels(tx, held);
        const draft = await draftNow(tx, engine);
        addLevels(draft, levels);
        const busy = new Set(
          held.filter((line) => !draft.levels.has(levelKey(line))).map((line) => line.reservationId),
        );
        const holds = await lockHolds(
          tx,
          due.filter((id) => !busy.has(id)),
        );
        // Between the plain read and the locks a hold may have ended, or have been replaced by one that lies elsewhere.
        const mine = holds.filter(
          (hold) =>
            isOverdue(hold, draft.now) &&
            hold.lines.every((line) => line.held === 0 || draft.levels.has(levelKey(line))),
        );
        addBatches(
          draft,
          await loadBatches(
            tx,
            mine.flatMap((hold) => hold.lines.map((line) => line.batchId)),
          ),
        );
        addHolds(draft, mine);
        for (const hold of mine) expireHold(draft, hold, tx.commandId);
        const reservationIds = mine.map((hold) => hold.reservationId);
        return { draft, outcome: accepted({ expired: mine.length, reservationIds }), isIdle: mine.length === 0 };
      },
    });
  }

  return { expireDue };
}
