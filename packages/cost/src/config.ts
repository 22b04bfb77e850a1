/** What a host decides about costing. */
import type { CostPolicy } from './core/policy.ts';

export interface CostConfig {
  /** The strategy of a SKU until somebody switches it (STOCK_COST_DEFAULT_STRATEGY). */
  readonly defaultStrategy: string;
  readonly policy: CostPolicy;
  /** Whether the month of a movement is made when it has none; else such a movement is refused. */
  readonly createPeriods: boolean;
  /** In whose calendar the days of periods begin (STOCK_TIMEZONE). */
  readonly timezone: string;
}
