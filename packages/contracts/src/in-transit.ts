/** In transit: goods that are expected, from whom, where and when; purchases as they are ordered, transfers as they are shipped. */
import { z } from 'zod';
import { mutation, operator, reason } from './command.ts';
import { businessId, DEFAULT_LOCATION_ID, id, locationId, skuId } from './identifier.ts';
import { instant, moment } from './instant.ts';
import { pageFields, pageOf } from './page.ts';
import { quantity, units } from './quantity.ts';
import { rule } from './rule.ts';
import { boundedRange, orderedRange } from './time-range.ts';

/** As many as the document that will bring them may have. */
export const MAX_IN_TRANSIT_LINES = 1000;

export const inTransitSource = z.enum(['purchase', 'transfer']);
export const inTransitStatus = z.enum(['expected', 'partlyReceived', 'received', 'cancelled']);

const expectedAt = instant.meta({ description: 'When the goods should arrive', examples: ['2027-01-31T12:00:00Z'] });

export const inTransitCreateInput = mutation({
  reference: businessId.meta({
    description: 'Number of the purchase order, unique among expected purchases',
    examples: ['ORDERED-55'],
  }),
  source: z.literal('purchase').default('purchase'),
  supplier: operator.optional(),
  expectedAt,
  lines: z
    .array(z.strictObject({ skuId, locationId: locationId.default(DEFAULT_LOCATION_ID), quantity }))
    .min(1)
    .max(MAX_IN_TRANSIT_LINES),
});

export const inTransitUpdateInput = mutation({
  inTransitId: id,
  expectedAt: expectedAt.optional(),
  lines: z
    .array(
      z.strictObject({
        line: z
          .number()
          .int()
          .min(1)
          .max(MAX_IN_TRANSIT_LINES)
          .meta({ description: 'Line of the expected receipt, from 1', examples: [1] }),
        quantity: quantity.meta({ description: 'How many are expected in all, never less than arrived already' }),
      }),
    )
    .min(1)
    .max(MAX_IN_TRANSIT_LINES)
    .optional(),
}).refine(
  ...rule(
    (value: { expectedAt?: unknown; lines?: unknown }) => value.expectedAt !== undefined || value.lines !== undefined,
    'name expectedAt, lines or both',
    'expectedAt',
  ),
);

export const inTransitCancelInput = mutation({ inTransitId: id, reason });
export const inTransitGetInput = z.strictObject({ inTransitId: id });
export const inTransitListInput = z
  .strictObject({
    ...pageFields,
    skuId: skuId.optional(),
    locationId: locationId.optional(),
    status: inTransitStatus.optional(),
    source: inTransitSource.optional(),
    from: instant.optional().meta({ description: 'Expected at this moment or later' }),
    to: instant.optional().meta({ description: 'Expected before this moment' }),
  })
  .refine(...orderedRange)
  .refine(...boundedRange);

export const inTransit = z.strictObject({
  /** Of a transfer the id of the transfer. */
  id: z.string(),
  source: inTransitSource,
  reference: z.string(),
  supplier: z.string().nullable(),
  status: inTransitStatus,
  /** Null for a transfer that says no time. */
  expectedAt: moment.nullable(),
  /** Something is still on its way although it should have arrived. */
  overdue: z.boolean(),
  createdAt: moment,
  endReason: z.string().nullable(),
  version: z.number().int(),
  lines: z.array(
    z.strictObject({
      line: units,
      skuId: z.string(),
      locationId: z.string(),
      quantity: units,
      received: units,
      /** Still on its way. */
      outstanding: units,
    }),
  ),
});
export const inTransitPage = pageOf(inTransit);

export type InTransitSource = z.output<typeof inTransitSource>;
export type InTransitStatus = z.output<typeof inTransitStatus>;
export type InTransit = z.output<typeof inTransit>;
export type InTransitCreateInput = z.output<typeof inTransitCreateInput>;
export type InTransitUpdateInput = z.output<typeof inTransitUpdateInput>;
export type InTransitCancelInput = z.output<typeof inTransitCancelInput>;
export type InTransitListInput = z.output<typeof inTransitListInput>;
