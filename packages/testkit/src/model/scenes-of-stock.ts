/** Scenes of documents and what they leave behind: receipts, sales, returns, what is taken back, corrected, expected or told late. */
import type { Situation } from '../oracle/sometimes.ts';
import { goods, merge, purchase, reserve, sell } from './scene-step.ts';
import type { Scene, Stage } from './stage.ts';
import { beside, type Step } from './state.ts';

const op = { operator: 'op', reason: 'a mistake' };
const header = { reasonCode: 'correction', operator: 'op' } as const;

/** What a sale took comes back, all of it. */
function comeBack({ document, state }: Stage, of: { quantity?: number; qualityLevel?: string } = {}): Step {
  const originalDocumentId = document('x1');
  const sold = [...state.world.documents.values()].find((each) => each.id === originalDocumentId)?.answer.lines[0];
  const { skuId = 'C', serials } = sold ?? {};
  const line = { skuId, locationId: 'default', originalDocumentId, originalLine: 1, quantity: 1, ...of };
  const named = serials === undefined ? line : { ...line, serials: [...serials] };
  return { procedure: 'inbound.return', input: { documentNo: 'back', lines: [named] } };
}

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

export const scenesOfStock = {
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
    await play({ procedure: 'inbound.purchase', input: { ...purchase().input, idempotencyKey: 'k2' } as never });
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
  async 'a part of what was expected arrives'({ play, state }) {
    await play(expect(state));
    await play(arrival(1));
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
} as const satisfies Partial<Record<Situation, Scene>>;

/** Situations that only arise where what is short may be sold. */
export const scenesOfShortage = {
  async 'what is not there is sold'({ play }) {
    await play(sell({ quantity: 9 }));
  },
  async 'a receipt pays a deficit'({ play }) {
    await play(sell({ quantity: 9 }));
    await play(purchase({ quantity: 5 }));
  },
} as const satisfies Partial<Record<Situation, Scene>>;

/** Rules that are no situation of their own. */
export const rulesOfStock = {
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
  async 'what is expected changes and is called off'({ play, state, expected }) {
    await play(expect(state));
    const inTransitId = expected('o1');
    const lines = [{ line: 1, quantity: 2 }];
    await play({ procedure: 'inTransit.update', input: { inTransitId, expectedAt: beside(state, 9), lines } });
    await play({ procedure: 'inTransit.cancel', input: { inTransitId, reason: 'called off' } });
    await play(sell({ quantity: 9 }), 'INV_002');
  },
  async 'pieces leave a hold by name'({ play, hold }) {
    await play(reserve({ skuId: 'S', quantity: 2 }));
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
