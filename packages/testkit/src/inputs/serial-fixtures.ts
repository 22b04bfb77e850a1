/** SKUs whose pieces have serial numbers, wherever the pieces are. */
import { type FixtureTools, HOLD_TTL_SECONDS } from './fixture-tools.ts';

export interface SerialFixtures {
  /** A SKU whose three pieces have serial numbers, in one batch. */
  tracked(): Promise<Tracked>;
  /** Such a SKU of which there was never any, and a number for a piece. */
  unmoved(): Promise<Pick<Tracked, 'skuId' | 'serials'>>;
  /** A hold on the pieces of such a SKU. */
  held(): Promise<Tracked & { readonly reservationId: string }>;
  /** The pieces of such a SKU on their way; or planned, where a draft is asked for. */
  travelling(state?: 'draft'): Promise<Tracked & { readonly transferNo: string }>;
}

export interface Tracked {
  readonly skuId: string;
  readonly locationId: string;
  readonly batchId: string;
  readonly serials: readonly string[];
}

export function createSerialFixtures({ name, call, callFor }: FixtureTools): SerialFixtures {
  const tracked = async (): Promise<Tracked> => {
    const [skuId, locationId] = [name(), name()];
    const serials = [name(), name(), name()];
    await call('sku.create', { skuId, serialTracked: true });
    await call('location.create', { locationId });
    const line = { skuId, locationId, quantity: 3, unitCost: '1.00', serials };
    const receipt = { documentNo: name(), lines: [line] };
    return { skuId, locationId, serials, batchId: await callFor('inbound.purchase', receipt, ['lines', 0, 'batchId']) };
  };
  return {
    tracked,
    async unmoved() {
      const skuId = name();
      await call('sku.create', { skuId, serialTracked: true });
      return { skuId, serials: [name()] };
    },
    async held() {
      const goods = await tracked();
      const whose = { type: 'order', businessId: name(), ttlSeconds: HOLD_TTL_SECONDS };
      const wanted = { skuId: goods.skuId, quantity: 3, ...whose };
      return { ...goods, reservationId: await callFor('reservation.reserve', wanted, ['id']) };
    },
    async travelling(state) {
      const [goods, toLocationId, transferNo] = [await tracked(), name(), name()];
      await call('location.create', { locationId: toLocationId });
      const lines = [{ skuId: goods.skuId, quantity: state === 'draft' ? 1 : 3 }];
      const plan = { transferNo, fromLocationId: goods.locationId, toLocationId, lines };
      await call(state === 'draft' ? 'transfer.create' : 'outbound.transfer', plan);
      return { ...goods, transferNo };
    },
  };
}
