/** Scenes of batches: merged, split, frozen, locked, past their date, recalled, moved, and what is made of them. */
import type { Situation } from '../oracle/sometimes.ts';
import { freeze, lockSome, merge, purchase, recall, reserve, send, split } from './scene-step.ts';
import type { Scene, Stage } from './stage.ts';
import { beside, dayOf, type Step } from './state.ts';

/** C in n2 that will be past its date when the clock has moved by 5. */
function shortDated({ state }: Stage): Step {
  return purchase({ expiresAt: beside(state, 3) });
}

function release(lockId: string): Step {
  return { procedure: 'lock.release', input: { lockId, reason: 'done' } };
}

const oneOf = (serials?: string[]) => [{ line: 1, quantity: 1, ...(serials === undefined ? {} : { serials }) }];

export const scenesOfBatches = {
  async 'a receipt of a merged number'({ play, batch }) {
    await play(purchase());
    await play(merge([batch('C'), batch('C', 'n2')], 'n1'));
    await play(purchase({}, 'p2'));
  },
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
  async 'held goods are merged'({ play, batch }) {
    await play(purchase());
    await play(reserve());
    await play(merge([batch('C'), batch('C', 'n2')], 'm1'));
  },
  async 'locked goods are merged'({ play, batch }) {
    await play(purchase());
    await play(lockSome(batch('C')));
    await play(merge([batch('C'), batch('C', 'n2')], 'n2'));
  },
  async 'a merge of expired goods with others'(stage) {
    const { play, wait, batch } = stage;
    await play(shortDated(stage));
    wait(5);
    await play(merge([batch('C'), batch('C', 'n2')], 'n1'), 'INV_009');
  },
  async 'a batch of which goods are held is split'({ play, batch }) {
    await play(reserve());
    await play(split(batch('C'), [1, 2]));
  },
  async 'a corrected date brings goods back'(stage) {
    const { play, wait, batch, state } = stage;
    await play(shortDated(stage));
    wait(5);
    await play({ procedure: 'batch.expireDue', input: { limit: 100 } });
    await play({ procedure: 'batch.update', input: { batchId: batch('C', 'n2'), expiresAt: dayOf(state, 20) } });
  },
  async 'a recall reaches what was made of the lot'({ play, batch }) {
    await play(split(batch('C')));
    await play(recall());
  },
  async 'a recalled hold gets other goods'({ play }) {
    await play(reserve());
    await play(purchase());
    await play(recall());
  },
  async 'a recalled hold finds nothing'({ play }) {
    await play(reserve());
    await play(recall());
  },
  async 'a recalled number arrives at another place'({ play }) {
    await play(recall());
    await play(purchase({ batchNo: 'n1', locationId: 'east' }), 'INV_016');
  },
  async 'a bundle is held'({ play }) {
    await play(reserve({ skuId: 'K', quantity: 2 }));
  },
  async 'virtual units are held'({ play }) {
    await play(reserve({ skuId: 'V', quantity: 2 }));
  },
  async 'a definition changes while units of it are held'({ play }) {
    await play(reserve({ skuId: 'V' }));
    await play({ procedure: 'virtual.update', input: { skuId: 'V', realSkuId: 'C', ratio: 1, cap: 2 } });
    await play(reserve({ skuId: 'V', quantity: 2, businessId: 'b2' }), 'INV_002');
  },
  async 'a step of a transfer repeated'({ play, again }) {
    const lines = [{ skuId: 'A', quantity: 2 }];
    const input = { transferNo: 't1', fromLocationId: 'default', toLocationId: 'east', lines };
    await play({ procedure: 'transfer.create', input });
    await play({ procedure: 'transfer.ship', input: { transferNo: 't1' } });
    await again('same call');
  },
  async 'a part of a transfer arrives'({ play }) {
    await play(send());
    const part = { transferNo: 't1', documentNo: 'in-1', lines: oneOf(), isFinal: false };
    await play({ procedure: 'transfer.receive', input: part });
    await play({ procedure: 'inbound.transfer', input: { transferNo: 't1', documentNo: 'in-2', isFinal: true } });
  },
  async 'a shortage of a transfer is written off'({ play }) {
    await play(send());
    const input = { transferNo: 't1', lines: oneOf(), isFinal: true };
    await play({ procedure: 'transfer.receive', input }, 'INV_010');
    await play({ procedure: 'transfer.receive', input: { ...input, writeOff: { reason: 'lost' } } });
  },
  async 'a transfer on its way comes back'({ play }) {
    await play(send());
    await play({ procedure: 'transfer.cancel', input: { transferNo: 't1', reason: 'called off' } });
  },
  async 'pieces are named that arrive or are lost'({ play }) {
    await play(send('S'));
    const input = { transferNo: 't1', documentNo: 'in-1', lines: oneOf(['s2']), isFinal: false };
    await play({ procedure: 'transfer.receive', input });
    await play({ procedure: 'transfer.writeOff', input: { transferNo: 't1', lines: oneOf(['s1']), reason: 'lost' } });
  },
} as const satisfies Partial<Record<Situation, Scene>>;

/** Rules that are no situation of their own. */
export const rulesOfBatches = {
  async 'locks end at their deadline'({ play, wait, batch }) {
    await play(lockSome(batch('C')));
    wait(3);
    await play({ procedure: 'lock.expireDue', input: { limit: 20 } });
  },
  async 'an operation holds several batches still'({ play, batch }) {
    await play(freeze(batch('C'), batch('A')));
  },
  async 'what is made of others is defined and removed'({ play }) {
    const components = [
      { skuId: 'A', quantity: 2 },
      { skuId: 'C', quantity: 2 },
    ];
    await play({ procedure: 'bundle.update', input: { skuId: 'K', components } });
    await play({ procedure: 'bundle.remove', input: { skuId: 'K' } });
    await play({ procedure: 'bundle.create', input: { skuId: 'K', components } });
    await play({ procedure: 'virtual.remove', input: { skuId: 'V' } });
    await play({ procedure: 'virtual.create', input: { skuId: 'V', realSkuId: 'A', ratio: 3, cap: 2 } });
    await play(reserve({ skuId: 'V', quantity: 3 }), 'INV_002');
  },
  async 'settings change'({ play }) {
    await play({ procedure: 'location.create', input: { locationId: 'north', priority: 3 } });
    await play({ procedure: 'location.update', input: { locationId: 'north', isActive: false } });
    const input = { skuId: 'C', locationId: 'default', warningThreshold: 5, criticalThreshold: 2 };
    await play({ procedure: 'stock.configure', input });
  },
} as const satisfies Record<string, Scene>;
