/** One day: goods arrive, an order holds some, is paid, and leaves. Every input goes through the schemas of the contracts. */
import { inboundInput, salesInput } from '@granary/contracts/document';
import { GranaryError } from '@granary/contracts/error';
import { confirmInput, reserveInput } from '@granary/contracts/reservation';
import type { Call, Domain } from '@granary/domain';

const call: Call = {
  // Who acts: it stands on every command, where the api would write who its token belongs to.
  caller: { actor: 'warehouse', address: null, agent: 'embed', requestId: 'embed' },
};

export interface Arrival {
  readonly batchNo: string;
  readonly quantity: number;
  /** A day, such as 2027-01-31. */
  readonly expiresAt?: string;
}

export async function receive(domain: Domain, skuId: string, arrivals: readonly Arrival[]): Promise<void> {
  const lines = arrivals.map((arrival) => ({ skuId, unitCost: '3.20', ...arrival }));
  await domain.inbound.purchase(inboundInput.parse({ documentNo: `PO-${arrivals[0]?.batchNo}`, lines }), call);
}

/** Holds the goods for the order, or tells how many there are. */
export async function order(domain: Domain, orderNo: string, want: { skuId: string; quantity: number }) {
  try {
    await domain.reservations.reserve(reserveInput.parse({ type: 'order', businessId: orderNo, ...want }), call);
    return { ok: true } as const;
  } catch (error) {
    if (!(error instanceof GranaryError) || error.kind !== 'insufficientStock') throw error;
    return { ok: false, why: error.message } as const;
  }
}

/** The order is paid and leaves; answers from which batch how many. */
export async function ship(domain: Domain, orderNo: string, want: { skuId: string; quantity: number }) {
  await domain.reservations.confirm(confirmInput.parse({ type: 'order', businessId: orderNo }), call);
  const document = await domain.outbound.sales(salesInput.parse({ orderNo, lines: [want] }), call);
  return document.lines.map(({ batchNo, quantity }) => ({ batchNo, quantity }));
}
