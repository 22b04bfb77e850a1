/**
 * Reports of cost, each a list in pages that comes as CSV as well (SPEC section 9). What belongs to a closed period is answered
 * from rows that no longer change, so it is the same bytes whenever it is asked; what belongs to an open one is as of now.
 */
import { z } from 'zod';
import { allocationMethod, costSource } from './cost-allocation.ts';
import { costAccount, costRecordKind } from './cost-record.ts';
import { id, skuId } from './identifier.ts';
import { calendarDate, moment } from './instant.ts';
import { amount } from './money.ts';
import { pageFields, pageOf } from './page.ts';
import { units } from './quantity.ts';

/** The filters of every report by period. */
export const periodFilters = {
  ...pageFields,
  periodId: id.optional().meta({ description: 'One period; every period, oldest first, when left out' }),
  skuId: skuId.optional().meta({ description: 'One SKU; all of them when left out' }),
};
/** The fields of a row that belongs to a period. */
export const periodFields = {
  periodId: z.string(),
  period: z.string().meta({ description: 'Name of the period', examples: ['2026-11'] }),
};
const sumOrSku = z.string().nullable().meta({ description: 'Null in a total' });
/** For reading only; the values beside it are exact. */
export const unitMean = amount
  .nullable()
  .meta({ description: 'Per unit, half up at 6 decimals; null without units', examples: ['13.333333'] });
export const ratio = z
  .string()
  .nullable()
  .meta({
    description: 'A decimal string, half up at 6 decimals; null where there is nothing to divide by',
    examples: ['0.125'],
  });
const perSkuOrPeriod = z
  .enum(['sku', 'period'])
  .default('sku')
  .meta({ description: 'A row for each SKU and period, or one total for each period' });
const on = calendarDate
  .optional()
  .meta({ description: 'As of the end of this day in STOCK_TIMEZONE; as of now when left out' });
const asOf = z
  .string()
  .nullable()
  .meta({ description: 'The day that was asked for; null is now', examples: ['2026-11-20'] });

export const valuationInput = z.strictObject({
  ...pageFields,
  on,
  by: z
    .enum(['sku', 'place', 'location', 'total'])
    .default('sku')
    .meta({ description: 'A row for each SKU, for each SKU and location, for each location, or one total' }),
  skuId: skuId.optional(),
});
/**
 * What is held less what is owed, as the accounts have it. The value at a location is the value of the SKU by quantity, the
 * last location in the order of the rows taking the residue; goods on their way come last.
 */
export const valuationRow = z.strictObject({
  on: asOf,
  skuId: sumOrSku,
  locationId: z
    .string()
    .nullable()
    .meta({ description: 'Null in a row over all locations, and by `place` and `location` for goods on their way' }),
  quantity: units.meta({ description: 'Held less owed (sold before it came)' }),
  value: amount,
  averageCost: unitMean,
});

/** The accounts of profit and loss that stock is charged to. */
const chargedAccount = costAccount
  .extract(['adjustments', 'cost_of_sales', 'revaluation', 'variance'])
  .meta({ description: 'Where the cost went', examples: ['cost_of_sales'] });

export const costOfSalesInput = z.strictObject({
  ...periodFilters,
  by: perSkuOrPeriod,
  account: chargedAccount
    .optional()
    .meta({ description: 'Only this account; every one that stock was charged to when left out' }),
});
export const costOfSalesRow = z.strictObject({
  ...periodFields,
  skuId: sumOrSku,
  account: chargedAccount,
  quantity: units.meta({ description: 'Units that left for it, less those that came back' }),
  cost: amount.meta({ description: 'What the account was charged; negative for a gain' }),
});

export const rollForwardInput = z.strictObject({ ...periodFilters, by: perSkuOrPeriod });
/** opening + inbound + adjusted - outbound = closing; of the value also + allocated + revalued. A row that would not add up is refused. */
export const rollForwardRow = z.strictObject({
  ...periodFields,
  skuId: sumOrSku,
  openingQuantity: units,
  openingValue: amount,
  inboundQuantity: units,
  inboundValue: amount,
  outboundQuantity: units,
  outboundValue: amount,
  adjustedQuantity: units.meta({ description: 'Found less lost: counts, damage, write-offs' }),
  adjustedValue: amount,
  allocatedValue: amount.meta({ description: 'Costs brought to goods, what was sold of them included in outbound' }),
  revaluedValue: amount.meta({ description: 'Written down or back, and changes of a standard cost' }),
  closingQuantity: units,
  closingValue: amount,
  averageCost: unitMean,
});

const bucketDays = z
  .array(z.number().int().min(0).max(36_500))
  .min(1)
  .max(20)
  .refine((days) => days.every((day, at) => at === 0 || day > (days[at - 1] ?? day)), 'must rise')
  .default([30, 60, 90, 180, 365])
  .meta({
    description: 'The last day of each bucket but the open one; 30, 60, 90, 180 and 365 when left out',
    examples: [[30, 90]],
  });
export const ageingInput = z.strictObject({
  ...pageFields,
  on,
  by: z.enum(['sku', 'total']).default('sku'),
  skuId: skuId.optional(),
  bucketDays,
});
/** What is held by the age of the layers that it lies in; what is owed is no part of it. */
export const ageingRow = z.strictObject({
  on: asOf,
  skuId: sumOrSku,
  fromDays: units.meta({ description: 'Days since it was received, at least' }),
  toDays: units.nullable().meta({ description: 'At most; null for the oldest' }),
  quantity: units,
  value: amount.meta({ description: 'Where a strategy keeps one pool for the SKU: its value by quantity' }),
});

export const turnoverInput = z.strictObject({ ...periodFilters, by: perSkuOrPeriod });
/** turnover = cost of sales / average inventory; inventoryDays = days / turnover. */
export const turnoverRow = z.strictObject({
  ...periodFields,
  skuId: sumOrSku,
  days: units.meta({ description: 'Days of the period, of a running one until today' }),
  costOfSales: amount,
  averageInventory: amount.meta({ description: 'Half of opening and closing, half up at 6 decimals' }),
  turnover: ratio,
  inventoryDays: ratio.meta({ description: 'How many days the average inventory lasts at this rate' }),
});

export const allocationReportInput = z.strictObject({ ...periodFilters });
/** One part of a cost that was shared out or came late; of each SKU in the order in which they were posted. */
export const allocationReportRow = z.strictObject({
  ...periodFields,
  skuId: z.string(),
  recordNo: units,
  occurredAt: moment,
  rule: z.string().nullable().meta({ description: 'Null for a cost that came late to one receipt' }),
  source: costSource.nullable(),
  method: allocationMethod.nullable(),
  total: amount.nullable().meta({ description: 'What the rule shared out in all' }),
  part: amount.meta({ description: 'What came to this SKU: capitalised + expensed' }),
  capitalised: amount.meta({ description: 'Onto the stock' }),
  expensed: amount.meta({ description: 'Into the cost of sales' }),
  reason: z.string().nullable(),
  commandId: z.string(),
});

export const journalInput = z.strictObject({
  ...periodFilters,
  by: z
    .enum(['entry', 'account'])
    .default('entry')
    .meta({ description: 'Two lines for each entry, or the sums of each account and period' }),
});
const ledgerAccount = z.enum(['inventory', ...costAccount.options]);
/** Debits equal credits in every entry, in every period, and in all. */
export const journalRow = z.strictObject({
  ...periodFields,
  skuId: sumOrSku,
  recordNo: units.nullable().meta({ description: 'Of the SKU: with it the number of the entry; null in a sum' }),
  occurredAt: moment.nullable(),
  kind: costRecordKind.nullable(),
  account: ledgerAccount,
  code: z.string().meta({ description: 'The account as STOCK_COST_ACCOUNTS names it', examples: ['1405'] }),
  debit: amount,
  credit: amount,
  documentId: z.string().nullable(),
  commandId: z.string().nullable(),
});

export const valuationPage = pageOf(valuationRow);
export const costOfSalesPage = pageOf(costOfSalesRow);
export const rollForwardPage = pageOf(rollForwardRow);
export const ageingPage = pageOf(ageingRow);
export const turnoverPage = pageOf(turnoverRow);
export const allocationReportPage = pageOf(allocationReportRow);
export const journalPage = pageOf(journalRow);

export type ValuationInput = z.output<typeof valuationInput>;
export type ValuationRow = z.output<typeof valuationRow>;
export type CostOfSalesInput = z.output<typeof costOfSalesInput>;
export type CostOfSalesRow = z.output<typeof costOfSalesRow>;
export type RollForwardInput = z.output<typeof rollForwardInput>;
export type RollForwardRow = z.output<typeof rollForwardRow>;
export type AgeingInput = z.output<typeof ageingInput>;
export type AgeingRow = z.output<typeof ageingRow>;
export type TurnoverInput = z.output<typeof turnoverInput>;
export type TurnoverRow = z.output<typeof turnoverRow>;
export type AllocationReportInput = z.output<typeof allocationReportInput>;
export type AllocationReportRow = z.output<typeof allocationReportRow>;
export type JournalInput = z.output<typeof journalInput>;
export type JournalRow = z.output<typeof journalRow>;
export type LedgerAccount = z.output<typeof ledgerAccount>;
