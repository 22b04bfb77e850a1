/** Documents bring stock in or take it out: 1 to 1,000 lines, one transaction, one effect per (type, documentNo). */
import { z } from 'zod';
import { attributes } from './attributes.ts';
import { batchIdentity, expiresAfterProduction } from './batch.ts';
import { mutation, operator, reason } from './command.ts';
import {
  batchNo,
  businessId,
  DEFAULT_LOCATION_ID,
  documentNo,
  id,
  locationId,
  skuId,
  strategyName,
} from './identifier.ts';
import { instant, moment } from './instant.ts';
import { amount, unitCost } from './money.ts';
import { pageFields, pageOf } from './page.ts';
import { quantity, units } from './quantity.ts';
import { stockCriteria } from './stock.ts';

export const MAX_DOCUMENT_LINES = 1000;

export const inboundType = z.enum(['purchase', 'return']);
export const outboundType = z.enum(['sales']);
export const documentType = z.enum([...inboundType.options, ...outboundType.options]);

const header = {
  documentNo,
  occurredAt: instant
    .optional()
    .meta({ description: 'When it happened; the database time when left out, never in the future' }),
  operator: operator.optional(),
  reason: reason.optional(),
};

const inboundLine = z
  .strictObject({
    skuId,
    quantity,
    unitCost,
    batchNo: batchNo.optional().meta({ description: 'Left out, the line opens a batch `<documentNo>-<line>`' }),
    locationId: locationId.default(DEFAULT_LOCATION_ID),
    ...batchIdentity,
    attributes: attributes.optional(),
  })
  .refine(...expiresAfterProduction);

const outboundLine = z.strictObject({ skuId, quantity, strategy: strategyName.optional(), ...stockCriteria });

function lines<T extends z.ZodType>(item: T) {
  return z.array(item).min(1).max(MAX_DOCUMENT_LINES);
}

export const inboundInput = mutation({ ...header, supplier: operator.optional(), lines: lines(inboundLine) });
export const salesInput = mutation({
  ...header,
  orderNo: businessId,
  documentNo: documentNo.optional().meta({ description: 'Left out, the orderNo' }),
  lines: lines(outboundLine),
});

/** What a document did: one line per batch that it touched, in order. */
export const document = z.strictObject({
  id: z.string(),
  type: documentType,
  documentNo: z.string(),
  orderNo: z.string().nullable(),
  supplier: z.string().nullable(),
  operator: z.string().nullable(),
  reason: z.string().nullable(),
  occurredAt: moment,
  recordedAt: moment,
  lines: z.array(
    z.strictObject({
      /** The line of the input, from 1. */
      line: units,
      skuId: z.string(),
      locationId: z.string(),
      batchId: z.string(),
      batchNo: z.string(),
      quantity: units,
      unitCost: amount,
      /** The reservation whose goods these were; null for free stock. */
      reservationId: z.string().nullable(),
    }),
  ),
});

export const documentGetInput = z
  .strictObject({ id: id.optional(), type: documentType.optional(), documentNo: documentNo.optional() })
  .refine(
    (value) =>
      value.id === undefined
        ? value.type !== undefined && value.documentNo !== undefined
        : value.type === undefined && value.documentNo === undefined,
    { error: 'name either id, or type and documentNo', path: ['id'] },
  );
export const inboundListInput = z.strictObject({ ...pageFields, type: inboundType.optional() });
export const outboundListInput = z.strictObject({
  ...pageFields,
  type: outboundType.optional(),
  orderNo: businessId.optional(),
});

/** A document in a list: its header and how many lines it has. */
export const documentSummary = document.omit({ lines: true }).extend({ lineCount: units });
export const documentPage = pageOf(documentSummary);

export type InboundType = z.output<typeof inboundType>;
export type DocumentType = z.output<typeof documentType>;
export type InboundInput = z.output<typeof inboundInput>;
export type InboundLine = InboundInput['lines'][number];
export type SalesInput = z.output<typeof salesInput>;
export type SalesLine = SalesInput['lines'][number];
export type Document = z.output<typeof document>;
export type DocumentSummary = z.output<typeof documentSummary>;
export type DocumentGetInput = z.output<typeof documentGetInput>;
export type InboundListInput = z.output<typeof inboundListInput>;
export type OutboundListInput = z.output<typeof outboundListInput>;
