/** Scenes of what is expected: it arrives, in parts or whole, changes, is called off, and is told of where goods are short. */
import type { Situation } from '../oracle/sometimes.ts';
import { goods, reserve, sell } from './scene-step.ts';
import type { Scene, Stage } from './stage.ts';
import { beside, type Step } from './state.ts';

/** Four C, tomorrow's bread. */
function expect(state: Stage['state']): Step {
  const lines = [{ skuId: 'C', locationId: 'default', quantity: 4 }];
  const input = { reference: 'o1', source: 'purchase' as const, expectedAt: beside(state, 4), lines };
  return { procedure: 'inTransit.create', input };
}

function arrival(quantity: number): Step {
  const lines = [goods({ quantity })];
  return { procedure: 'inbound.purchase', input: { documentNo: `e${quantity}`, expectedReference: 'o1', lines } };
}

export const scenesOfExpected = {
  async 'a part of what was expected arrives'({ play, state, expected }) {
    await play(expect(state));
    await play(arrival(1));
    await play({ procedure: 'inTransit.get', input: { inTransitId: expected('o1') } });
  },
  async 'all that was expected arrives'({ play, state }) {
    await play(expect(state));
    await play(arrival(4));
  },
  async 'what is short is told of what comes next'({ play, state }) {
    await play(expect(state));
    await play(reserve({ skuId: 'C', quantity: 5 }));
    await play(reserve({ skuId: 'C', quantity: 2, businessId: 'b2' }), 'INV_002');
  },
} as const satisfies Partial<Record<Situation, Scene>>;

/** Rules that are no situation of their own. */
export const rulesOfExpected = {
  async 'what is expected changes and is called off'({ play, state, expected }) {
    await play(expect(state));
    const inTransitId = expected('o1');
    const lines = [{ line: 1, quantity: 2 }];
    await play({ procedure: 'inTransit.update', input: { inTransitId, expectedAt: beside(state, 9), lines } });
    await play({ procedure: 'inTransit.cancel', input: { inTransitId, reason: 'called off' } });
    await play(sell({ quantity: 9 }), 'INV_002');
  },
} as const satisfies Record<string, Scene>;
