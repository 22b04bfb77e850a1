/** What happened to an accounting period, as subscribers hear of it: along the period's own version. */
import type { Fact } from '@granary/domain/entities/outbox';
import type { CostPeriodRow } from '../entities/cost-period.ts';

type PeriodEvent = Extract<Fact['type'], `cost.period.${string}`>;

/** `before` is null for one that was just made. */
export function periodFact(
  type: PeriodEvent,
  { before, after, commandId }: { before: CostPeriodRow | null; after: CostPeriodRow; commandId: string },
): Fact {
  const from = before?.version ?? 0;
  return { type, kind: 'period', id: after.periodId, from, to: after.version, commandId, before, after };
}
