/** Inputs as the contracts parse them, so that a fault names only what it is about. */
import { inboundInput, type InboundInput, salesInput, type SalesInput } from '@granary/contracts/document';
import { type ReserveLine, reserveLine } from '@granary/contracts/reservation';

interface Keyed {
  readonly idempotencyKey?: string;
}

interface Line {
  readonly skuId: string;
  readonly quantity: number;
}

/** `of` is the order's business id, or that and whatever else differs from a plain line. */
export function hold(
  skuId: string,
  quantity: number,
  of: string | (Partial<ReserveLine> & Pick<ReserveLine, 'businessId'>),
): ReserveLine {
  return reserveLine.parse({ skuId, quantity, type: 'order', ...(typeof of === 'string' ? { businessId: of } : of) });
}

export function purchase(documentNo: string, lines: readonly Line[], key: Keyed = {}): InboundInput {
  return inboundInput.parse({ documentNo, lines: lines.map((line) => ({ ...line, unitCost: '2.50' })), ...key });
}

export function sale(orderNo: string, line: Line, key: Keyed = {}): SalesInput {
  return salesInput.parse({ orderNo, lines: [line], ...key });
}
