/** A small shop that keeps its stock in Granary: a cart holds goods, a checkout makes it an order, payment and shipment end it. */
import { type GranaryClient, isGranaryError } from '@granary/client';

export interface CartLine {
  readonly skuId: string;
  readonly quantity: number;
}

/** What a shopper is told when a line does not fit. */
export type Added =
  | { readonly ok: true; readonly heldUntil: string | null }
  | { readonly ok: false; readonly available: number };

export interface Shop {
  canBuy(skuId: string): Promise<boolean>;
  /** Puts a line into the cart, or changes its quantity. The goods are held until the cart's deadline. */
  putIntoCart(cartId: string, line: CartLine): Promise<Added>;
  emptyCart(cartId: string): Promise<void>;
  /** The cart's holds become the order's without being free in between. Answers how many lines it has. */
  checkOut(cartId: string, orderNo: string): Promise<number>;
  /** Payment arrived: the goods are held without a deadline. */
  paid(orderNo: string): Promise<void>;
  /** The parcel left: stock falls, and a document says so. */
  ship(orderNo: string): Promise<{ readonly documentNo: string; readonly units: number }>;
}

const MINUTES_TO_PAY = 20;

export function createShop(granary: GranaryClient): Shop {
  return {
    async canBuy(skuId) {
      return (await granary.stock.check.query({ skuId })).inStock;
    },

    async putIntoCart(cartId, { skuId, quantity }) {
      try {
        // With `replace` the shopper's own hold never stands in the shopper's way.
        const hold = await granary.reservation.reserve.mutate({
          type: 'cart',
          businessId: cartId,
          lineId: skuId,
          skuId,
          quantity,
          replace: true,
        });
        return { ok: true, heldUntil: hold.expiresAt };
      } catch (error) {
        if (!isGranaryError(error, 'insufficientStock')) throw error;
        return { ok: false, available: error.details.lines[0]?.available ?? 0 };
      }
    },

    async emptyCart(cartId) {
      await granary.reservation.release.mutate({
        type: 'cart',
        businessId: cartId,
        reason: 'the shopper emptied the cart',
      });
    },

    async checkOut(cartId, orderNo) {
      const { reservations } = await granary.reservation.convert.mutate({
        from: { type: 'cart', businessId: cartId },
        to: { type: 'order', businessId: orderNo },
        ttlSeconds: MINUTES_TO_PAY * 60,
      });
      return reservations.length;
    },

    async paid(orderNo) {
      await granary.reservation.confirm.mutate({ type: 'order', businessId: orderNo });
    },

    async ship(orderNo) {
      const lines = await heldLines(granary, orderNo);
      const document = await granary.outbound.sales.mutate({ orderNo, lines });
      return { documentNo: document.documentNo, units: document.lines.reduce((sum, line) => sum + line.quantity, 0) };
    },
  };
}

/** What the order still holds, page by page. */
async function heldLines(granary: GranaryClient, orderNo: string): Promise<CartLine[]> {
  const lines: CartLine[] = [];
  let cursor: string | undefined;
  do {
    const page = await granary.reservation.list.query({
      type: 'order',
      businessId: orderNo,
      ...(cursor === undefined ? {} : { cursor }),
    });
    lines.push(...page.items.filter(({ held }) => held > 0).map(({ skuId, held }) => ({ skuId, quantity: held })));
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
  return lines;
}
