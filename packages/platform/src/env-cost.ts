/** The variables of costing: how goods are costed, in which currency, and what is done about periods. */
import { ledgerAccounts, type LedgerAccounts } from '@granary/cost/rules/ledger-account';
import { z } from 'zod';
import { flag, integer, optionalVariable, variable } from './env-variable.ts';

const MILLION = 1_000_000;

const strategyName = z.string().regex(/^[a-z][a-z0-9_]{0,63}$/);
const strategyShape =
  'the name of a registered cost strategy: fifo, lifo, fefo, weighted_average, periodic_average, periodic_fifo, periodic_lifo, specific, standard or one of your own';

/** A share such as 0.1, in millionths, so that no binary fraction decides what exceeds it. */
const share = z
  .string()
  .regex(/^(0|[1-9]\d{0,2})(\.\d{1,6})?$/)
  .transform((text) => Math.round(Number(text) * MILLION));

const ACCOUNT = /^[\p{L}\p{N}][\p{L}\p{N} ._:/-]{0,99}$/u;

/** `name=code` pairs; whoever is not named keeps its own name. */
const accounts = z
  .string()
  .transform((text) => text.split(',').map((pair) => pair.split('=').map((part) => part.trim())))
  .refine(
    (pairs) =>
      new Set(pairs.map(([name]) => name)).size === pairs.length &&
      pairs.every(
        ([name = '', code = '', ...more]) =>
          more.length === 0 && (ledgerAccounts as readonly string[]).includes(name) && ACCOUNT.test(code),
      ),
  )
  .transform((pairs): Partial<LedgerAccounts> => Object.fromEntries(pairs));

const originalOrCurrent = z.enum(['original', 'current']);

export const costVariables = {
  STOCK_COST_ENABLED: variable(flag, {
    shape: 'true or false',
    about:
      'Whether stock is costed. While it is off, nothing of cost is written and its procedures are refused; stock that came meanwhile gets an opening cost once it is on again (docs/decisions/0028-stock-before-costing.md).',
    example: 'true',
    fallback: 'true',
  }),
  STOCK_COST_DEFAULT_STRATEGY: optionalVariable(strategyName, {
    shape: strategyShape,
    about:
      'How a SKU is costed until somebody switches it; weighted_average where neither this nor STOCK_COST_METHOD is set.',
    example: 'weighted_average',
  }),
  STOCK_COST_METHOD: optionalVariable(strategyName, {
    shape: strategyShape,
    about: 'Another name for STOCK_COST_DEFAULT_STRATEGY.',
    example: 'weighted_average',
  }),
  STOCK_COST_PRECISION: variable(integer(0, 6), {
    shape: 'a whole number of decimals from 0 to 6',
    about:
      'To how many decimals the cost of an issue is rounded, half up; no residue is lost, as the last units take it.',
    example: '2',
    fallback: '6',
  }),
  STOCK_COST_AVERAGE_PRECISION: optionalVariable(integer(0, 6), {
    shape: 'a whole number of decimals from 0 to 6',
    about: 'To how many decimals an average is fixed at each receipt; left out, an average is an exact fraction.',
    example: '2',
  }),
  STOCK_COST_AVERAGE_PER: variable(integer(1, 1_000_000), {
    shape: 'a whole number of units from 1 to 1000000',
    about:
      'How many units such an average is stated for: 1000 where prices are per kilogram and stock is in grams. Means nothing without STOCK_COST_AVERAGE_PRECISION.',
    example: '1000',
    fallback: '1',
  }),
  STOCK_COST_SHORTAGE: variable(z.enum(['owe', 'refuse']), {
    shape: 'owe or refuse',
    about:
      'What becomes of goods that are sold before they came (STOCK_ALLOW_NEGATIVE): costed at the last known cost and corrected by the receipt that settles them, or refused (COST_002). There is no default cost.',
    example: 'owe',
    fallback: 'owe',
  }),
  STOCK_COST_RETURNS: variable(originalOrCurrent, {
    shape: 'original or current',
    about: 'Whether goods of a customer come back at the cost at which they left, or at what a unit costs now.',
    example: 'original',
    fallback: 'original',
  }),
  STOCK_COST_REVERSALS: variable(originalOrCurrent, {
    shape: 'original or current',
    about: 'Whether a receipt that is taken back leaves an averaged stock at its own cost, or at the average.',
    example: 'original',
    fallback: 'original',
  }),
  STOCK_COST_BASE_CURRENCY: variable(z.string().regex(/^[A-Z]{3}$/), {
    shape: 'three capital letters, as in ISO 4217',
    about: 'The currency of every cost and value.',
    example: 'CNY',
    fallback: 'CNY',
  }),
  STOCK_COST_ENABLE_MULTI_CURRENCY: variable(flag, {
    shape: 'true or false',
    about: 'Whether goods may come in at a price in another currency, for which there is a dated rate.',
    example: 'false',
    fallback: 'false',
  }),
  STOCK_COST_VARIANCE_THRESHOLD: variable(share, {
    shape: 'a decimal from 0 to 999.999999 with at most 6 decimals, 0.1 for 10 %',
    about: 'By which share of its standard cost an actual cost may differ before it is told.',
    example: '0.1',
    fallback: '0.1',
  }),
  STOCK_COST_AUTO_ALLOCATION: variable(flag, {
    shape: 'true or false',
    about: 'Whether the close of a period runs the allocation rules that are marked automatic.',
    example: 'true',
    fallback: 'true',
  }),
  STOCK_COST_PERIOD_AUTO_CREATE: variable(flag, {
    shape: 'true or false',
    about:
      'Whether the month of a movement becomes a period on demand; otherwise a movement outside every period is refused (COST_004).',
    example: 'true',
    fallback: 'true',
  }),
  STOCK_COST_PERIOD_AUTO_CLOSE: variable(flag, {
    shape: 'true or false',
    about: 'Whether a worker closes periods that are over.',
    example: 'false',
    fallback: 'false',
  }),
  STOCK_COST_PERIOD_AUTO_CLOSE_DAYS: variable(integer(0, 365), {
    shape: 'a whole number of days from 0 to 365',
    about:
      'How many whole days must have passed since the last one of a period before the worker closes it, in STOCK_TIMEZONE.',
    example: '5',
    fallback: '5',
  }),
  STOCK_COST_EVENTS_AT_ONCE: variable(integer(0, 100_000), {
    shape: 'a whole number of events from 0 to 100000',
    about:
      'How many events of a SKU a back-dated one may cost again within its own transaction. Of a longer past the worker appends the corrections, part by part.',
    example: '2000',
    fallback: '2000',
  }),
  STOCK_COST_ACCOUNTS: optionalVariable(accounts, {
    shape: `pairs of an account and its code, with commas between them; the accounts are ${ledgerAccounts.join(', ')}`,
    about: 'How the journal names its accounts in `code`; one that is left out keeps its own name.',
    example: 'inventory=1405,cost_of_sales=6401',
  }),
};
