/** What the variables of costing come to, and how bad ones are told of. */
import { expect, test } from 'vitest';
import { ConfigError, parseConfig } from './env.ts';

const good = { DATABASE_URL: 'mysql://a:b@127.0.0.1/c', STOCK_LOCK: 'none' };
const costOf = (more: Readonly<Record<string, string>>) => parseConfig({ ...good, ...more }).cost;

test('costing can be switched off', () => {
  expect(costOf({ STOCK_COST_ENABLED: 'false' })).toBeUndefined();
});

test.each([
  [{ STOCK_COST_DEFAULT_STRATEGY: 'fifo' }, { defaultStrategy: 'fifo' }],
  [{ STOCK_COST_METHOD: 'lifo' }, { defaultStrategy: 'lifo' }],
  [{ STOCK_COST_METHOD: 'lifo', STOCK_COST_DEFAULT_STRATEGY: 'lifo' }, { defaultStrategy: 'lifo' }],
  [{ STOCK_TIMEZONE: 'Asia/Shanghai' }, { timezone: 'Asia/Shanghai' }],
  [
    { STOCK_COST_BASE_CURRENCY: 'EUR', STOCK_COST_ENABLE_MULTI_CURRENCY: '1' },
    { baseCurrency: 'EUR', multiCurrency: true },
  ],
  [{ STOCK_COST_VARIANCE_THRESHOLD: '0.050001' }, { varianceThresholdMillionths: 50_001 }],
  [{ STOCK_COST_VARIANCE_THRESHOLD: '0' }, { varianceThresholdMillionths: 0 }],
  [
    { STOCK_COST_AUTO_ALLOCATION: 'false', STOCK_COST_PERIOD_AUTO_CREATE: 'false' },
    { autoAllocation: false, createPeriods: false },
  ],
  [{ STOCK_COST_PERIOD_AUTO_CLOSE: 'true' }, { autoCloseDays: 5 }],
  [{ STOCK_COST_PERIOD_AUTO_CLOSE: 'true', STOCK_COST_PERIOD_AUTO_CLOSE_DAYS: '0' }, { autoCloseDays: 0 }],
  [{ STOCK_COST_PERIOD_AUTO_CLOSE_DAYS: '3' }, { autoCloseDays: null }],
  [{ STOCK_COST_EVENTS_AT_ONCE: '0' }, { eventsAtOnce: 0 }],
  [
    { STOCK_COST_ACCOUNTS: 'inventory = 1405 Goods, cost_of_sales=6401.01' },
    { accounts: { inventory: '1405 Goods', cost_of_sales: '6401.01', purchases: 'purchases' } },
  ],
])('%j means %j', (given, expected) => {
  expect(costOf(given)).toMatchObject(expected);
});

test('what real systems decide differently is the policy', () => {
  const given = {
    ...{ STOCK_COST_PRECISION: '2', STOCK_COST_AVERAGE_PRECISION: '4', STOCK_COST_AVERAGE_PER: '1000' },
    ...{ STOCK_COST_SHORTAGE: 'refuse', STOCK_COST_RETURNS: 'current', STOCK_COST_REVERSALS: 'current' },
  };
  expect(costOf(given)?.policy).toEqual({
    ...{ shortage: 'refuse', returns: 'current', reversals: 'current' },
    ...{ issueDecimals: 2, average: { decimals: 4, per: 1000 } },
  });
});

test.each([
  [{ STOCK_COST_VARIANCE_THRESHOLD: '10%' }, 'STOCK_COST_VARIANCE_THRESHOLD'],
  [{ STOCK_COST_VARIANCE_THRESHOLD: '0.1234567' }, 'STOCK_COST_VARIANCE_THRESHOLD'],
  [{ STOCK_COST_BASE_CURRENCY: 'yuan' }, 'STOCK_COST_BASE_CURRENCY'],
  [{ STOCK_COST_PRECISION: '7' }, 'STOCK_COST_PRECISION'],
  [{ STOCK_COST_ACCOUNTS: 'stock=1405' }, 'STOCK_COST_ACCOUNTS'],
  [{ STOCK_COST_ACCOUNTS: 'inventory' }, 'STOCK_COST_ACCOUNTS'],
  [{ STOCK_COST_ACCOUNTS: 'inventory=1405,inventory=1406' }, 'STOCK_COST_ACCOUNTS'],
  [{ STOCK_COST_ACCOUNTS: 'inventory==1405' }, 'STOCK_COST_ACCOUNTS'],
  [{ STOCK_COST_METHOD: 'lifo', STOCK_COST_DEFAULT_STRATEGY: 'fifo' }, 'name different strategies'],
])('%j stops the start', (given, told) => {
  expect(() => costOf(given)).toThrow(ConfigError);
  expect(() => costOf(given)).toThrow(told);
});
