/** Scenes of batches: merged, split, past their date, recalled. */
import type { Situation } from '../oracle/sometimes.ts';
import { lockSome, merge, purchase, recall, reserve, split } from './scene-step.ts';
import type { Scene, Stage } from './stage.ts';
import { beside, dayOf, type Step } from './state.ts';

/** C in n2 that will be past its date when the clock has moved by 5. */
function shortDated({ state }: Stage): Step {
  return purchase({ expiresAt: beside(state, 3) });
}

export const scenesOfBatches = {
  async 'a receipt of a merged number'({ play, batch }) {
    await play(purchase());
    await play(merge([batch('C'), batch('C', 'n2')], 'n1'));
    await play(purchase({}, 'p2'));
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
} as const satisfies Partial<Record<Situation, Scene>>;

/** Rules that are no situation of their own. */
export const rulesOfBatches = {
  async 'an overdue hold does not keep goods from another quality'({ play, wait, batch }) {
    await play(reserve({ ttlSeconds: 1500 }));
    await play({ procedure: 'batch.update', input: { batchId: batch('C'), qualityLevel: 'B' } }, 'INV_010');
    wait(3);
    await play({ procedure: 'batch.update', input: { batchId: batch('C'), qualityLevel: 'B' } });
  },
} as const satisfies Record<string, Scene>;
