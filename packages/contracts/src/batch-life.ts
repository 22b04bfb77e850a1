/** What becomes of batches: several are merged into one, one is split, its facts are corrected, its date passes (SPEC section 3). */
import { z } from 'zod';
import { attributes } from './attributes.ts';
import { batch, expiresAfterProduction, MAX_BATCH_NO } from './batch.ts';
import { mutation, operator, reason } from './command.ts';
import { id, identifier, qualityLevel } from './identifier.ts';
import { calendarDate, expiry, instant } from './instant.ts';
import { quantity, units } from './quantity.ts';
import { rule } from './rule.ts';
import { serialNos } from './serial-number.ts';

export const MAX_MERGED = 200;
export const MAX_CHILDREN = 200;

/** Merges and splits are documents, though nobody prints them. */
const header = {
  occurredAt: instant
    .optional()
    .meta({ description: 'When it happened; the database time when left out, never in the future' }),
  operator: operator.optional(),
  reason: reason.optional(),
};

export const batchMergeInput = mutation({
  batchIds: z
    .array(id)
    .min(2)
    .max(MAX_MERGED)
    .meta({ description: 'Batches of one SKU, location and quality, none of them frozen or merged' }),
  targetBatchNo: identifier(
    'The number of one of them, or one that the SKU does not have yet',
    MAX_BATCH_NO,
    'LOT-2026',
  ),
  ...header,
}).refine(
  ...rule(
    ({ batchIds }: { batchIds: readonly string[] }) => new Set(batchIds).size === batchIds.length,
    'must not name a batch twice',
    'batchIds',
  ),
);

export const batchMerge = z.strictObject({
  /** The target with all that the others had. */
  batch,
  /** The others, as they are now: empty, and merged into it. */
  merged: z.array(batch),
  documentId: z.string(),
});

export const batchSplitInput = mutation({
  batchId: id,
  quantities: z
    .array(quantity)
    .min(1)
    .max(MAX_CHILDREN)
    .meta({ description: 'Units of each child, all of them free in the batch now', examples: [[4, 6]] }),
  serials: z
    .array(serialNos)
    .min(1)
    .max(MAX_CHILDREN)
    .optional()
    .meta({
      description:
        'Of a serial-tracked SKU: the pieces of each child; left out, the lowest of the batch, child by child',
      examples: [[['SN-0001'], ['SN-0002']]],
    }),
  ...header,
});

export const batchSplit = z.strictObject({
  /** What is left of it. */
  batch,
  /** In the order of the quantities. */
  children: z.array(batch),
  documentId: z.string(),
});

export interface Changes {
  readonly attributes?: unknown;
  readonly producedOn?: unknown;
  readonly expiresAt?: unknown;
  readonly qualityLevel?: unknown;
}

/** What a batch number means is changed wherever the number lies; attributes are of the one batch. */
export const batchUpdateInput = mutation({
  batchId: id,
  attributes: attributes.nullable().optional().meta({ description: 'Replace those of this batch; null clears them' }),
  producedOn: calendarDate.nullable().optional().meta({ description: 'Corrected for every batch of the number' }),
  expiresAt: expiry
    .nullable()
    .optional()
    .meta({ description: 'Corrected for every batch of the number; null is undated' }),
  qualityLevel: qualityLevel
    .optional()
    .meta({ description: 'Corrected for every batch of the number, none of which may be reserved' }),
})
  .refine(
    ...rule(
      (value: { producedOn?: string | null | undefined; expiresAt?: string | null | undefined }) =>
        expiresAfterProduction[0]({
          producedOn: value.producedOn ?? undefined,
          expiresAt: value.expiresAt ?? undefined,
        }),
      'must not be before producedOn',
      'expiresAt',
    ),
  )
  .refine(
    ...rule(
      ({ attributes: free, producedOn, expiresAt, qualityLevel: quality }: Changes) =>
        [free, producedOn, expiresAt, quality].some((field) => field !== undefined),
      'name at least one field to change',
      'batchId',
    ),
  );

/** Whether a correction is of what the number means, and so of every batch of it. */
export function isOfNumber({ producedOn, expiresAt, qualityLevel: quality }: Changes): boolean {
  return producedOn !== undefined || expiresAt !== undefined || quality !== undefined;
}

export const batchExpireDueInput = mutation({ limit: z.number().int().min(1).max(500).default(100) });
export const batchExpireDueAnswer = z.strictObject({ expired: units, batchIds: z.array(z.string()) });

export type BatchMergeInput = z.output<typeof batchMergeInput>;
export type BatchMerge = z.output<typeof batchMerge>;
export type BatchSplitInput = z.output<typeof batchSplitInput>;
export type BatchSplit = z.output<typeof batchSplit>;
export type BatchUpdateInput = z.output<typeof batchUpdateInput>;
export type BatchExpireDueInput = z.output<typeof batchExpireDueInput>;
export type BatchExpireDueAnswer = z.output<typeof batchExpireDueAnswer>;
