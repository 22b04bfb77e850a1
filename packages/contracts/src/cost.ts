/** Costs: what units would cost, what stock is worth, and what accountants decide about a SKU (SPEC section 9, stock-cost-bundle 2.1.1). */
import { z } from 'zod';
import { mutation, reason } from './command.ts';
import { id, identifier, skuId } from './identifier.ts';
import { instant } from './instant.ts';
import { jobError } from './job.ts';
import { amount, signedAmount, unitCost } from './money.ts';
import { pageFields } from './page.ts';
import { quantity, units } from './quantity.ts';
import { rule } from './rule.ts';

/** Of calculateMany; with the longest SKUs that many still fit into the largest body. */
export const MAX_CALCULATIONS = 10_000;
const MAX_VALUED_SKUS = 1_000;

export const costStrategyName = identifier('Cost strategy', 64, 'weighted_average');

const asIf = costStrategyName
  .optional()
  .meta({ description: 'As if the SKU were costed by it; its own strategy when left out', examples: ['fifo'] });
/** Half up at 6 decimals, for reading: the total is what is exact. */
const mean = amount.meta({ description: 'Per unit, half up at 6 decimals', examples: ['13.333333'] });

export const calculateInput = z.strictObject({ skuId, quantity, strategy: asIf });
export const calculateManyInput = z.strictObject({
  items: z
    .array(calculateInput)
    .min(1)
    .max(MAX_CALCULATIONS)
    .meta({ description: 'Each is answered for itself, as if it alone left now' }),
});

const costSum = z.strictObject({
  skuId: z.string(),
  quantity: units,
  strategy: z.string(),
  totalCost: amount,
  unitCost: mean,
});
export const calculation = costSum.extend({
  lines: z.array(
    z.strictObject({
      layerId: z.string().nullable().meta({ description: 'Null where the strategy keeps one pool' }),
      batchNo: z.string().nullable().meta({
        description:
          'Of the goods of that layer, where the strategy goes by batches: without a word which ones leave, the oldest are taken, and a sale of others costs what those cost',
      }),
      quantity: units,
      totalCost: amount,
    }),
  ),
});
/** In the order of the items; one that is refused does not hide the others. */
export const calculateManyAnswer = z.strictObject({
  items: z.array(
    z.discriminatedUnion('ok', [
      costSum.extend({ ok: z.literal(true) }),
      z.strictObject({ ok: z.literal(false), skuId: z.string(), error: jobError }),
    ]),
  ),
});

export const averageCostInput = z.strictObject({ skuId });
export const averageCost = z.strictObject({
  skuId: z.string(),
  strategy: z.string(),
  quantity: units.meta({ description: 'Held, in stock and on the way, at all locations' }),
  value: amount,
  averageCost: mean
    .nullable()
    .meta({ description: 'Of a unit; what one last cost when none is held, null when none ever had a cost' }),
});

export const inventoryValueInput = z.strictObject({
  ...pageFields,
  skuIds: z.array(skuId).min(1).max(MAX_VALUED_SKUS).optional().meta({ description: 'All SKUs when left out' }),
  byLocation: z.boolean().optional().meta({ description: 'Whether to tell where the value lies' }),
});
export const valuedSku = averageCost.extend({
  owedQuantity: units.meta({ description: 'Sold before it came' }),
  owedValue: amount.meta({ description: 'At what those units were costed for now' }),
  locations: z
    .array(
      z.strictObject({
        locationId: z.string().nullable().meta({ description: 'Null for goods on their way' }),
        quantity: units,
        value: amount,
      }),
    )
    .optional()
    .meta({ description: 'The value of the SKU by quantity, the last place taking the residue' }),
});
export const inventoryValue = z.strictObject({
  total: amount.meta({ description: 'Of all SKUs that were asked for, not of this page alone; exact' }),
  skus: units.meta({ description: 'How many of them have a cost' }),
  items: z.array(valuedSku).readonly(),
  nextCursor: z.string().nullable(),
});

export const switchStrategyInput = mutation({ skuId, to: costStrategyName });
export const revalueInput = mutation({
  skuId,
  amount: signedAmount.meta({
    description: 'Negative to write down, at most what is held; positive to write a write-down back',
    examples: ['-25.00'],
  }),
  reason,
});
export const standardCostInput = mutation({
  skuId,
  cost: unitCost.meta({ description: 'The standard cost of `per` units, a decimal string', examples: ['12.00'] }),
  per: quantity.optional().meta({ description: 'Of how many units; 1 when left out', examples: [1] }),
  reason: reason.optional(),
});
export const costChange = z.strictObject({
  skuId: z.string(),
  strategy: z.string(),
  quantity: units,
  before: amount.meta({ description: 'Value of the stock before' }),
  after: amount.meta({ description: 'Value of the stock now' }),
});

type Previewed = {
  readonly [Field in 'quantity' | 'occurredAt' | 'documentId' | 'batchId' | 'amount']?: unknown;
} & { readonly type: string };

/** There where it is needed, and only there. */
function neededOf(what: 'movement' | 'lateCost', field: Exclude<keyof Previewed, 'type'>) {
  const isOf = ({ type }: Previewed) => (type === 'lateCost') === (what === 'lateCost');
  const error =
    what === 'lateCost' ? 'belongs to a late cost, which needs it' : 'belongs to a receipt or an issue, which needs it';
  return rule((value: Previewed) => isOf(value) === (value[field] !== undefined), error, field);
}

export const costPreviewInput = z
  .strictObject({
    skuId,
    type: z.enum(['receipt', 'issue', 'lateCost']).meta({
      description:
        'What would be told: goods that came or left at a moment, or a cost that comes after the goods of a receipt',
      examples: ['receipt'],
    }),
    quantity: quantity.optional().meta({ description: 'Needed of a receipt and an issue', examples: [5] }),
    unitCost: unitCost.optional().meta({ description: 'Of a receipt; what a unit cost at that moment when left out' }),
    occurredAt: instant.optional().meta({
      description: 'Needed of a receipt and an issue; a late cost counts now when it is left out',
      examples: ['2026-03-02T09:00:00Z'],
    }),
    documentId: id.optional().meta({ description: 'Needed of a late cost: the receipt to whose goods it belongs' }),
    batchId: id.optional().meta({ description: 'Needed of a late cost: the batch of that receipt' }),
    amount: signedAmount
      .optional()
      .meta({ description: 'Needed of a late cost, in the base currency; negative for a credit', examples: ['25.00'] }),
  })
  .refine(...neededOf('movement', 'quantity'))
  .refine(
    ...rule(
      ({ type, occurredAt }: Previewed) => type === 'lateCost' || occurredAt !== undefined,
      'is needed of a receipt or an issue',
      'occurredAt',
    ),
  )
  .refine(...neededOf('lateCost', 'documentId'))
  .refine(...neededOf('lateCost', 'batchId'))
  .refine(...neededOf('lateCost', 'amount'))
  .refine(
    ...rule(
      (value: { type: string; unitCost?: string | undefined }) =>
        value.type === 'receipt' || value.unitCost === undefined,
      'belongs to a receipt',
      'unitCost',
    ),
  );
export const costPreview = z.strictObject({
  skuId: z.string(),
  valueBefore: amount,
  valueAfter: amount,
  corrections: units.meta({ description: 'Rows that would be appended to correct what was posted before' }),
  periods: z.array(
    z.strictObject({
      period: z.string().meta({ description: 'Its name, or the day for which none is made yet' }),
      costOfSales: amount.meta({ description: 'What the cost of sales of the period would rise by' }),
      value: amount.meta({ description: 'What the value of stock would rise by' }),
      records: units.meta({ description: 'Rows that would be appended' }),
    }),
  ),
});

export const costStrategies = z.strictObject({ strategies: z.array(z.string()), defaultStrategy: z.string() });

export type CalculateInput = z.output<typeof calculateInput>;
export type CalculateManyInput = z.output<typeof calculateManyInput>;
export type Calculation = z.output<typeof calculation>;
export type CalculateManyAnswer = z.output<typeof calculateManyAnswer>;
export type CalculationResult = CalculateManyAnswer['items'][number];
export type AverageCost = z.output<typeof averageCost>;
export type InventoryValueInput = z.output<typeof inventoryValueInput>;
export type InventoryValue = z.output<typeof inventoryValue>;
export type ValuedSku = z.output<typeof valuedSku>;
export type SwitchStrategyInput = z.output<typeof switchStrategyInput>;
export type RevalueInput = z.output<typeof revalueInput>;
export type StandardCostInput = z.output<typeof standardCostInput>;
export type CostChange = z.output<typeof costChange>;
export type CostPreviewInput = z.output<typeof costPreviewInput>;
export type CostPreview = z.output<typeof costPreview>;
