/** Transfers: goods that leave one location, travel, and arrive at another in one receipt or in several (SPEC section 5). */
import { z } from 'zod';
import { mutation, operator, reason } from './command.ts';
import { document, MAX_DOCUMENT_LINES } from './document.ts';
import { documentNo, id, identifier, locationId, qualityLevel, skuId, strategyName } from './identifier.ts';
import { instant, moment } from './instant.ts';
import { amount } from './money.ts';
import { pageFields, pageOf } from './page.ts';
import { quantity, units } from './quantity.ts';
import { rule } from './rule.ts';
import { serialNos } from './serial-number.ts';

/** Shorter than a document number, as `<transferNo>-CANCEL` has to be one. */
export const transferNo = identifier('Number of the transfer, unique', 90, 'TR-2026-01');

/** Nothing has left in a `draft`; `done` has nothing on the way any more. */
export const transferState = z.enum(['draft', 'shipped', 'partlyReceived', 'done', 'cancelled']);

const transferLine = z.strictObject({
  skuId,
  quantity,
  batchId: id.optional().meta({ description: 'Take from this batch and no other' }),
  strategy: strategyName.optional(),
  qualityLevel: qualityLevel.optional(),
});

const plan = {
  transferNo,
  fromLocationId: locationId,
  toLocationId: locationId,
  expectedAt: instant
    .optional()
    .meta({ description: 'When the goods should arrive', examples: ['2027-01-31T12:00:00Z'] }),
  operator: operator.optional(),
  reason: reason.optional(),
  lines: z.array(transferLine).min(1).max(MAX_DOCUMENT_LINES),
};
const elsewhere = rule(
  (value: { fromLocationId: string; toLocationId: string }) => value.fromLocationId !== value.toLocationId,
  'must be another location than fromLocationId',
  'toLocationId',
);

const named = {
  transferId: id.optional().meta({ description: 'The transfer by its id' }),
  transferNo: transferNo.optional(),
};
interface Named {
  readonly transferId?: string | undefined;
  readonly transferNo?: string | undefined;
}
const oneName = rule(
  (value: Named) => (value.transferId === undefined) !== (value.transferNo === undefined),
  'name either transferId or transferNo',
  'transferId',
);

const occurredAt = instant
  .optional()
  .meta({ description: 'When it happened; the database time when left out, never in the future' });

/** Some of a line of the transfer: of one batch of it, or of its batches in the order in which they were shipped. */
const line = z
  .number()
  .int()
  .min(1)
  .max(MAX_DOCUMENT_LINES)
  .meta({ description: 'Line of the transfer, from 1', examples: [1] });
const part = z.strictObject({
  line,
  batchNo: identifier('Batch number', 110, 'LOT-2026-11').optional(),
  quantity,
  serials: serialNos.optional().meta({
    description: 'Of a serial-tracked SKU: which pieces; left out, the lowest of those on the way',
    examples: [['SN-0001']],
  }),
});
const chosen = z
  .array(z.strictObject({ line, serials: serialNos }))
  .min(1)
  .max(MAX_DOCUMENT_LINES)
  .optional()
  .meta({
    description: 'Which pieces of serial-tracked SKUs leave, line by line; where left out, the lowest do',
    examples: [[{ line: 1, serials: ['SN-0001'] }]],
  });
const parts = z.array(part).min(1).max(MAX_DOCUMENT_LINES);

export const transferCreateInput = mutation(plan).refine(...elsewhere);
export const outboundTransferInput = mutation({ ...plan, serials: chosen, occurredAt }).refine(...elsewhere);
export const transferShipInput = mutation({ ...named, serials: chosen, occurredAt }).refine(...oneName);

export const transferReceiveInput = mutation({
  ...named,
  documentNo: documentNo.optional().meta({ description: 'Number of this receipt; left out, the transferNo' }),
  lines: parts.optional().meta({ description: 'What arrived; left out, everything that is on the way' }),
  isFinal: z.boolean().default(false).meta({ description: 'Nothing more will arrive' }),
  writeOff: z
    .strictObject({ reason })
    .optional()
    .meta({ description: 'With isFinal: what is missing is written off, for this reason' }),
  occurredAt,
  operator: operator.optional(),
  reason: reason.optional(),
})
  .refine(...oneName)
  .refine(
    ...rule(
      (value: { lines?: unknown; documentNo?: string | undefined }) =>
        value.lines === undefined || value.documentNo !== undefined,
      'is needed with lines: each partial receipt has a number of its own',
      'documentNo',
    ),
  )
  .refine(
    ...rule(
      (value: { isFinal: boolean; writeOff?: unknown }) => value.isFinal || value.writeOff === undefined,
      'goes with isFinal',
      'writeOff',
    ),
  );

export const transferWriteOffInput = mutation({
  ...named,
  lines: parts.optional().meta({ description: 'What will not arrive; left out, everything that is on the way' }),
  reason,
}).refine(...oneName);

export const transferCancelInput = mutation({
  ...named,
  documentNo: documentNo
    .optional()
    .meta({ description: 'Number of the document that brings the goods back; left out, `<transferNo>-CANCEL`' }),
  reason,
}).refine(...oneName);

/** What of a line, or of one batch of it, is where: shipped = received + inTransit + writtenOff + returned. */
const whereabouts = {
  shipped: units,
  received: units,
  inTransit: units,
  writtenOff: units,
  /** Came back to where it left, as the transfer was cancelled. */
  returned: units,
};

export const transfer = z.strictObject({
  id: z.string(),
  transferNo: z.string(),
  fromLocationId: z.string(),
  toLocationId: z.string(),
  state: transferState,
  expectedAt: moment.nullable(),
  operator: z.string().nullable(),
  reason: z.string().nullable(),
  createdAt: moment,
  shippedAt: moment.nullable(),
  endedAt: moment.nullable(),
  endReason: z.string().nullable(),
  version: z.number().int(),
  lines: z.array(
    z.strictObject({
      line: units,
      skuId: z.string(),
      /** Planned. */
      quantity: units,
      ...whereabouts,
      batches: z.array(z.strictObject({ batchId: z.string(), batchNo: z.string(), unitCost: amount, ...whereabouts })),
    }),
  ),
});

/** What a step moved: the transfer as it stands now, and the document by which stock left or arrived. */
export const transferMove = z.strictObject({ transfer, document });

export const transferGetInput = z.strictObject(named).refine(...oneName);
export const transferListInput = z.strictObject({
  ...pageFields,
  state: transferState.optional(),
  fromLocationId: locationId.optional(),
  toLocationId: locationId.optional(),
  skuId: skuId.optional(),
});
/** A transfer in a list: its header and how many lines it has. */
export const transferSummary = transfer.omit({ lines: true }).extend({ lineCount: units });
export const transferPage = pageOf(transferSummary);

export type TransferState = z.output<typeof transferState>;
export type TransferCreateInput = z.output<typeof transferCreateInput>;
export type OutboundTransferInput = z.output<typeof outboundTransferInput>;
export type TransferShipInput = z.output<typeof transferShipInput>;
export type TransferReceiveInput = z.output<typeof transferReceiveInput>;
export type TransferWriteOffInput = z.output<typeof transferWriteOffInput>;
export type TransferCancelInput = z.output<typeof transferCancelInput>;
export type TransferPart = z.output<typeof part>;
export type Transfer = z.output<typeof transfer>;
export type TransferMove = z.output<typeof transferMove>;
export type TransferGetInput = z.output<typeof transferGetInput>;
export type TransferListInput = z.output<typeof transferListInput>;
export type TransferSummary = z.output<typeof transferSummary>;
