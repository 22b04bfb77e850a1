/** Trace: from a batch to where it came from and where it went, and back; recall: a batch frozen everywhere at once. */
import { z } from 'zod';
import { batchStatus } from './batch.ts';
import { mutation, operator, reason } from './command.ts';
import { documentType } from './document.ts';
import { batchNo, businessId, id, skuId } from './identifier.ts';
import { moment } from './instant.ts';
import { lock } from './lock.ts';
import { amount } from './money.ts';
import { pageFields } from './page.ts';
import { units } from './quantity.ts';
import { serialNo } from './serial-number.ts';
import { reservationState, reservationType } from './reservation.ts';

/** How a batch is kin to the one that was asked for. */
export const kinship = z.enum(['self', 'ancestor', 'descendant']).meta({
  description:
    'self: the batch, at every place where its number lies; ancestor: it was split off from it or took it over; descendant: it was split off or took it over later',
});

/** One place where the goods lie or lay. */
export const traceBatch = z.strictObject({
  batchId: z.string(),
  batchNo: z.string(),
  skuId: z.string(),
  locationId: z.string(),
  kinship,
  status: batchStatus,
  onHand: units,
  reserved: units,
  locked: units,
  receivedAt: moment,
  expiresAt: moment.nullable(),
  splitFrom: z.string().nullable(),
  mergedInto: z.string().nullable(),
  frozenBy: z.string().nullable(),
});

const documentStep = z.strictObject({
  kind: z.literal('document'),
  id: z.string(),
  batchId: z.string(),
  locationId: z.string(),
  type: documentType,
  documentNo: z.string(),
  orderNo: z.string().nullable(),
  supplier: z.string().nullable(),
  quantity: units,
  unitCost: amount,
  /** The reservation whose goods these were; null for free stock and for receipts. */
  reservationId: z.string().nullable(),
  occurredAt: moment,
});

const reservationStep = z.strictObject({
  kind: z.literal('reservation'),
  id: z.string(),
  batchId: z.string(),
  locationId: z.string(),
  type: reservationType,
  businessId: z.string(),
  state: reservationState,
  quantity: units,
  /** What it still holds of this batch. */
  held: units,
  createdAt: moment,
});

/** A document that touched the batch, or a reservation that pinned it. */
export const traceStep = z.discriminatedUnion('kind', [documentStep, reservationStep]);

const oneBatch = [
  (value: { batchId?: string | undefined; skuId?: string | undefined; batchNo?: string | undefined }) =>
    value.batchId === undefined
      ? value.skuId !== undefined && value.batchNo !== undefined
      : value.skuId === undefined && value.batchNo === undefined,
  { error: 'name either batchId, or skuId and batchNo', path: ['batchId'] as PropertyKey[] },
] as const;

export const batchTraceInput = z
  .strictObject({ batchId: id.optional(), skuId: skuId.optional(), batchNo: batchNo.optional(), ...pageFields })
  .refine(...oneBatch);
export const batchTrace = z.strictObject({
  /** Every place of the batch and its kin, itself first; at most 500. */
  batches: z.array(traceBatch),
  /** True when the batch has more kin than are shown; ask for one of them by its id. */
  truncated: z.boolean(),
  /** In the order in which they were made, receipts first in their time. */
  items: z.array(traceStep),
  nextCursor: z.string().nullable(),
});

export const stockTraceInput = z
  .strictObject({
    orderNo: businessId.optional(),
    documentId: id.optional(),
    reservationId: id.optional(),
    skuId: skuId.optional().meta({ description: 'With serial: one piece of this SKU' }),
    serial: serialNo.optional(),
    ...pageFields,
  })
  .refine(
    (value) =>
      [value.orderNo, value.documentId, value.reservationId, value.serial].filter((given) => given !== undefined)
        .length === 1,
    { error: 'name one of orderNo, documentId, reservationId and serial', path: ['orderNo'] },
  )
  .refine((value) => (value.serial === undefined) === (value.skuId === undefined), {
    error: 'goes with serial, and serial with it',
    path: ['skuId'],
  });
export const MAX_RECEIPTS_SHOWN = 20;
export const stockTrace = z.strictObject({
  items: z.array(
    z.strictObject({
      batch: traceBatch.omit({ kinship: true }),
      /** What the documents and reservations that were asked for took of it or hold of it. */
      steps: z.array(traceStep),
      /** The receipts of it and of what it was made from, oldest first, at most 20. */
      receipts: z.array(documentStep),
      /** True when there are more of them; batch.trace tells all. */
      truncated: z.boolean(),
    }),
  ),
  nextCursor: z.string().nullable(),
});

export const batchRecallInput = mutation({
  skuId,
  batchNo,
  reason,
  operator,
  otherLocations: z
    .boolean()
    .default(false)
    .meta({ description: 'Whether held goods may be replaced by stock of another location' }),
});

const recalledHold = z.strictObject({
  reservationId: z.string(),
  type: reservationType,
  businessId: z.string(),
  skuId: z.string(),
  state: reservationState,
  /** How much of the recalled goods it held when this round met it. */
  quantity: units,
});

export const batchRecall = z.strictObject({
  lock,
  /** Holds of this round that hold other stock now. */
  moved: z.array(recalledHold),
  /** Holds of this round that keep recalled goods, frozen: there is nothing else to hold. */
  notMoved: z.array(recalledHold),
  /** Holds not looked at yet: send the same call (with another key) until it is 0. After that a call tries all that are left once more. */
  remaining: units,
});

export type Kinship = z.output<typeof kinship>;
export type TraceBatch = z.output<typeof traceBatch>;
export type TraceStep = z.output<typeof traceStep>;
export type BatchTraceInput = z.output<typeof batchTraceInput>;
export type BatchTrace = z.output<typeof batchTrace>;
export type StockTraceInput = z.output<typeof stockTraceInput>;
export type StockTrace = z.output<typeof stockTrace>;
export type BatchRecallInput = z.output<typeof batchRecallInput>;
export type BatchRecall = z.output<typeof batchRecall>;
