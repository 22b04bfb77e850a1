/** A scene of places and levels: made, switched off, watched. */
import type { Scene } from './stage.ts';

export const rulesOfSettings = {
  async 'settings change'({ play }) {
    await play({ procedure: 'location.create', input: { locationId: 'north', priority: 3 } });
    await play({ procedure: 'location.update', input: { locationId: 'north', isActive: false } });
    const input = { skuId: 'C', locationId: 'default', warningThreshold: 5, criticalThreshold: 2 };
    await play({ procedure: 'stock.configure', input });
  },
} as const satisfies Record<string, Scene>;
