/** Batches: a lot of one SKU at one location with its own quality, dates and unit cost. */
import { z } from 'zod';
import { attributes } from './attributes.ts';
import { mutation } from './command.ts';
import { batchNo, DEFAULT_LOCATION_ID, id, locationId, qualityLevel, skuId } from './identifier.ts';
import { calendarDate, expiry, moment } from './instant.ts';
import { amount, unitCost } from './money.ts';
import { pageFields, pageOf } from './page.ts';
import { count, units } from './quantity.ts';
import { rule } from './rule.ts';
import { incomingSerials } from './serial-number.ts';

export const DEFAULT_QUALITY_LEVEL = 'A';
/** Longer than a number that a caller gives a new batch: Granary makes numbers from those of documents and batches. */
export const MAX_BATCH_NO = 110;

/** `depleted` is a batch with nothing on hand; the others are stored. */
export const batchStatus = z.enum(['available', 'frozen', 'expired', 'depleted', 'merged']);

/** What makes two receipts of one batch number the same batch: equal quality and dates. */
export const batchIdentity = {
  qualityLevel: qualityLevel.default(DEFAULT_QUALITY_LEVEL),
  producedOn: calendarDate.optional(),
  expiresAt: expiry.optional(),
};

export const expiresAfterProduction = rule(
  (value: { producedOn?: string | undefined; expiresAt?: string | undefined }) =>
    value.producedOn === undefined || value.expiresAt === undefined || value.expiresAt.slice(0, 10) >= value.producedOn,
  'must not be before producedOn',
  'expiresAt',
);

export const batchCreateInput = mutation({
  skuId,
  batchNo,
  locationId: locationId.default(DEFAULT_LOCATION_ID),
  quantity: count.default(0),
  unitCost,
  ...batchIdentity,
  attributes: attributes.optional(),
  serials: incomingSerials,
}).refine(...expiresAfterProduction);

export const batchGetInput = z.strictObject({ batchId: id });
export const batchListInput = z.strictObject({
  ...pageFields,
  skuId: skuId.optional(),
  locationId: locationId.optional(),
  status: batchStatus.optional(),
});

export const batch = z.strictObject({
  batchId: z.string(),
  skuId: z.string(),
  locationId: z.string(),
  batchNo: z.string(),
  qualityLevel: z.string(),
  status: batchStatus,
  onHand: units,
  reserved: units,
  locked: units,
  unitCost: amount,
  producedOn: z.string().nullable(),
  expiresAt: moment.nullable(),
  receivedAt: moment,
  attributes: attributes.nullable(),
  /** The operation lock that freezes it. */
  frozenBy: z.string().nullable(),
  /** The batch that took it over. */
  mergedInto: z.string().nullable(),
  /** The batch that it was split from. */
  splitFrom: z.string().nullable(),
  version: z.number().int(),
});
export const batchPage = pageOf(batch);

export type Batch = z.output<typeof batch>;
export type BatchStatus = z.output<typeof batchStatus>;
export type BatchCreateInput = z.output<typeof batchCreateInput>;
export type BatchListInput = z.output<typeof batchListInput>;
