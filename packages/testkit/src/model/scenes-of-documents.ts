/** Scenes of documents and what they leave behind: receipts, sales, returns, what is taken back, corrected or told late. */
import type { Situation } from '../oracle/sometimes.ts';
import { goods, merge, purchase, reserve, sell, comeBack } from './scene-step.ts';
import type { Scene } from './stage.ts';
import { beside } from './state.ts';

const op = { operator: 'op', reason: 'a mistake' };
const header = { reasonCode: 'correction', operator: 'op' } as const;

export const scenesOfDocuments = {
  async 'a batch topped up at another cost'({ play }) {
    await play(purchase({ batchNo: 'n1', unitCost: '2.50' }));
  },
  async 'a number opened at another place'({ play }) {
    await play(purchase({ batchNo: 'n1', locationId: 'east' }));
  },
  async 'a document repeated'({ play, again }) {
    await play(purchase());
    await again('same call');
    await play(purchase({ quantity: 4 }), 'INV_008');
    await play(purchase({ batchNo: 'n1', qualityLevel: 'B' }, 'p2'), 'INV_009');
  },
  async 'a refusal told again'({ play, again }) {
    const input = { orderNo: 'b1', lines: [{ skuId: 'C', quantity: 9 }], idempotencyKey: 'k' };
    await play({ procedure: 'outbound.sales', input }, 'INV_002');
    await again('same key');
  },
  async 'a document taken back'({ play, document }) {
    await play(sell({ quantity: 2 }));
    const input = { documentId: document('x1'), documentNo: 'r1', ...op };
    await play({ procedure: 'outbound.reverse', input });
    await play(purchase());
    await play({ procedure: 'inbound.reverse', input: { documentId: document('p1'), ...op } });
  },
  async 'goods come back in another quality'(stage) {
    await stage.play(sell({ quantity: 2 }));
    await stage.play(comeBack(stage, { qualityLevel: 'B' }));
  },
  async 'goods come back to what took their batch over'(stage) {
    const { play, batch } = stage;
    await play(sell());
    await play(purchase());
    await play(merge([batch('C'), batch('C', 'n2')], 'n2'));
    await play(comeBack(stage));
  },
  async 'found goods open a batch'({ play }) {
    await play({ procedure: 'adjustment.adjust', input: { ...header, skuId: 'A', locationId: 'west', delta: 3 } });
  },
  async 'a count that changes nothing'({ play, state }) {
    const [level] = [...state.world.levels.values()].filter((each) => each.skuId === 'C');
    const counted = { skuId: 'C', locationId: 'default', counted: 6, onHandVersion: level?.onHandVersion ?? 0 };
    await play({ procedure: 'adjustment.count', input: { ...header, ...counted } });
    await play(sell());
    await play({ procedure: 'adjustment.count', input: { ...header, ...counted } }, 'INV_010');
  },
  async 'somebody tells late what happened'({ play, wait, state }) {
    wait(5);
    await play(purchase());
    const late = { documentNo: 'late', occurredAt: beside(state, 3), lines: [goods()] };
    await play({ procedure: 'inbound.purchase', input: late, isClerk: true }, 'INV_015');
    await play({ procedure: 'inbound.purchase', input: late });
  },
} as const satisfies Partial<Record<Situation, Scene>>;

/** Situations that only arise where what is short may be sold. */
export const scenesOfShortage = {
  async 'what is not there is sold'({ play }) {
    await play(sell({ quantity: 9 }));
  },
  async 'a receipt pays a deficit'({ play }) {
    await play(sell({ quantity: 9, locationId: 'default' }));
    await play(purchase({ quantity: 5 }));
  },
} as const satisfies Partial<Record<Situation, Scene>>;

/** Rules that are no situation of their own. */
export const rulesOfDocuments = {
  async 'goods come back from what they left by'(stage) {
    await stage.play(sell({ quantity: 2 }));
    await stage.play(comeBack(stage));
    await stage.play(comeBack(stage, { quantity: 2 }), 'INV_008');
  },
  async 'goods of a hold come back without a document'({ play, hold }) {
    await play(reserve());
    await play({ procedure: 'reservation.deduct', input: { id: hold('b1') } });
    const line = { skuId: 'C', locationId: 'default', reservationId: hold('b1'), quantity: 1 };
    await play({ procedure: 'inbound.return', input: { documentNo: 'back', lines: [line] } });
  },
  async 'goods leave for other reasons'({ play, batch, document }) {
    await play(purchase());
    const lines = [{ skuId: 'C', quantity: 1, batchId: batch('C', 'n2') }];
    await play({ procedure: 'outbound.damage', input: { documentNo: 'd1', reason: 'broken', lines } });
    await play({ procedure: 'outbound.pick', input: { documentNo: 'k1', workOrderNo: 'w1', lines } });
    const back = [{ skuId: 'C', quantity: 1, originalDocumentId: document('p1'), originalLine: 1 }];
    const input = { documentNo: 's1', supplier: 'Acme', lines: back };
    await play({ procedure: 'outbound.supplierReturn', input });
  },
  async 'goods come in otherwise'({ play, state }) {
    const lines = [goods()];
    await play({ procedure: 'inbound.production', input: { documentNo: 'w1', workOrderNo: 'w1', lines } });
    const opening = { documentNo: 'o1', asOf: beside(state, -3), lines: [goods({ skuId: 'O', batchNo: 'n1' })] };
    await play({ procedure: 'inbound.opening', input: opening });
    await play({
      procedure: 'batch.create',
      input: { skuId: 'C', batchNo: 'n3', locationId: 'default', quantity: 2, unitCost: '1.00', qualityLevel: 'A' },
    });
  },
  async 'stock is corrected'({ play, batch, state }) {
    await play({ procedure: 'adjustment.adjust', input: { ...header, skuId: 'C', delta: 3 } });
    const lines = [
      { skuId: 'C', delta: -1, batchId: batch('C') },
      { skuId: 'A', locationId: 'east', delta: 2, unitCost: '2.00' },
    ];
    await play({ procedure: 'adjustment.adjustMany', input: { ...header, adjustmentNo: 'a1', lines } });
    const levels = [...state.world.levels.values()].filter((each) => each.skuId === 'C' || each.skuId === 'B');
    const counts = levels.map(({ skuId, locationId, onHandVersion }) => ({
      ...{ skuId, locationId, counted: 5, onHandVersion },
    }));
    await play({ procedure: 'adjustment.countMany', input: { ...header, lines: counts } });
  },
} as const satisfies Record<string, Scene>;
