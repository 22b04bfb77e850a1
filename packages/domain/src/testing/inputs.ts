/** Inputs as the contracts parse them, with their defaults filled in, so that a test names only what it is about. */
import type { InboundInput, InboundLine, SalesInput, SalesLine } from '@granary/contracts/document';
import type { Instant } from '@granary/contracts/instant';
import type { ReserveLine } from '@granary/contracts/reservation';

export function receipt(skuId: string, quantity: number, more: Partial<InboundLine> = {}): InboundLine {
  return { skuId, quantity, unitCost: '2.50', locationId: 'default', qualityLevel: 'A', ...more };
}

export function inbound(
  documentNo: string,
  lines: readonly InboundLine[],
  more: Partial<InboundInput> = {},
): InboundInput {
  return { documentNo, lines: [...lines], ...more };
}

/** `of` is the order's business id, or that and whatever else differs from a plain line. */
export function hold(
  skuId: string,
  quantity: number,
  of: string | (Partial<ReserveLine> & Pick<ReserveLine, 'businessId'>),
): ReserveLine {
  const more = typeof of === 'string' ? { businessId: of } : of;
  return { skuId, quantity, type: 'order', lineId: '', replace: false, ...more };
}

export function sale(orderNo: string, lines: readonly SalesLine[], more: Partial<SalesInput> = {}): SalesInput {
  return { orderNo, lines: [...lines], ...more };
}

/** A moment so many seconds away from this process's clock, which the database shares in tests. */
export function secondsFromNow(seconds: number): Instant {
  return new Date(Date.now() + seconds * 1000).toISOString().replace('Z', '000Z') as Instant;
}

/** A calendar day so many days away from today, UTC. */
export function daysFromNow(days: number): string {
  return secondsFromNow(days * 86_400).slice(0, 10);
}
