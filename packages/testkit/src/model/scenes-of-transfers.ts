/** Scenes of goods on their way from place to place. */
import type { Situation } from '../oracle/sometimes.ts';
import { send } from './scene-step.ts';
import type { Scene } from './stage.ts';

/** One unit of the first line. */
const lines = [{ line: 1, quantity: 1 }];

export const scenesOfTransfers = {
  async 'a step of a transfer repeated'({ play, again }) {
    const asked = [{ skuId: 'A', quantity: 2 }];
    const input = { transferNo: 't1', fromLocationId: 'default', toLocationId: 'east', lines: asked };
    await play({ procedure: 'transfer.create', input });
    await play({ procedure: 'transfer.ship', input: { transferNo: 't1' } });
    await again('same call');
  },
  async 'a part of a transfer arrives'({ play }) {
    await play(send());
    const part = { transferNo: 't1', documentNo: 'in-1', lines, isFinal: false };
    await play({ procedure: 'transfer.receive', input: part });
    await play({ procedure: 'inbound.transfer', input: { transferNo: 't1', documentNo: 'in-2', isFinal: true } });
  },
  async 'a shortage of a transfer is written off'({ play }) {
    await play(send());
    const input = { transferNo: 't1', lines, isFinal: true };
    await play({ procedure: 'transfer.receive', input }, 'INV_010');
    await play({ procedure: 'transfer.receive', input: { ...input, writeOff: { reason: 'lost' } } });
  },
  async 'a transfer on its way comes back'({ play }) {
    await play(send());
    await play({ procedure: 'transfer.cancel', input: { transferNo: 't1', reason: 'called off' } });
  },
} as const satisfies Partial<Record<Situation, Scene>>;
