/** Adjustments and counts: stock corrected by hand, by so many units or to what was counted, each with a reason code and somebody who answers for it. */
import { z } from 'zod';
import { mutation, operator, reason } from './command.ts';
import { document, documentSummary, MAX_DOCUMENT_LINES } from './document.ts';
import { documentNo, id, locationId, skuId } from './identifier.ts';
import { instant } from './instant.ts';
import { unitCost } from './money.ts';
import { pageFields, pageOf } from './page.ts';
import { count, MAX_QUANTITY, units } from './quantity.ts';
import { rule } from './rule.ts';
import { serialNos } from './serial-number.ts';
import { boundedRange, orderedRange } from './time-range.ts';

export const adjustmentType = z.enum(['adjustment', 'count']);

/** Closed, so that losses can be summed by cause; `other` needs words. */
export const adjustmentReasonCode = z
  .enum([
    ...(['damage', 'loss', 'theft', 'found', 'expired', 'correction', 'sample', 'stocktake'] as const),
    ...(['internalUse', 'other'] as const),
  ])
  .meta({ description: 'Why the books are corrected; `other` needs a reason in words', examples: ['damage'] });

const delta = z
  .number()
  .int()
  .min(-MAX_QUANTITY)
  .max(MAX_QUANTITY)
  .refine((value) => value !== 0, 'must not be 0')
  .meta({ description: 'Units to add, or with a minus to take away; never 0', examples: [-2] });

const place = {
  skuId,
  locationId: locationId.optional().meta({ description: "Left out, the batch's place, or `default`" }),
  batchId: id.optional().meta({ description: 'This batch and no other, also when it has expired' }),
};
const cost = {
  unitCost: unitCost
    .optional()
    .meta({ description: "Of units that are added; left out, the batch's own, else that of the SKU's newest batch" }),
};
const header = {
  reasonCode: adjustmentReasonCode,
  reason: reason.optional(),
  operator,
  occurredAt: instant
    .optional()
    .meta({ description: 'When it happened; the database time when left out, never in the future' }),
};
const adjustmentNo = documentNo
  .optional()
  .meta({ description: 'Number of the adjustment; left out, `ADJ-<documentId>`' });
const countNo = documentNo.optional().meta({ description: 'Number of the count; left out, `CNT-<documentId>`' });

const serials = serialNos.optional().meta({
  description:
    'Of a serial-tracked SKU: the pieces that are added, all of them; or those that are taken away, where left out the lowest are',
  examples: [['SN-0001']],
});

const adjustFields = { ...place, delta, ...cost, serials };
const countFields = {
  ...place,
  counted: count.meta({ description: 'What lies there: of the batch, or of all batches together', examples: [41] }),
  onHandVersion: z
    .number()
    .int()
    .min(0)
    .max(Number.MAX_SAFE_INTEGER)
    .meta({ description: "The level's onHandVersion when it was counted (stock.levels); 0 where nothing ever lay" }),
  ...cost,
  serials: serialNos.optional().meta({
    description:
      'Of a serial-tracked SKU: the pieces that were found beyond the books, all of them; or those that are missing, where left out the lowest are taken for missing',
    examples: [['SN-0001']],
  }),
};

const costOfGain = rule(
  (line: { delta: number; unitCost?: string | undefined }) => line.delta > 0 || line.unitCost === undefined,
  'belongs to units that are added; what is taken away leaves at what its batch cost',
  'unitCost',
);
const wordsForOther = rule(
  (value: { reasonCode: string; reason?: string | undefined }) =>
    value.reasonCode !== 'other' || value.reason !== undefined,
  'is needed with the reason code other',
  'reason',
);

function lines<T extends z.ZodType>(item: T) {
  return z.array(item).min(1).max(MAX_DOCUMENT_LINES);
}

export const adjustInput = mutation({ ...adjustFields, ...header, adjustmentNo })
  .refine(...costOfGain)
  .refine(...wordsForOther);
export const adjustManyInput = mutation({
  ...header,
  adjustmentNo,
  lines: lines(z.strictObject(adjustFields).refine(...costOfGain)),
}).refine(...wordsForOther);
export const countInput = mutation({ ...countFields, ...header, countNo }).refine(...wordsForOther);
export const countManyInput = mutation({ ...header, countNo, lines: lines(z.strictObject(countFields)) }).refine(
  ...wordsForOther,
);

/** An adjustment or a count as a document: its lines are what moved, negative where it was taken away. */
export const adjustmentDocument = document.extend({
  /** Of a count: what the books said and what was counted, one for each line of the input. */
  counts: z
    .array(
      z.strictObject({
        line: units,
        skuId: z.string(),
        locationId: z.string(),
        /** Null when the whole level was counted. */
        batchId: z.string().nullable(),
        expected: units,
        counted: units,
      }),
    )
    .optional(),
});

export const adjustmentGetInput = z
  .strictObject({ id: id.optional(), type: adjustmentType.optional(), documentNo: documentNo.optional() })
  .refine(
    (value) =>
      value.id === undefined
        ? value.type !== undefined && value.documentNo !== undefined
        : value.type === undefined && value.documentNo === undefined,
    { error: 'name either id, or type and documentNo', path: ['id'] },
  );
export const adjustmentListInput = z
  .strictObject({
    ...pageFields,
    type: adjustmentType.optional(),
    reasonCode: adjustmentReasonCode.optional(),
    from: instant.optional().meta({ description: 'Happened at this moment or later' }),
    to: instant.optional().meta({ description: 'Happened before this moment' }),
  })
  .refine(...orderedRange)
  .refine(...boundedRange);
export const adjustmentPage = pageOf(documentSummary);

export type AdjustmentType = z.output<typeof adjustmentType>;
export type AdjustmentReasonCode = z.output<typeof adjustmentReasonCode>;
export type AdjustInput = z.output<typeof adjustInput>;
export type AdjustManyInput = z.output<typeof adjustManyInput>;
export type AdjustLineInput = AdjustManyInput['lines'][number];
export type CountInput = z.output<typeof countInput>;
export type CountManyInput = z.output<typeof countManyInput>;
export type CountLineInput = CountManyInput['lines'][number];
export type AdjustmentDocument = z.output<typeof adjustmentDocument>;
export type AdjustmentGetInput = z.output<typeof adjustmentGetInput>;
export type AdjustmentListInput = z.output<typeof adjustmentListInput>;
