/** Scenes of pieces with names: they leave, arrive, come back, and tell what they have been. */
import type { Situation } from '../oracle/sometimes.ts';
import { comeBack, reserve, sell, send } from './scene-step.ts';
import type { Scene } from './stage.ts';

export const scenesOfPieces = {
  async 'a SKU without stock begins or ends to have serials'({ play }) {
    await play({ procedure: 'sku.create', input: { skuId: 'D' } });
    await play({ procedure: 'sku.update', input: { skuId: 'D', serialTracked: true } });
    await play({ procedure: 'sku.update', input: { skuId: 'A', serialTracked: true } }, 'INV_010');
  },
  async 'pieces are named that shall leave'({ play }) {
    await play(sell({ skuId: 'S', quantity: 1, serials: ['s10'] }));
  },
  async 'the lowest pieces leave'({ play }) {
    await play(sell({ skuId: 'S', quantity: 3 }));
  },
  async 'pieces come back from what they left by'(stage) {
    await stage.play(sell({ skuId: 'S', quantity: 1, serials: ['s2'] }));
    await stage.play(comeBack(stage));
  },
  async 'pieces are named that arrive or are lost'({ play }) {
    await play(send('S'));
    const input = {
      transferNo: 't1',
      documentNo: 'in-1',
      lines: [{ line: 1, quantity: 1, serials: ['s10'] }],
      isFinal: false,
    };
    await play({ procedure: 'transfer.receive', input });
    const lost = [{ line: 1, quantity: 1, serials: ['s1'] }];
    await play({ procedure: 'transfer.writeOff', input: { transferNo: 't1', lines: lost, reason: 'lost' } });
  },
} as const satisfies Partial<Record<Situation, Scene>>;

/** Rules that are no situation of their own. */
export const rulesOfPieces = {
  async 'pieces leave a hold by name'({ play, hold }) {
    await play(reserve({ skuId: 'S', quantity: 2, locationId: 'default' }));
    await play({ procedure: 'reservation.deduct', input: { id: hold('b1'), quantity: 1, serials: ['s2'] } });
  },
  async 'pieces are split off by name'({ play, batch }) {
    const serials = [['s3'], ['s10']];
    await play({ procedure: 'batch.split', input: { batchId: batch('S'), quantities: [1, 1], serials } });
  },
  async 'a piece tells what it has been'({ play }) {
    await play(sell({ skuId: 'S', quantity: 1, serials: ['s1'] }));
    await play({ procedure: 'serial.get', input: { skuId: 'S', serial: 's1' } });
  },
} as const satisfies Record<string, Scene>;
