/** Documents bring stock in or take it out: 1 to 1,000 lines, one transaction, one effect per (type, documentNo). */
import { z } from 'zod';
import { mutation, operator, reason } from './command.ts';
import { foreignPrice } from './currency.ts';
import { inboundLine, outboundLine, returnLine, supplierReturnLine, takingLine } from './document-line.ts';
import { businessId, documentNo, id } from './identifier.ts';
import { instant, moment } from './instant.ts';
import { amount } from './money.ts';
import { pageFields, pageOf } from './page.ts';
import { units } from './quantity.ts';
import { rule } from './rule.ts';
import { answeredSerials } from './serial-number.ts';
import { boundedRange, orderedRange } from './time-range.ts';

export const MAX_DOCUMENT_LINES = 1000;

export const inboundType = z.enum(['purchase', 'return', 'production', 'transferIn', 'opening']);
export const outboundType = z.enum(['sales', 'damage', 'pick', 'supplierReturn', 'transferOut']);
/** Every change of onHand names a document (I11), also those that nobody would print: a count, a merge. */
export const documentType = z.enum([
  ...inboundType.options,
  ...outboundType.options,
  ...(['adjustment', 'count', 'merge', 'split', 'reversal'] as const),
]);

const header = {
  documentNo,
  occurredAt: instant
    .optional()
    .meta({ description: 'When it happened; the database time when left out, never in the future' }),
  operator: operator.optional(),
  reason: reason.optional(),
};

const workOrderNo = businessId.optional().meta({ description: 'Work order of production', examples: ['WO-77'] });

function lines<T extends z.ZodType>(item: T) {
  return z.array(item).min(1).max(MAX_DOCUMENT_LINES);
}

/** Goods that were expected: what arrives lowers what is still on its way. */
const expected = {
  inTransitId: id.optional().meta({ description: 'The expected receipt that this is (inTransit.create)' }),
  expectedReference: businessId.optional().meta({ description: 'The same by its reference', examples: ['ORDERED-55'] }),
};

export const inboundInput = mutation({
  ...header,
  supplier: operator.optional(),
  ...expected,
  lines: lines(inboundLine),
}).refine(
  ...rule(
    (value: { inTransitId?: string | undefined; expectedReference?: string | undefined }) =>
      value.inTransitId === undefined || value.expectedReference === undefined,
    'name at most one of inTransitId and expectedReference',
    'expectedReference',
  ),
);
export const productionInput = mutation({ ...header, workOrderNo, lines: lines(inboundLine) });
export const returnInput = mutation({ ...header, supplier: operator.optional(), lines: lines(returnLine) });
/** Stock as it stood when the books were opened here: before the first movement of each SKU. */
export const openingInput = mutation({
  documentNo,
  asOf: instant.meta({ description: 'The moment as of which these balances stood; never in the future' }),
  operator: operator.optional(),
  reason: reason.optional(),
  lines: lines(inboundLine),
});
export const damageInput = mutation({ ...header, reason, lines: lines(takingLine) });
export const pickInput = mutation({ ...header, workOrderNo, lines: lines(takingLine) });
export const supplierReturnInput = mutation({ ...header, supplier: operator, lines: lines(supplierReturnLine) });
/** Takes back everything that a document did, by a document of its own. */
export const reverseInput = mutation({
  documentId: id,
  documentNo: documentNo.optional().meta({ description: 'Number of the reversal; left out, `REV-<documentId>`' }),
  occurredAt: header.occurredAt,
  operator,
  reason,
});
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
  /** Of an adjustment or a count. */
  reasonCode: z.string().optional(),
  /** Of production and picking, where one was named. */
  workOrderNo: z.string().optional(),
  /** Of a reversal: the document that it takes back. */
  reverses: z.string().optional(),
  /** The reversal that took it back. */
  reversedBy: z.string().optional(),
  /** What was sold although it was not there, with STOCK_ALLOW_NEGATIVE. */
  deficits: z.array(z.strictObject({ skuId: z.string(), locationId: z.string(), quantity: units })).optional(),
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
      /** Of goods that were bought in another currency: `unitCost` is what that came to, rounded at 6 decimals. */
      price: foreignPrice.optional(),
      /** The reservation whose goods these were; null for free stock. */
      reservationId: z.string().nullable(),
      /** Of a serial-tracked SKU: the pieces. */
      serials: answeredSerials,
      /** What the goods come or go back from; `line` is its place in the lines of that document's answer, from 1. */
      original: z
        .union([z.strictObject({ documentId: z.string(), line: units }), z.strictObject({ reservationId: z.string() })])
        .optional(),
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
const listFields = {
  ...pageFields,
  supplier: operator.optional(),
  from: instant.optional().meta({ description: 'Happened at this moment or later' }),
  to: instant.optional().meta({ description: 'Happened before this moment' }),
};
/** Without a type, every inbound document that is no reversal. */
export const inboundListInput = z
  .strictObject({
    ...listFields,
    type: z.enum([...inboundType.options, 'reversal']).optional(),
  })
  .refine(...orderedRange)
  .refine(...boundedRange);
export const outboundListInput = z
  .strictObject({
    ...listFields,
    type: z.enum([...outboundType.options, 'reversal']).optional(),
    orderNo: businessId.optional(),
  })
  .refine(...orderedRange)
  .refine(...boundedRange);

/** A document in a list: its header and how many lines it has. */
export const documentSummary = document.omit({ lines: true, deficits: true }).extend({ lineCount: units });
export const documentPage = pageOf(documentSummary);

export type InboundType = z.output<typeof inboundType>;
export type DocumentType = z.output<typeof documentType>;
export type InboundInput = z.output<typeof inboundInput>;
export type InboundLine = InboundInput['lines'][number];
export type ProductionInput = z.output<typeof productionInput>;
export type ReturnInput = z.output<typeof returnInput>;
export type ReturnLine = ReturnInput['lines'][number];
export type OpeningInput = z.output<typeof openingInput>;
export type DamageInput = z.output<typeof damageInput>;
export type PickInput = z.output<typeof pickInput>;
export type TakingLine = PickInput['lines'][number];
export type SupplierReturnInput = z.output<typeof supplierReturnInput>;
export type SupplierReturnLine = SupplierReturnInput['lines'][number];
export type ReverseInput = z.output<typeof reverseInput>;
export type OutboundType = z.output<typeof outboundType>;
export type SalesInput = z.output<typeof salesInput>;
export type SalesLine = SalesInput['lines'][number];
export type Document = z.output<typeof document>;
export type DocumentSummary = z.output<typeof documentSummary>;
export type DocumentGetInput = z.output<typeof documentGetInput>;
export type InboundListInput = z.output<typeof inboundListInput>;
export type OutboundListInput = z.output<typeof outboundListInput>;
