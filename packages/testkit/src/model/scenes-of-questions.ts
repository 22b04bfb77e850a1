/** One scene that asks every question there is, about a world in which there is something to tell. */
import type { Queries } from '../oracle/procedures.ts';
import { freeze, purchase, reserve, sell, send } from './scene-step.ts';
import type { Scene, Stage } from './stage.ts';
import { beside, type Step } from './state.ts';

const page = { limit: 3 };

/** Total, so that a new question cannot be forgotten. */
type Asked = { readonly [P in keyof Queries]: (stage: Stage) => Queries[P]['input'] };

const asked: Asked = {
  'sku.get': () => ({ skuId: 'A' }),
  'sku.list': () => page,
  'location.get': () => ({ locationId: 'east' }),
  'location.list': () => page,
  'batch.get': ({ batch }) => ({ batchId: batch('A') }),
  'batch.list': () => page,
  'stock.check': () => ({ skuId: 'A' }),
  'stock.checkMany': () => ({ skuIds: ['A', 'K', 'V'] }),
  'stock.available': () => ({ skuId: 'A', excludeExpired: true, includeReserved: false }),
  'stock.allocate': () => ({ skuId: 'A', quantity: 5 }),
  'stock.explain': () => ({ skuId: 'A' }),
  'stock.asOf': ({ state }) => ({ skuId: 'C', locationId: 'default', at: beside(state, 0) }),
  'stock.movements': () => ({ ...page, skuId: 'A' }),
  'stock.levels': () => page,
  'reservation.get': ({ hold }) => ({ id: hold('b1') }),
  'reservation.list': () => ({ ...page, state: 'active' }),
  'inbound.get': ({ document }) => ({ id: document('first') }),
  'inbound.list': () => page,
  'outbound.get': () => ({ type: 'sales', documentNo: 'x1' }),
  'outbound.list': () => page,
  'lock.get': ({ lock }) => ({ lockId: lock() }),
  'lock.list': () => page,
  'adjustment.get': () => ({ type: 'adjustment', documentNo: 'a1' }),
  'adjustment.list': () => page,
  'transfer.get': () => ({ transferNo: 't1' }),
  'transfer.list': () => page,
  'inTransit.get': ({ expected }) => ({ inTransitId: expected('o1') }),
  'inTransit.list': () => page,
  'serial.get': () => ({ skuId: 'S', serial: 's1' }),
  'serial.list': () => ({ ...page, skuId: 'S' }),
  'bundle.get': () => ({ skuId: 'K' }),
  'bundle.list': () => ({ ...page, state: 'active' }),
  'virtual.get': () => ({ skuId: 'V' }),
  'virtual.list': () => ({ ...page, state: 'active' }),
};

export const rulesOfQuestions = {
  async 'every question is answered'(stage) {
    const { play, wait, batch, state } = stage;
    wait(1);
    await play(purchase());
    await play(reserve({ skuId: 'A', quantity: 2 }));
    await play(sell());
    await play(send());
    await play(freeze(batch('C', 'n2')));
    const adjusted = { reasonCode: 'correction', operator: 'op', skuId: 'A', delta: 1, adjustmentNo: 'a1' } as const;
    await play({ procedure: 'adjustment.adjust', input: adjusted });
    const lines = [{ skuId: 'C', locationId: 'default', quantity: 4 }];
    const expected = { reference: 'o1', source: 'purchase' as const, expectedAt: beside(state, 4), lines };
    await play({ procedure: 'inTransit.create', input: expected });
    for (const [procedure, inputOf] of Object.entries(asked))
      // The table says which input belongs to which procedure.
      await play({ procedure, input: inputOf(stage) } as Step);
  },
} as const satisfies Record<string, Scene>;
