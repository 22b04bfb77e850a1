/** Goods on their way: between two places, or expected from outside. */
import type { FixtureTools } from './fixture-tools.ts';
import type { GoodsFixtures, Stocked } from './goods-fixtures.ts';

export interface TransferFixtures {
  /** A thousand units on their way between two places; or planned, where a draft is asked for. */
  transfer(state?: 'draft'): Promise<Transferred>;
  /** A thousand units of a SKU that are expected where it lies. */
  expected(): Promise<Expected>;
}

export interface Transferred {
  readonly transferId: string;
  readonly transferNo: string;
  readonly skuId: string;
  readonly batchNo: string;
  readonly fromLocationId: string;
  readonly toLocationId: string;
}

export interface Expected extends Stocked {
  readonly inTransitId: string;
  readonly reference: string;
}

export function createTransferFixtures(
  { name, call, callFor }: FixtureTools,
  { stocked }: Pick<GoodsFixtures, 'stocked'>,
): TransferFixtures {
  return {
    async transfer(state) {
      const [goods, toLocationId, transferNo] = [await stocked(), name(), name()];
      await call('location.create', { locationId: toLocationId });
      const { skuId, locationId: fromLocationId, batchNo } = goods;
      const plan = { transferNo, fromLocationId, toLocationId, lines: [{ skuId, quantity: 1000 }] };
      // A second ago: what is received next must not have happened before it left.
      const occurredAt = new Date(Date.now() - 1000).toISOString();
      const transferId =
        state === 'draft'
          ? await callFor('transfer.create', plan, ['id'])
          : await callFor('outbound.transfer', { ...plan, occurredAt }, ['transfer', 'id']);
      return { transferId, transferNo, skuId, batchNo, fromLocationId, toLocationId };
    },
    async expected() {
      const [goods, reference] = [await stocked(), name()];
      const lines = [{ skuId: goods.skuId, locationId: goods.locationId, quantity: 1000 }];
      const wanted = { reference, expectedAt: '2031-01-31T00:00:00Z', lines };
      return { ...goods, reference, inTransitId: await callFor('inTransit.create', wanted, ['id']) };
    },
  };
}
