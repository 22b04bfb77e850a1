/** Analysis of cost: actual against standard (stock-cost-bundle 4.2 and FR4.1), and how the cost of a unit moves from period to period. */
import { z } from 'zod';
import { periodFields, periodFilters, ratio, unitMean } from './cost-report.ts';
import { amount, positiveDecimal } from './money.ts';
import { pageOf } from './page.ts';
import { units } from './quantity.ts';

export const varianceInput = z.strictObject({
  ...periodFilters,
  threshold: positiveDecimal.optional().meta({
    description:
      'The share of the standard that a variance may be: 0.1 is 10 %; STOCK_COST_VARIANCE_THRESHOLD when left out',
    examples: ['0.1'],
  }),
  onlyExceeded: z.boolean().default(false).meta({ description: 'Only rows whose variance is beyond the threshold' }),
});
/**
 * Of each SKU that has a standard cost or is costed by one. Each entry is compared with the standard that held when it
 * happened; actual less standard, so a positive variance is unfavourable.
 */
export const varianceRow = z.strictObject({
  ...periodFields,
  skuId: z.string(),
  standardCost: unitMean.meta({
    description: 'Of a unit, the last one stated by the end of the period; null when none was',
  }),
  purchasedQuantity: units,
  purchasedActual: amount,
  purchasedStandard: amount,
  purchaseVariance: amount.meta({
    description: 'What was bought cost so much more than at standard (purchase price variance)',
  }),
  consumedQuantity: units,
  consumedActual: amount,
  consumedStandard: amount,
  usageVariance: amount.meta({ description: 'What was consumed cost so much more than the same units at standard' }),
  bookedVariance: amount.meta({
    description: 'What the variance account was charged: only of SKUs costed at standard',
  }),
  share: ratio.meta({ description: 'The larger of both variances as a share of its standard; null where that is 0' }),
  isExceeded: z.boolean().meta({ description: 'Whether that is beyond the threshold' }),
});

export const trendInput = z.strictObject(periodFilters);
/** What a unit cost in each period: when it began, bought, consumed, when it ended. */
export const trendRow = z.strictObject({
  ...periodFields,
  skuId: z.string(),
  openingCost: unitMean,
  inboundCost: unitMean,
  consumedCost: unitMean,
  closingCost: unitMean,
  change: ratio.meta({ description: 'Closing against opening, as a share of the opening' }),
});

export const variancePage = pageOf(varianceRow);
export const trendPage = pageOf(trendRow);

export type VarianceInput = z.output<typeof varianceInput>;
export type VarianceRow = z.output<typeof varianceRow>;
export type TrendInput = z.output<typeof trendInput>;
export type TrendRow = z.output<typeof trendRow>;
