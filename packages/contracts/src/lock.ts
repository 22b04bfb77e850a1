/** Locks: stock taken out of sale by a business decision, or whole batches held still for an operation (SPEC section 5). */
import { z } from 'zod';
import { mutation, operator, reason } from './command.ts';
import { businessId, id, identifier, skuId } from './identifier.ts';
import { instant, moment } from './instant.ts';
import { pageFields, pageOf } from './page.ts';
import { quantity, units } from './quantity.ts';
import { rule } from './rule.ts';

export const MAX_LOCK_BATCHES = 200;
/** The operation type that only batch.recall may use. */
export const RECALL = 'recall';

/** `business` takes quantities out of sale; `operation` freezes whole batches and holds no quantity. */
export const lockKind = z.enum(['business', 'operation']);
export const lockState = z.enum(['active', 'released', 'expired']);

const businessType = identifier('What kind of business decision', 64, 'promotion');
const operationType = identifier('What is done with the batches', 64, 'inspection');

const ttlSeconds = z
  .number()
  .int()
  .min(0)
  .max(315_360_000)
  .meta({ description: 'Seconds from now until the lock ends by itself; 0 is no deadline', examples: [7200] });

export const lockBusinessInput = mutation({
  skuId: skuId.optional().meta({ description: 'When named, all batches must be of this SKU' }),
  batches: z
    .array(z.strictObject({ batchId: id, quantity }))
    .min(1)
    .max(MAX_LOCK_BATCHES)
    .meta({ description: 'What to take out of sale; a batch named twice is summed' }),
  type: businessType,
  businessId,
  reason,
  ttlSeconds: ttlSeconds.optional(),
  expiresAt: instant
    .optional()
    .meta({ description: 'The deadline as a moment, instead of ttlSeconds', examples: ['2027-01-31T12:00:00Z'] }),
}).refine(
  ...rule(
    (value: { ttlSeconds?: number | undefined; expiresAt?: string | undefined }) =>
      value.ttlSeconds === undefined || value.expiresAt === undefined,
    'name either ttlSeconds or expiresAt',
    'expiresAt',
  ),
);

export const lockOperationInput = mutation({
  batchIds: z.array(id).min(1).max(MAX_LOCK_BATCHES).meta({ description: 'The batches to freeze, whole' }),
  operationType: operationType.refine((type) => type !== RECALL, 'is kept for batch.recall'),
  operator,
  reason,
  ttlSeconds: ttlSeconds
    .optional()
    .meta({ description: 'Seconds until the batches thaw by themselves; left out or 0 is no deadline' }),
});

export const lockReleaseInput = mutation({ lockId: id, reason });
export const lockExpireDueInput = mutation({ limit: z.number().int().min(1).max(100).default(20) });
export const lockExpireDueAnswer = z.strictObject({ expired: units, lockIds: z.array(z.string()) });

export const lock = z.strictObject({
  id: z.string(),
  kind: lockKind,
  /** Of a business lock the kind of decision, of an operation lock the kind of operation. */
  type: z.string(),
  /** Of a business lock. */
  businessId: z.string().nullable(),
  /** Of an operation lock. */
  operator: z.string().nullable(),
  reason: z.string(),
  state: lockState,
  /** Null when it has no deadline. */
  expiresAt: moment.nullable(),
  createdAt: moment,
  endedAt: moment.nullable(),
  endReason: z.string().nullable(),
  version: z.number().int(),
  lines: z.array(
    z.strictObject({
      skuId: z.string(),
      locationId: z.string(),
      batchId: z.string(),
      batchNo: z.string(),
      /** Null for an operation lock: the whole batch. */
      quantity: units.nullable(),
      /** What is still out of sale; null for an operation lock. */
      held: units.nullable(),
    }),
  ),
});

export const lockGetInput = z.strictObject({ lockId: id });
export const lockListInput = z.strictObject({
  ...pageFields,
  skuId: skuId.optional(),
  batchId: id.optional(),
  state: lockState.optional(),
  kind: lockKind.optional(),
  businessId: businessId.optional(),
});
export const lockPage = pageOf(lock);

export type LockKind = z.output<typeof lockKind>;
export type LockState = z.output<typeof lockState>;
export type Lock = z.output<typeof lock>;
export type LockBusinessInput = z.output<typeof lockBusinessInput>;
export type LockOperationInput = z.output<typeof lockOperationInput>;
export type LockReleaseInput = z.output<typeof lockReleaseInput>;
export type LockExpireDueInput = z.output<typeof lockExpireDueInput>;
export type LockExpireDueAnswer = z.output<typeof lockExpireDueAnswer>;
export type LockListInput = z.output<typeof lockListInput>;
