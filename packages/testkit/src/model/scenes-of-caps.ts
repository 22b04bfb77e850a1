/** Scenes of caps: what one business document or one actor may keep from everybody else. */
import type { Situation } from '../oracle/sometimes.ts';
import { convert, reserve, reserveMany } from './scene-step.ts';
import type { Scene } from './stage.ts';

export const scenesOfCaps = {
  async 'a business document holds too many'({ play }) {
    for (const skuId of ['A', 'B', 'C']) await play(reserve({ skuId }));
    await play(reserve({ skuId: 'S' }), 'INV_010');
  },
  async 'a business document holds too large a share'({ play }) {
    await play(reserve({ quantity: 6 }), 'INV_010');
  },
  async 'an actor holds too many'({ play }) {
    const five = ['A', 'B', 'C'].map((skuId) => ({ skuId }));
    await play(reserveMany(...five));
    await play(reserveMany(...five.slice(0, 2).map((each) => ({ ...each, businessId: 'b2' }))));
    await play(reserve({ businessId: 'b3' }), 'INV_010');
  },
  async 'a conversion gathers too large a share'({ play }) {
    for (const cart of ['b1', 'b2']) await play(reserve({ type: 'cart', businessId: cart, lineId: cart, quantity: 3 }));
    await play(convert('b1', 'b3'));
    await play(convert('b2', 'b3'), 'INV_010');
    await play(convert('b2', 'b4'));
  },
} as const satisfies Partial<Record<Situation, Scene>>;
