/** Scenes of reservations: made, repeated, replaced, overdue, converted, and kept from taking too much. */
import type { Situation } from '../oracle/sometimes.ts';
import { convert, line, purchase, reserve, reserveMany, sell } from './scene-step.ts';
import type { Scene, Stage } from './stage.ts';
import { dayOf } from './state.ts';

/** Five of the six C, until they are overdue. */
async function overdueHold({ play, wait }: Stage): Promise<void> {
  await play(reserve({ businessId: 'b3', quantity: 5, ttlSeconds: 1500 }));
  wait(3);
}

export const scenesOfHolds = {
  async 'a hold is answered as it is'({ play, again }) {
    await play(reserve());
    await again('same call');
  },
  async 'a hold is replaced'({ play }) {
    await play(reserve());
    await play(reserve({ quantity: 2 }), 'INV_008');
    await play(reserve({ quantity: 2, replace: true }));
  },
  async 'a replacement meets a hold of which a part has left'({ play, hold }) {
    await play(reserve({ quantity: 2 }));
    await play({ procedure: 'reservation.deduct', input: { id: hold('b1'), quantity: 1 } });
    await play(reserve({ quantity: 3, replace: true }), 'INV_010');
  },
  async 'lines of one hold are added up'({ play }) {
    await play(reserveMany({ quantity: 1 }, { quantity: 2 }));
  },
  async 'each sum fits alone, together they do not'({ play }) {
    const [here, anywhere] = [
      { skuId: 'A', quantity: 6, locationId: 'default' },
      { skuId: 'A', quantity: 10 },
    ];
    await play(reserveMany(here, { ...anywhere, businessId: 'b2' }), 'INV_002');
  },
  async 'an overdue hold of the same name'(stage) {
    await overdueHold(stage);
    await stage.play(reserve({ businessId: 'b3', quantity: 2 }));
  },
  async 'overdue holds in the way of a call that then succeeds'(stage) {
    await overdueHold(stage);
    await stage.play(reserve({ quantity: 5, businessId: 'b2' }));
  },
  async 'overdue holds in the way of a call that is short even so'(stage) {
    await overdueHold(stage);
    await stage.play(sell({ quantity: 9 }), 'INV_002');
  },
  async 'a hold over two places'({ play }) {
    await play(reserve({ skuId: 'A', quantity: 8 }));
  },
  async 'a confirmation of what has left already'({ play, hold }) {
    await play(reserve());
    await play({ procedure: 'reservation.deduct', input: { id: hold('b1') } });
    await play({ procedure: 'reservation.confirm', input: { id: hold('b1') } });
  },
  async 'a deduct of a part'({ play, again, hold }) {
    await play(reserve({ quantity: 3 }));
    await play({ procedure: 'reservation.deduct', input: { id: hold('b1'), quantity: 1, idempotencyKey: 'k' } });
    await again('same key');
  },
  async 'a conversion repeated'({ play, again }) {
    await play(reserve({ type: 'cart' }));
    await play(convert('b1', 'b2'));
    await again('same call');
  },
  async 'an overdue hold in the way of a conversion'({ play, wait }) {
    await play(reserve({ businessId: 'b2', ttlSeconds: 1500 }));
    await play(reserve({ type: 'cart' }));
    wait(3);
    await play(convert('b1', 'b2'));
  },
  async 'more due than the sweep may take'({ play, wait }) {
    await play(reserve({ ttlSeconds: 1500 }));
    await play(reserve({ ttlSeconds: 1500, businessId: 'b2' }));
    wait(3);
    await play({ procedure: 'reservation.expireDue', input: { limit: 1 } });
  },
  async 'a sale that leaves some of its confirmed and active holds'({ play, hold }) {
    await play(reserve({ quantity: 2 }));
    await play({ procedure: 'reservation.confirm', input: { id: hold('b1') } });
    await play(reserve({ quantity: 2, lineId: 'l1' }));
    await play(sell({ quantity: 3 }));
  },
  async 'a sale from holds and free stock'({ play }) {
    await play(reserve({ quantity: 2 }));
    await play(sell({ quantity: 3 }));
  },
} as const satisfies Partial<Record<Situation, Scene>>;

/** Rules that are no situation of their own. */
export const rulesOfHolds = {
  async 'a strategy decides'({ play }) {
    await play(purchase());
    await play(reserve({ strategy: 'lifo' }));
  },
  async 'a place decides'({ play }) {
    await play(reserve({ skuId: 'A', locationId: 'default' }));
  },
  async 'a quality decides'({ play }) {
    await play(purchase({ qualityLevel: 'B' }));
    await play(reserve({ qualityLevel: 'B' }));
  },
  async 'a shelf life decides'({ play, state }) {
    await play(purchase({ expiresAt: dayOf(state, 3) }));
    await play(reserve({ strategy: 'fefo', minRemainingDays: 5 }));
  },
  async 'a deadline is kept'({ play, wait }) {
    await play(reserve({ ttlSeconds: 1500 }));
    wait(2);
    await play({ procedure: 'reservation.expireDue', input: { limit: 100 } });
  },
  async 'a hold ends by hand, or lives on'({ play, hold }) {
    await play(reserve());
    await play({ procedure: 'reservation.extend', input: { id: hold('b1'), ttlSeconds: 5500 } });
    await play({ procedure: 'reservation.release', input: { type: 'order', businessId: 'b1', reason: 'no' } });
    await play({ procedure: 'reservation.confirm', input: { id: hold('b1') } }, 'INV_010');
  },
  async 'a payment comes too late'({ play, wait, hold }) {
    await play(reserve({ ttlSeconds: 1500 }));
    wait(3);
    await play({ procedure: 'reservation.confirm', input: { id: hold('b1') } }, 'INV_003');
  },
  async 'a hold of what nobody knows'({ play }) {
    await play(reserve({ skuId: 'unknown' }), 'INV_001');
    await play(reserve({ strategy: 'by_moonlight' }), 'INV_005');
    await play({ procedure: 'reservation.release', input: { type: 'order', businessId: 'nobody' } }, 'INV_007');
  },
  async 'holds are listed to the last'({ play }) {
    for (const businessId of ['b1', 'b2', 'b3']) await play(reserve({ businessId }));
    await play({ procedure: 'reservation.list', input: { limit: 500, state: 'active' } });
  },
  async 'a key belongs to one request'({ play }) {
    const input = { ...line(), idempotencyKey: 'k' };
    await play({ procedure: 'reservation.reserve', input });
    await play({ procedure: 'reservation.reserve', input: { ...input, quantity: 2 } }, 'INV_011');
  },
} as const satisfies Record<string, Scene>;
