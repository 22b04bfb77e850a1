/** Reading stock: is there any, how much, which batches would serve, why, and how it was. */
import { z } from 'zod';
import { mutation } from './command.ts';
import { DEFAULT_LOCATION_ID, id, locationId, qualityLevel, skuId, spuId, strategyName } from './identifier.ts';
import { instant, moment } from './instant.ts';
import { amount } from './money.ts';
import { movement, movementKind } from './movement.ts';
import { pageFields, pageOf } from './page.ts';
import { count, quantity, units } from './quantity.ts';
import { boundedRange, orderedRange } from './time-range.ts';

export const MAX_CHECK_SKUS = 500;

const minRemainingDays = z.number().int().min(0).max(36_500);

/** Which stock counts, for reading as for holding. */
export const stockCriteria = {
  locationId: locationId.optional(),
  qualityLevel: qualityLevel.optional(),
  minRemainingDays: minRemainingDays
    .optional()
    .meta({ description: 'Days of shelf life that must be left', examples: [30] }),
};

export const stockCheckInput = z.strictObject({ skuId });
export const stockCheckManyInput = z.strictObject({ skuIds: z.array(skuId).min(1).max(MAX_CHECK_SKUS) });
export const stockCheck = z.strictObject({ skuId: z.string(), inStock: z.boolean(), available: units, asOf: moment });
export const stockCheckMany = z.strictObject({ items: z.array(stockCheck), asOf: moment });

export const stockAvailableInput = z
  .strictObject({
    skuId: skuId.optional(),
    spuId: spuId.optional(),
    ...stockCriteria,
    excludeExpired: z.boolean().default(true).meta({ description: 'Leave out batches whose expiry has passed' }),
    includeReserved: z.boolean().default(false).meta({ description: 'Count what is reserved as available' }),
  })
  .refine((value) => (value.skuId === undefined) !== (value.spuId === undefined), {
    error: 'name either skuId or spuId',
    path: ['skuId'],
  });

/** What of a SKU is on its way (inTransit.list tells it row by row). */
const expectedSupply = z.strictObject({
  quantity: units,
  /** When the nearest of it should arrive; null when nobody said. */
  nextExpectedAt: moment.nullable(),
});

const summary = {
  available: units,
  onHand: units,
  reserved: units,
  locked: units,
  batchCount: units,
  nearestExpiresAt: moment.nullable(),
  /** Quantity-weighted mean over the batches counted; null when there is nothing on hand. */
  meanUnitCost: amount.nullable(),
  totalCost: amount,
  /** Left out when nothing is on its way. */
  inTransit: expectedSupply.optional(),
};

export const stockSummary = z.strictObject({
  skuId: z.string().nullable(),
  spuId: z.string().nullable(),
  ...summary,
  locations: z.array(
    z.strictObject({ skuId: z.string(), locationId: z.string(), version: z.number().int(), ...summary }),
  ),
  asOf: moment,
});

export const stockAllocateInput = z.strictObject({
  skuId,
  quantity,
  strategy: strategyName.optional(),
  ...stockCriteria,
});

/** Why a batch is not in the plan. */
export const passedOverReason = z.enum([
  'expired',
  'shelf life',
  'quality',
  'frozen',
  'location',
  'held',
  'not needed',
]);

export const allocationLine = z.strictObject({
  /** Of a bundle or a virtual SKU: the SKU that is taken; else left out. */
  skuId: z.string().optional(),
  batchId: z.string(),
  batchNo: z.string(),
  locationId: z.string(),
  quantity: units,
  unitCost: amount,
});

export const stockAllocation = z.strictObject({
  skuId: z.string(),
  quantity: units,
  strategy: z.string(),
  lines: z.array(allocationLine),
  passedOver: z.array(
    z.strictObject({ batchId: z.string(), batchNo: z.string(), locationId: z.string(), reason: passedOverReason }),
  ),
  asOf: moment,
});

export const stockAsOfInput = z.strictObject({
  skuId,
  locationId: locationId.default(DEFAULT_LOCATION_ID),
  at: instant,
});
export const stockAsOf = z.strictObject({
  skuId: z.string(),
  locationId: z.string(),
  onHand: units,
  reserved: units,
  locked: units,
  deficit: units,
  /** 0 before the first movement. */
  version: z.number().int(),
  recordedAt: moment.nullable(),
});

export const stockMovementsInput = z
  .strictObject({
    ...pageFields,
    skuId: skuId.optional(),
    locationId: locationId.optional(),
    commandId: id.optional(),
    documentId: id.optional(),
    kinds: z.array(movementKind).min(1).max(20).optional().meta({ description: 'Only movements of these kinds' }),
    from: instant.optional().meta({ description: 'Recorded at this moment or later' }),
    to: instant.optional().meta({ description: 'Recorded before this moment' }),
  })
  .refine(
    (value) => [value.skuId, value.commandId, value.documentId].filter((given) => given !== undefined).length === 1,
    { error: 'name one of skuId, commandId, documentId', path: ['skuId'] },
  )
  .refine(...orderedRange)
  .refine(...boundedRange);
export const movementPage = pageOf(movement);

export const levelListInput = z.strictObject({
  ...pageFields,
  skuId: skuId.optional(),
  locationId: locationId.optional(),
});
export const level = z.strictObject({
  skuId: z.string(),
  locationId: z.string(),
  onHand: units,
  reserved: units,
  locked: units,
  deficit: units,
  version: z.number().int(),
  /** The newest version that changed onHand: what a count is measured against. */
  onHandVersion: z.number().int(),
  warningThreshold: units,
  criticalThreshold: units,
  highThreshold: units,
  isActive: z.boolean(),
});
export const levelPage = pageOf(level);

/** Settings of one level; null goes back to the configured default. */
export const stockConfigureInput = mutation({
  skuId,
  locationId: locationId.default(DEFAULT_LOCATION_ID),
  warningThreshold: count
    .nullable()
    .optional()
    .meta({ description: 'Where low stock begins', examples: [10] }),
  criticalThreshold: count
    .nullable()
    .optional()
    .meta({ description: 'Where critically low stock begins; at most warningThreshold', examples: [3] }),
  highThreshold: count
    .nullable()
    .optional()
    .meta({ description: 'Where too much stock begins', examples: [500] }),
  isActive: z.boolean().optional().meta({ description: 'Whether this level is reserved and sold from' }),
});

export type StockCheck = z.output<typeof stockCheck>;
export type StockCheckMany = z.output<typeof stockCheckMany>;
export type StockAvailableInput = z.output<typeof stockAvailableInput>;
export type StockSummary = z.output<typeof stockSummary>;
export type ExpectedSupply = z.output<typeof expectedSupply>;
export type StockAllocateInput = z.output<typeof stockAllocateInput>;
export type StockAllocation = z.output<typeof stockAllocation>;
export type PassedOverReason = z.output<typeof passedOverReason>;
export type StockAsOfInput = z.output<typeof stockAsOfInput>;
export type StockAsOf = z.output<typeof stockAsOf>;
export type StockMovementsInput = z.output<typeof stockMovementsInput>;
export type LevelListInput = z.output<typeof levelListInput>;
export type Level = z.output<typeof level>;
export type StockConfigureInput = z.output<typeof stockConfigureInput>;
