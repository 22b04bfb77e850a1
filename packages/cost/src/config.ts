/** What a host decides about costing. */
import type { CostPolicy } from './core/policy.ts';
import type { LedgerAccounts } from './rules/ledger-account.ts';

export interface CostConfig {
  /** The strategy of a SKU until somebody switches it (STOCK_COST_DEFAULT_STRATEGY). */
  readonly defaultStrategy: string;
  readonly policy: CostPolicy;
  /** Whether the month of a movement is made when it has none; else such a movement is refused (STOCK_COST_PERIOD_AUTO_CREATE). */
  readonly createPeriods: boolean;
  /** In whose calendar the days of periods begin (STOCK_TIMEZONE). */
  readonly timezone: string;
  /** The currency of every cost and value, ISO 4217 (STOCK_COST_BASE_CURRENCY). */
  readonly baseCurrency: string;
  /** Whether goods may come in at a price in another currency (STOCK_COST_ENABLE_MULTI_CURRENCY). */
  readonly multiCurrency: boolean;
  /** The share of the standard cost by which an actual one may differ before it is told: 100000 is 10 % (STOCK_COST_VARIANCE_THRESHOLD). */
  readonly varianceThresholdMillionths: number;
  /** Whether a close runs the rules that are marked automatic (STOCK_COST_AUTO_ALLOCATION). */
  readonly autoAllocation: boolean;
  /** Whole days after the last one of a period until the worker closes it; null leaves that to people (STOCK_COST_PERIOD_AUTO_CLOSE). */
  readonly autoCloseDays: number | null;
  /** How many events of a SKU a back-dated one may cost again at once; of more of them the worker corrects what is left (STOCK_COST_EVENTS_AT_ONCE). */
  readonly eventsAtOnce: number;
  /** How the journal names its accounts (STOCK_COST_ACCOUNTS). */
  readonly accounts: LedgerAccounts;
}
