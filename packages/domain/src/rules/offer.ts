/** What may be sold of a SKU now, from the free stock of its batches summed by expiry; and until when that holds by itself. */
import { type Instant, toMicros } from '@granary/contracts/instant';
import { NEVER } from '../entities/batch.ts';
import type { SkuRow } from '../entities/sku.ts';

/** Open batches at open places that expire at the same instant. A SKU without any has one with nothing free. */
export interface OfferRow extends Pick<SkuRow, 'skuId' | 'kind' | 'status'> {
  readonly expiresAt: Instant;
  readonly free: number;
}

export interface Offer extends Pick<SkuRow, 'skuId' | 'kind' | 'status'> {
  readonly available: number;
  /** The next expiry of any of it; NEVER when time alone changes nothing. */
  readonly until: Instant;
}

export function offersOf(rows: readonly OfferRow[], now: Instant): ReadonlyMap<string, Offer> {
  const offers = new Map<string, Offer>();
  for (const { skuId, kind, status, expiresAt, free } of rows) {
    const { available, until } = offers.get(skuId) ?? { available: 0, until: NEVER };
    const isOffered = status === 'active' && expiresAt > now;
    offers.set(skuId, {
      ...{ skuId, kind, status },
      available: available + (isOffered ? free : 0),
      until: isOffered && expiresAt < until ? expiresAt : until,
    });
  }
  return offers;
}

export function millisecondsUntil(until: Instant, now: Instant): number {
  return until === NEVER ? Infinity : Number((toMicros(until) - toMicros(now)) / 1000n);
}
