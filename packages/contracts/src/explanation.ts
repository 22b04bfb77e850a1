/** Why available is what it is: everything that adds to it or takes from it. */
import { z } from 'zod';
import { skuId } from './identifier.ts';
import { moment } from './instant.ts';
import { units } from './quantity.ts';

export const stockExplainInput = z.strictObject({ skuId });

const explainedPart = z.strictObject({
  skuId: z.string(),
  /** Free units of the part. */
  available: units,
  /** How many wholes these would allow. */
  makes: units,
});

export const stockExplanation = z.strictObject({
  skuId: z.string(),
  available: units,
  levels: z.array(
    z.strictObject({
      locationId: z.string(),
      isActive: z.boolean(),
      onHand: units,
      reserved: units,
      locked: units,
      deficit: units,
      available: units,
      version: z.number().int(),
    }),
  ),
  batches: z.array(
    z.strictObject({
      batchId: z.string(),
      batchNo: z.string(),
      locationId: z.string(),
      onHand: units,
      reserved: units,
      locked: units,
      /** What this batch adds to available. */
      available: units,
      /** Why it adds nothing although it has free stock; null when it counts. */
      reason: z.enum(['expired', 'frozen', 'inactive', 'nothing free']).nullable(),
      /** The operation lock that freezes it. */
      frozenBy: z.string().nullable(),
    }),
  ),
  /** Of a bundle or a virtual SKU, which has no levels and batches: what it is made of, and which part allows how many. */
  assembly: z
    .strictObject({
      kind: z.enum(['bundle', 'virtual']),
      version: z.number().int(),
      /** Of a virtual SKU. */
      cap: units.nullable(),
      /** Units held of it, where a cap counts them. */
      held: units.nullable(),
      parts: z.array(explainedPart.extend({ quantity: units, batchId: z.string().nullable() })),
      /** Places where any part is free; a bundle is put together at one place. */
      locations: z.array(z.strictObject({ locationId: z.string(), available: units, parts: z.array(explainedPart) })),
    })
    .optional(),
  /** What business locks keep out of sale. */
  locks: z.array(
    z.strictObject({
      lockId: z.string(),
      type: z.string(),
      businessId: z.string(),
      locationId: z.string(),
      batchId: z.string(),
      held: units,
      expiresAt: moment.nullable(),
      overdue: z.boolean(),
    }),
  ),
  reservations: z.array(
    z.strictObject({
      reservationId: z.string(),
      type: z.string(),
      businessId: z.string(),
      lineId: z.string(),
      locationId: z.string(),
      batchId: z.string(),
      held: units,
      expiresAt: moment.nullable(),
      overdue: z.boolean(),
    }),
  ),
  /** What is on its way, which adds to available when it arrives: the nearest first. */
  inTransit: z.array(
    z.strictObject({
      inTransitId: z.string(),
      source: z.enum(['purchase', 'transfer']),
      reference: z.string(),
      locationId: z.string(),
      outstanding: units,
      expectedAt: moment.nullable(),
      overdue: z.boolean(),
    }),
  ),
  /** True when a list was cut at 500 rows; the lists themselves page through all of them. */
  truncated: z.boolean(),
  asOf: moment,
});

export type StockExplanation = z.output<typeof stockExplanation>;
