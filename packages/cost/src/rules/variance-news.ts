/** What is news about variances: a SKU that strays from its standard and was not told of, or was told of and no longer does. */
import type { VarianceRow } from '@granary/contracts/cost-analysis';
import type { Instant } from '@granary/contracts/instant';
import type { Fact } from '@granary/domain/entities/outbox';
import type { CostVarianceRow } from '../entities/cost-variance.ts';

export interface VarianceNews {
  readonly row: CostVarianceRow;
  readonly seen: VarianceRow;
}

/** `told` is by SKU, all of one period. */
export function varianceNews(
  seen: readonly VarianceRow[],
  { told, now }: { readonly told: ReadonlyMap<string, CostVarianceRow>; readonly now: Instant },
): readonly VarianceNews[] {
  return seen.flatMap((each) => {
    const { periodId, skuId, isExceeded } = each;
    const last = told.get(skuId);
    if (isExceeded === (last?.isExceeded ?? false)) return [];
    return [{ seen: each, row: { periodId, skuId, isExceeded, seenAt: now, version: (last?.version ?? 0) + 1 } }];
  });
}

/** Along the SKU in the period. */
export function varianceFact({ row, seen }: VarianceNews, commandId: string): Fact {
  const { skuId, periodId, isExceeded, version: to } = row;
  const type = isExceeded ? 'cost.variance.exceeded' : 'cost.variance.settled';
  const before = to === 1 ? null : { skuId, periodId, isExceeded: !isExceeded };
  return { type, kind: 'costVariance', id: [skuId, periodId], from: to - 1, to, commandId, before, after: seen };
}
