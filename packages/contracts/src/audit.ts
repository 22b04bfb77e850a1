/** The audit: who did what, from where, what it changed, and what was refused. Every mutating call leaves one record, its command. */
import { z } from 'zod';
import { documentType } from './document.ts';
import { id, identifier, skuId } from './identifier.ts';
import { instant, moment } from './instant.ts';
import { jobError } from './job.ts';
import { pageFields, pageOf } from './page.ts';
import { units } from './quantity.ts';
import { boundedRange, orderedRange } from './time-range.ts';

/** So many SKUs are named in a row of a list; `audit.get` names all of them. */
export const MAX_SKUS_TOLD = 20;

export const auditOutcome = z
  .enum(['done', 'refused'])
  .meta({ description: 'Whether the call did what it asked for', examples: ['refused'] });

export const auditSearchInput = z
  .strictObject({
    actor: identifier('Who acted, such as token:<id>', 64, 'local').optional(),
    skuId: skuId.optional().meta({ description: 'Only calls that touched or named this SKU' }),
    procedure: identifier('The procedure that was called', 64, 'inbound.purchase').optional(),
    outcome: auditOutcome.optional(),
    from: instant.optional().meta({ description: 'Recorded at this moment or later' }),
    to: instant.optional().meta({ description: 'Recorded before this moment' }),
    address: identifier('The address from which the call came', 64, '203.0.113.7').optional(),
    ...pageFields,
  })
  .refine(...orderedRange)
  .refine(...boundedRange);
export const auditGetInput = z.strictObject({ commandId: id });

const recorded = {
  commandId: z.string(),
  recordedAt: moment,
  actor: z.string(),
  address: z.string().nullable().meta({ description: 'From where; null for what Granary does by itself' }),
  agent: z.string().nullable(),
  requestId: z.string(),
  procedure: z.string(),
  outcome: auditOutcome,
};

/** One call in a list. */
export const auditEntry = z.strictObject({
  ...recorded,
  refusalCode: z.string().nullable().meta({ description: 'Why it was refused; null when it was not' }),
  request: z.string().meta({ description: 'The input as JSON, cut after 500 characters' }),
  skuIds: z
    .array(z.string())
    .readonly()
    .meta({ description: `The SKUs that it touched or named, at most ${MAX_SKUS_TOLD} of them` }),
  hasMoreSkus: z.boolean(),
});

const balances = z.strictObject({ onHand: units, reserved: units, locked: units, deficit: units, version: units });

/** A level before and after the call, as the ledger tells it. */
const auditLevel = z.strictObject({ skuId: z.string(), locationId: z.string(), before: balances, after: balances });

/** What one call changed of one batch, summed over its movements. */
const auditBatch = z.strictObject({
  skuId: z.string(),
  locationId: z.string(),
  batchId: z.string(),
  onHandDelta: units,
  reservedDelta: units,
  lockedDelta: units,
});

const auditDocument = z.strictObject({ id: z.string(), type: documentType, documentNo: z.string() });

export const auditRecord = z.strictObject({
  ...recorded,
  idempotencyKey: z.string().nullable().meta({ description: 'Null where none was given, or its time has passed' }),
  request: z.unknown().meta({ description: 'The whole input' }),
  refusal: jobError.nullable().meta({ description: 'The error that was answered; null when it was not refused' }),
  before: z.unknown().meta({ description: 'What stood before; null where nothing did, and where nothing was changed' }),
  after: z.unknown().meta({ description: 'What stands since; null where nothing was changed' }),
  levels: z.array(auditLevel).readonly(),
  batches: z.array(auditBatch).readonly(),
  reservationIds: z.array(z.string()).readonly(),
  documents: z.array(auditDocument).readonly(),
  skuIds: z.array(z.string()).readonly(),
});
export const auditPage = pageOf(auditEntry);

export type AuditSearchInput = z.output<typeof auditSearchInput>;
export type AuditGetInput = z.output<typeof auditGetInput>;
export type AuditEntry = z.output<typeof auditEntry>;
export type AuditRecord = z.output<typeof auditRecord>;
export type AuditLevel = AuditRecord['levels'][number];
export type AuditBatch = AuditRecord['batches'][number];
