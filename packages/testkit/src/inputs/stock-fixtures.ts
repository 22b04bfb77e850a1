/** What holds stock, and the documents that moved it. */
import { type FixtureTools, HOLD_TTL_SECONDS } from './fixture-tools.ts';
import type { GoodsFixtures, Stocked } from './goods-fixtures.ts';
import { at } from './wire.ts';

export interface StockFixtures {
  /** A hold of two hundred units on such a SKU. */
  hold(type?: 'cart' | 'order'): Promise<Hold>;
  /** One unit sold: the order and its document have one number. */
  sale(): Promise<{ readonly documentNo: string; readonly documentId: string; readonly skuId: string }>;
  /** One unit written off. */
  adjustment(): Promise<{ readonly documentNo: string; readonly documentId: string }>;
  /** A reservation of two hundred units that have left. */
  deducted(): Promise<Hold>;
  /** A business lock of a hundred units of such a SKU. */
  lock(): Promise<Lock>;
  /** Two batches that were split off one of such a SKU. */
  children(): Promise<{ readonly batchIds: readonly string[] }>;
  /** An alert that such a SKU is low, which somebody said it is. */
  alert(): Promise<Stocked & { readonly alertId: string }>;
}

export interface Hold extends Stocked {
  readonly id: string;
  readonly type: 'cart' | 'order';
  readonly businessId: string;
}

export interface Lock extends Stocked {
  readonly lockId: string;
  readonly businessId: string;
}

export function createStockFixtures(
  { name, call, callFor }: FixtureTools,
  { stocked }: Pick<GoodsFixtures, 'stocked'>,
): StockFixtures {
  const hold = async (type: 'cart' | 'order' = 'cart'): Promise<Hold> => {
    const [goods, businessId] = [await stocked(), name()];
    const { skuId } = goods;
    const wanted = { skuId, quantity: 200, type, businessId, ttlSeconds: HOLD_TTL_SECONDS };
    return { ...goods, type, businessId, id: await callFor('reservation.reserve', wanted, ['id']) };
  };
  return {
    hold,
    async deducted() {
      const held = await hold();
      await call('reservation.deduct', { id: held.id });
      return held;
    },
    async adjustment() {
      const [{ skuId, locationId }, adjustmentNo] = [await stocked(), name()];
      const wanted = { skuId, locationId, delta: -1, reasonCode: 'loss', operator: 'Somebody', adjustmentNo };
      return { documentNo: adjustmentNo, documentId: await callFor('adjustment.adjust', wanted, ['id']) };
    },
    async sale() {
      const [{ skuId }, orderNo] = [await stocked(), name()];
      const documentId = await callFor('outbound.sales', { orderNo, lines: [{ skuId, quantity: 1 }] }, ['id']);
      return { documentNo: orderNo, documentId, skuId };
    },
    async lock() {
      const [goods, businessId] = [await stocked(), name()];
      const batches = [{ batchId: goods.batchId, quantity: 100 }];
      const kept = { type: 'promotion', businessId, reason: 'A reason', ttlSeconds: HOLD_TTL_SECONDS };
      return { ...goods, businessId, lockId: await callFor('lock.business', { batches, ...kept }, ['id']) };
    },
    async children() {
      const { batchId } = await stocked();
      const answer = await call('batch.split', { batchId, quantities: [20, 30] });
      return { batchIds: [0, 1].map((each) => String(at(answer, ['children', each, 'batchId']))) };
    },
    async alert() {
      const goods = await stocked();
      const { skuId, locationId } = goods;
      await call('stock.configure', { skuId, locationId, warningThreshold: 5000, criticalThreshold: 5 });
      return { ...goods, alertId: await callFor('alert.evaluate', { skuIds: [skuId] }, ['alerts', 0, 'id']) };
    },
  };
}
