/** Scenes of what is made of other SKUs: bundles and virtual SKUs. */
import type { Situation } from '../oracle/sometimes.ts';
import { reserve } from './scene-step.ts';
import type { Scene } from './stage.ts';

export const scenesOfMaking = {
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
} as const satisfies Partial<Record<Situation, Scene>>;

/** Rules that are no situation of their own. */
export const rulesOfMaking = {
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
} as const satisfies Record<string, Scene>;
