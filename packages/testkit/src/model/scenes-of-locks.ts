/** Scenes of stock that is locked, and of batches that are held still. */
import type { Situation } from '../oracle/sometimes.ts';
import { freeze, lockSome, reserve } from './scene-step.ts';
import type { Scene } from './stage.ts';
import { type Step } from './state.ts';

function release(lockId: string): Step {
  return { procedure: 'lock.release', input: { lockId, reason: 'done' } };
}

export const scenesOfLocks = {
  async 'held goods are frozen'({ play, batch, hold, lock }) {
    await play(reserve());
    await play(freeze(batch('C')));
    await play({ procedure: 'reservation.deduct', input: { id: hold('b1') } }, 'INV_016');
    await play(release(lock()));
  },
  async 'goods leave a hold of which others are frozen'({ play, batch, hold }) {
    await play(reserve({ skuId: 'A', quantity: 8 }));
    await play(freeze(batch('A', 'n1', 'east')));
    await play({ procedure: 'reservation.deduct', input: { id: hold('b1'), quantity: 1 } });
  },
  async 'a lock is answered as it is'({ play, again, batch, lock }) {
    await play(lockSome(batch('C'), 2));
    await again('same call');
    await play({ procedure: 'lock.get', input: { lockId: lock() } });
  },
  async 'an overdue lock of the same name'({ play, wait, batch }) {
    await play(lockSome(batch('C')));
    wait(3);
    await play(lockSome(batch('C'), 2));
  },
  async 'a release of an overdue lock'({ play, wait, batch, lock }) {
    await play(lockSome(batch('C')));
    wait(3);
    await play(release(lock()), 'INV_010');
  },
} as const satisfies Partial<Record<Situation, Scene>>;

/** Rules that are no situation of their own. */
export const rulesOfLocks = {
  async 'locks end at their deadline'({ play, wait, batch }) {
    await play(lockSome(batch('C')));
    wait(3);
    await play({ procedure: 'lock.expireDue', input: { limit: 20 } });
  },
  async 'an operation holds several batches still'({ play, batch }) {
    await play(freeze(batch('C'), batch('A')));
  },
} as const satisfies Record<string, Scene>;
