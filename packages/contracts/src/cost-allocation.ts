/** Allocation: costs shared out to SKUs by a rule, and costs that arrive after the goods (SPEC section 9, stock-cost-bundle 2.1.3). */
import { z } from 'zod';
import { mutation, reason } from './command.ts';
import { currency } from './currency.ts';
import { id, identifier, skuId } from './identifier.ts';
import { calendarDate, instant, moment } from './instant.ts';
import { amount, positiveDecimal, signedAmount } from './money.ts';
import { pageFields, pageOf } from './page.ts';
import { units } from './quantity.ts';
import { rule } from './rule.ts';

export const MAX_RULE_TARGETS = 1_000;

export const costSource = z
  .enum(['direct', 'indirect', 'manufacturing'])
  .meta({ description: 'Where the cost comes from', examples: ['indirect'] });
export const allocationMethod = z.enum(['ratio', 'quantity', 'value', 'activity']).meta({
  description:
    'By given shares, by the units or the value that are held, or by what drives the cost (hours, kilograms, orders)',
  examples: ['value'],
});
const ruleName = identifier('Name of an allocation rule', 100, 'freight');
const weight = positiveDecimal.meta({
  description: 'Share of a `ratio`, driver units of an `activity`; any scale, the same for all',
  examples: ['2.5'],
});

type Method = z.output<typeof allocationMethod>;
const isWeighed = (method: Method) => method === 'ratio' || method === 'activity';

export const createRuleInput = mutation({
  name: ruleName,
  source: costSource,
  method: allocationMethod,
  targets: z
    .array(z.strictObject({ skuId, weight: weight.optional() }))
    .min(1)
    .max(MAX_RULE_TARGETS)
    .meta({ description: 'Who gets a part, each SKU once' }),
  amount: signedAmount.optional().meta({ description: 'What an automatic rule shares out at each close of a period' }),
  isAutomatic: z.boolean().optional().meta({ description: 'Whether each close of a period runs it' }),
})
  .refine(
    ...rule(
      ({ targets }: { targets: readonly { skuId: string }[] }) =>
        new Set(targets.map((target) => target.skuId)).size === targets.length,
      'must name each SKU only once',
      'targets',
    ),
  )
  .refine(
    ...rule(
      ({ method, targets }: { method: Method; targets: readonly { weight?: string | undefined }[] }) =>
        isWeighed(method) || targets.every((target) => target.weight === undefined),
      'carry weights only with ratio and activity: what is held decides here',
      'targets',
    ),
  )
  .refine(
    ...rule(
      (value: { isAutomatic?: boolean | undefined; amount?: string | undefined }) =>
        value.isAutomatic !== true || value.amount !== undefined,
      'is needed of an automatic rule',
      'amount',
    ),
  );

export const updateRuleInput = mutation({
  rule: ruleName,
  targets: z
    .array(z.strictObject({ skuId, weight: weight.optional() }))
    .min(1)
    .max(MAX_RULE_TARGETS)
    .optional()
    .meta({ description: 'Who gets a part, each SKU once; all of them anew' }),
  amount: signedAmount.nullable().optional().meta({ description: 'Null takes it away' }),
  isAutomatic: z.boolean().optional().meta({ description: 'Whether each close of a period runs it' }),
}).refine(
  ...rule(
    ({ targets = [] }: { targets?: readonly { skuId: string }[] | undefined }) =>
      new Set(targets.map((target) => target.skuId)).size === targets.length,
    'must name each SKU only once',
    'targets',
  ),
);

export const costRule = z.strictObject({
  ruleId: z.string(),
  name: z.string(),
  source: costSource,
  method: allocationMethod,
  targets: z
    .array(
      z.strictObject({
        skuId: z.string(),
        weight: z.string().nullable().meta({ description: 'A decimal string; null where what is held decides' }),
      }),
    )
    .readonly(),
  amount: amount.nullable(),
  isAutomatic: z.boolean(),
  createdAt: moment,
  version: units,
});
export const costRuleListInput = z.strictObject(pageFields);
export const costRulePage = pageOf(costRule);

export const allocateInput = mutation({
  rule: ruleName,
  amount: signedAmount.meta({
    description: 'What is shared out, in the base currency; negative for a credit',
    examples: ['120.00'],
  }),
  currency: currency.optional().meta({
    description:
      'Of the amount, which is then taken at the rate of its day (cost.setRate); the base currency when left out',
    examples: ['EUR'],
  }),
  allocatedOn: calendarDate.optional().meta({
    description:
      'The day at whose end it counts and by what was held then; now when left out. A day to come is refused, and so is one in a frozen or closed period',
    examples: ['2026-11-20'],
  }),
});
/** The parts sum to the amount exactly: largest remainder, ties to the first. */
export const allocatedPart = z.strictObject({
  skuId: z.string(),
  capitalised: amount.meta({ description: 'Onto the stock: the share of what is on hand' }),
  expensed: amount.meta({ description: 'Into the cost of sales of the open period: the share of what was sold' }),
});
export const allocation = z.strictObject({
  allocationId: z.string(),
  name: z.string(),
  ruleId: z.string().nullable(),
  source: costSource,
  method: allocationMethod,
  amount,
  allocatedOn: z.string().meta({ description: 'Calendar date', examples: ['2026-11-20'] }),
  periodId: z.string(),
  targets: z.array(allocatedPart).readonly(),
  createdAt: moment,
  commandId: z.string(),
});
export const allocationListInput = z.strictObject({ ...pageFields, periodId: id.optional() });
export const allocationPage = pageOf(allocation);

export const lateCostInput = mutation({
  skuId,
  documentId: id.meta({ description: 'The receipt to whose goods the cost belongs' }),
  batchId: id.meta({ description: 'The batch of that receipt' }),
  amount: signedAmount,
  currency: currency.optional().meta({
    description:
      'Of the amount, which is then taken at the rate of its day (cost.setRate); the base currency when left out',
    examples: ['EUR'],
  }),
  occurredAt: instant.optional().meta({
    description:
      'When it counts: by what was left of the goods then, and in the period of that moment; now when left out. A moment to come or before the goods came is refused, and so is one in a frozen or closed period; earlier than the SKU last changed needs stock.backdate',
    examples: ['2026-11-20T09:00:00Z'],
  }),
  reason,
});

export const allocatedInput = z.strictObject({
  skuId,
  on: calendarDate.optional().meta({ description: 'Until the end of this day; up to now when left out' }),
});
export const allocated = allocatedPart.extend({ total: amount });

export type CostSource = z.output<typeof costSource>;
export type AllocationMethod = Method;
export type CreateRuleInput = z.output<typeof createRuleInput>;
export type UpdateRuleInput = z.output<typeof updateRuleInput>;
export type CostRule = z.output<typeof costRule>;
export type CostRuleListInput = z.output<typeof costRuleListInput>;
export type AllocateInput = z.output<typeof allocateInput>;
export type Allocation = z.output<typeof allocation>;
export type AllocationListInput = z.output<typeof allocationListInput>;
export type LateCostInput = z.output<typeof lateCostInput>;
export type AllocatedPart = z.output<typeof allocatedPart>;
export type AllocatedInput = z.output<typeof allocatedInput>;
export type Allocated = z.output<typeof allocated>;
