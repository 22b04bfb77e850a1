/** The sweep of batches: marks what is past its date. Any number of workers may run it; each batch is marked once. */
import type { BatchExpireDueAnswer, BatchExpireDueInput } from '@granary/contracts/batch-life';
import type { Call } from '../call.ts';
import { levelKey } from '../entities/level.ts';
import { findDueBatches } from '../persistence/batch-life-store.ts';
import { loadBatches } from '../persistence/batch-store.ts';
import { lockFreeLevels } from '../persistence/level-store.ts';
import { accepted } from '../refusal.ts';
import { addBatches, addLevels } from '../rules/draft.ts';
import { expireBatch, isDue } from '../rules/expire-batch.ts';
import { draftNow, type Engine, execute } from './execution.ts';

export function createBatchExpiry(engine: Engine) {
  /** As in the sweep of reservations: due ids without a lock, their LEVELS with SKIP LOCKED, then the batches again. */
  return async (input: BatchExpireDueInput, call: Call): Promise<BatchExpireDueAnswer> =>
    await execute(engine, {
      procedure: 'batch.expireDue',
      input,
      call,
      lock: { scope: 'document', keys: [] },
      decide: async (tx) => {
        const due = await findDueBatches(tx, await tx.now(), input.limit);
        const levels = await lockFreeLevels(tx, due);
        const draft = await draftNow(tx, engine);
        addLevels(draft, levels);
        // A level that somebody else has locked leaves its batches to the next round.
        const mine = due.filter((batch) => draft.levels.has(levelKey(batch))).map((batch) => batch.batchId);
        const rows = (await loadBatches(tx, mine)).filter((row) => isDue(row, draft.now));
        addBatches(draft, rows);
        for (const row of rows) expireBatch(draft, row, tx.commandId);
        const batchIds = rows.map((row) => row.batchId);
        return { draft, outcome: accepted({ expired: rows.length, batchIds }), isIdle: rows.length === 0 };
      },
    });
}
