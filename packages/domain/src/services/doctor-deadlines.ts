/** The doctor looks at what time alone should have ended: a worker that is dead leaves it standing. */
import { plusSeconds } from '@granary/contracts/instant';
import type { Call } from '../call.ts';
import { findDueBatches } from '../persistence/batch-life-store.ts';
import { MOST_SHOWN, straightenDeadline } from '../persistence/doctor-store.ts';
import { lockLevels } from '../persistence/level-store.ts';
import { findDueLocks } from '../persistence/lock-store.ts';
import { findDue, findHeldLevels, lockHolds } from '../persistence/reservation-store.ts';
import type { Tx } from '../persistence/transaction.ts';
import { atOnce, type Cure, type Examination, type Look } from '../ports/examination.ts';
import { accepted, present } from '../refusal.ts';
import type { Ailment } from '@granary/contracts/doctor';
import type { Instant } from '@granary/contracts/instant';
import { createBatchExpiry } from './batch-expiry.ts';
import { draftNow, type Engine, execute } from './execution.ts';
import { createExpiry } from './expiry.ts';
import { createLockExpiry } from './lock-expiry.ts';

/** The sweep comes every second: what is overdue for longer was left by it. */
const GRACE_SECONDS = 60;

export function deadlineExaminations(engine: Engine): readonly Examination[] {
  const { expireDue: expireHolds } = createExpiry(engine);
  const { expireDue: endLocks } = createLockExpiry(engine);
  const markBatches = createBatchExpiry(engine);
  const limit = MOST_SHOWN;
  return [
    swept(engine, {
      ...{ ailment: 'overdueHolds', noun: 'reservation', find: findDue },
      cure: (call) => expireHolds({ limit }, call),
    }),
    swept(engine, {
      ...{ ailment: 'overdueLocks', noun: 'lock', find: findDueLocks },
      cure: (call) => endLocks({ limit }, call),
    }),
    swept(engine, {
      ...{ ailment: 'expiredBatches', noun: 'batch' },
      find: async (tx, before, most) => (await findDueBatches(tx, before, most)).map(({ batchId }) => batchId),
      cure: (call) => markBatches({ limit }, call),
    }),
  ];
}

interface Swept {
  readonly ailment: Ailment;
  readonly noun: string;
  readonly find: (tx: Tx, before: Instant, limit: number) => Promise<readonly string[]>;
  readonly cure: Cure;
}

function swept({ units }: Engine, { ailment, noun, find, cure }: Swept): Examination {
  const detail = `has been past its time for more than ${GRACE_SECONDS} seconds, and no worker has come`;
  const look = async (): Promise<Look> => {
    const ids = await units.read(async (tx) => await find(tx, plusSeconds(await tx.now(), -GRACE_SECONDS), MOST_SHOWN));
    return atOnce(
      ids.map((id) => ({ ailment, where: `${noun} ${id}`, detail, cure })),
      ids.length + 1,
    );
  };
  return { finds: [ailment], look };
}

/** The index by deadline of one reservation is made again from its header, under the locks of whoever changes one. */
export function holdDeadlineCure(engine: Engine, reservationId: string): Cure {
  return async (call: Call) =>
    await execute(engine, {
      ...{ procedure: 'system.doctor', input: { repair: 'holdDeadlines', id: reservationId } as object, call },
      lock: { scope: 'reservation', keys: [] },
      decide: async (tx) => {
        const at = await findHeldLevels(tx, [reservationId]);
        await lockLevels(tx, { skuIds: [], pairs: at });
        const [hold] = await lockHolds(tx, [reservationId]);
        const draft = await draftNow(tx, engine);
        const { lines, state, expiresAt } = present(hold, 'a reservation that was looked at');
        const due = (held: number) => (state === 'active' && held > 0 ? expiresAt : null);
        return {
          ...{ draft, outcome: accepted(lines.length) },
          before: lines.map(({ lineNo, dueAt }) => ({ reservationId, lineNo, dueAt })),
          after: lines.map(({ lineNo, held }) => ({ reservationId, lineNo, dueAt: due(held) })),
          write: async () => void (await straightenDeadline(tx, reservationId)),
        };
      },
    });
}
