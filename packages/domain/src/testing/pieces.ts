/** Serial-tracked SKUs in tests: made, received, and asked where their pieces are. */
import type { Document } from '@granary/contracts/document';
import { inbound, receipt } from './inputs.ts';
import type { TestDomain } from './test-domain.ts';

let made = 0;

/** A number that no document of this file has had. */
export function fresh(prefix: string): string {
  return `${prefix}-${(made += 1)}`;
}

export async function trackedSku({ domain, call }: TestDomain): Promise<string> {
  const skuId = fresh('K');
  await domain.skus.create({ skuId, serialTracked: true }, call);
  return skuId;
}

/** One batch for each key, with these pieces. */
export async function receivePieces(
  { domain, call }: TestDomain,
  to: string | { readonly skuId: string; readonly locationId: string },
  lots: Readonly<Record<string, readonly string[]>>,
): Promise<Document> {
  const { skuId, locationId } = typeof to === 'string' ? { skuId: to, locationId: 'default' } : to;
  const lines = Object.entries(lots).map(([batchNo, serials]) =>
    receipt(skuId, serials.length, { batchNo, locationId, serials: [...serials] }),
  );
  return await domain.inbound.purchase(inbound(fresh('PO'), lines), call);
}

export async function statesOf({ domain }: TestDomain, skuId: string): Promise<Record<string, string>> {
  const { items } = await domain.serials.list({ skuId, limit: 500 });
  return Object.fromEntries(items.map(({ serial, state }) => [serial, state]));
}

/** Of every piece in stock `batch@place`. */
export async function placesOf({ domain }: TestDomain, skuId: string): Promise<Record<string, string>> {
  const { items } = await domain.serials.list({ skuId, state: 'inStock', limit: 500 });
  return Object.fromEntries(items.map(({ serial, batchNo, locationId }) => [serial, `${batchNo}@${locationId}`]));
}
