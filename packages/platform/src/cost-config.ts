/** What the variables of costing come to for the cost bundle. */
import type { CostConfig } from '@granary/cost/config';
import { accountsNamed } from '@granary/cost/rules/ledger-account';
import type { EnvValues } from './env-schema.ts';

const DEFAULT_STRATEGY = 'weighted_average';

/** Undefined when costing is switched off. */
export function costConfig(values: EnvValues): CostConfig | undefined {
  if (!values.STOCK_COST_ENABLED) return undefined;
  const { STOCK_COST_AVERAGE_PRECISION: decimals, STOCK_COST_AVERAGE_PER: per } = values;
  return {
    defaultStrategy: values.STOCK_COST_DEFAULT_STRATEGY ?? values.STOCK_COST_METHOD ?? DEFAULT_STRATEGY,
    policy: {
      shortage: values.STOCK_COST_SHORTAGE,
      returns: values.STOCK_COST_RETURNS,
      reversals: values.STOCK_COST_REVERSALS,
      issueDecimals: values.STOCK_COST_PRECISION,
      ...(decimals === undefined ? {} : { average: { decimals, per } }),
    },
    createPeriods: values.STOCK_COST_PERIOD_AUTO_CREATE,
    timezone: values.STOCK_TIMEZONE,
    baseCurrency: values.STOCK_COST_BASE_CURRENCY,
    multiCurrency: values.STOCK_COST_ENABLE_MULTI_CURRENCY,
    varianceThresholdMillionths: values.STOCK_COST_VARIANCE_THRESHOLD,
    autoAllocation: values.STOCK_COST_AUTO_ALLOCATION,
    autoCloseDays: values.STOCK_COST_PERIOD_AUTO_CLOSE ? values.STOCK_COST_PERIOD_AUTO_CLOSE_DAYS : null,
    eventsAtOnce: values.STOCK_COST_EVENTS_AT_ONCE,
    accounts: accountsNamed(values.STOCK_COST_ACCOUNTS),
  };
}
