/** Stock by the age of the layers that it lies in. */
import { type Instant, plusDays } from '@granary/contracts/instant';
import { startOfDay } from '@granary/domain/rules/calendar';
import type { Amount } from '../core/period.ts';
import { splitAmount } from '../core/split.ts';
import type { CostState } from '../core/state.ts';

export interface Bucket {
  readonly fromDays: number;
  /** Null for the oldest. */
  readonly toDays: number | null;
  /** What came in from then on, and before the one of the bucket that is younger; null for the oldest. */
  readonly since: Instant | null;
}

/** Youngest first. Age is counted in whole days of the calendar: what came in today is 0 days old. */
export function bucketsOf(bucketDays: readonly number[], on: string, timezone: string): readonly Bucket[] {
  const closed = bucketDays.map((toDays, at): Bucket => {
    const fromDays = (bucketDays[at - 1] ?? -1) + 1;
    return { fromDays, toDays, since: startOfDay(plusDays(on, -toDays), timezone) };
  });
  return [...closed, { fromDays: (bucketDays.at(-1) ?? -1) + 1, toDays: null, since: null }];
}

/** The layers of a state, summed up by bucket. */
export function layersByBucket({ layers }: Pick<CostState, 'layers'>, buckets: readonly Bucket[]): readonly Amount[] {
  const sums = buckets.map(() => ({ quantity: 0, value: 0n }));
  for (const { at, remaining, value } of layers) {
    const sum = sums[buckets.findIndex(({ since }) => since === null || at >= since)];
    if (sum === undefined) throw new Error('the oldest bucket takes every layer');
    sum.quantity += remaining;
    sum.value += value;
  }
  return sums;
}

/** Layers of a pool hold no value: that of the SKU lies on its units alike, the oldest bucket taking the residue. */
export function poolByBucket(value: bigint, sums: readonly Amount[]): readonly Amount[] {
  const weights = sums.map(({ quantity }) => BigInt(quantity));
  const parts = splitAmount(value, weights, { residue: 'last' });
  if (parts === undefined) throw new Error(`costing broke: there is no layer for ${value} millionths`);
  return sums.map(({ quantity }, at) => ({ quantity, value: parts[at] ?? 0n }));
}
