/** What the behaviours of other systems are replayed on: one engine, and every behaviour with SKUs of its own. */
import type { ReserveLine } from '@granary/contracts/reservation';
import type { StockSummary } from '@granary/contracts/stock';
import { hold, inbound, receipt } from './inputs.ts';
import { openTestDomain, type TestDomain } from './test-domain.ts';

export interface Shop extends TestDomain {
  /** Receives so many units of a SKU; a place that is not there yet is made. */
  stock(skuId: string, quantity: number, locationId?: string): Promise<void>;
  reserve(
    skuId: string,
    quantity: number,
    of: string | (Partial<ReserveLine> & Pick<ReserveLine, 'businessId'>),
  ): Promise<string>;
  /** Over all places, or one. */
  figures(skuId: string, locationId?: string): Promise<Pick<StockSummary, 'onHand' | 'reserved' | 'available'>>;
}

export async function openShop(): Promise<Shop> {
  const at = await openTestDomain();
  const { domain, call } = at;
  const places = new Set(['default']);
  let receipts = 0;
  return {
    ...at,
    stock: async (skuId, quantity, locationId = 'default') => {
      if (!places.has(locationId)) await domain.locations.create({ locationId }, call);
      places.add(locationId);
      receipts += 1;
      await domain.inbound.purchase(inbound(`IN-${receipts}`, [receipt(skuId, quantity, { locationId })]), call);
    },
    reserve: async (skuId, quantity, of) => (await domain.reservations.reserve(hold(skuId, quantity, of), call)).id,
    figures: async (skuId, locationId) => {
      const { onHand, reserved, available } = await domain.stock.available({
        ...{ skuId, locationId, excludeExpired: true, includeReserved: false },
      });
      return { onHand, reserved, available };
    },
  };
}
