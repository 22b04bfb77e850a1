/** The lines of documents as callers say them: what comes in, what comes back, what leaves. */
import { z } from 'zod';
import { attributes } from './attributes.ts';
import { batchIdentity, expiresAfterProduction } from './batch.ts';
import { currency } from './currency.ts';
import { batchNo, DEFAULT_LOCATION_ID, id, locationId, qualityLevel, skuId, strategyName } from './identifier.ts';
import { unitCost } from './money.ts';
import { hasOriginal, lineOfOriginal, oneOriginal, originalFields, type Originals } from './original.ts';
import { quantity } from './quantity.ts';
import { rule } from './rule.ts';
import { incomingSerials, outgoingSerials } from './serial-number.ts';
import { stockCriteria } from './stock.ts';

export const inboundLine = z
  .strictObject({
    skuId,
    quantity,
    unitCost,
    currency: currency.optional().meta({
      description:
        'Of unitCost, which is then taken in at the rate of the day (cost.setRate); the base currency when left out',
      examples: ['EUR'],
    }),
    batchNo: batchNo.optional().meta({ description: 'Left out, the line opens a batch `<documentNo>-<line>`' }),
    locationId: locationId.default(DEFAULT_LOCATION_ID),
    ...batchIdentity,
    attributes: attributes.optional(),
    serials: incomingSerials,
  })
  .refine(...expiresAfterProduction);

/** Left out with an original, quality comes from there as well; without one it is the default. */
export const returnLine = z
  .strictObject({
    skuId,
    quantity,
    unitCost: unitCost
      .optional()
      .meta({ description: 'Needed without an original; with one the goods come back at what they left at' }),
    batchNo: batchNo.optional().meta({
      description:
        'Left out, the batch that the goods left, or `<documentNo>-<line>` for another quality or without an original',
    }),
    locationId: locationId.default(DEFAULT_LOCATION_ID),
    ...batchIdentity,
    qualityLevel: qualityLevel.optional(),
    attributes: attributes.optional(),
    ...originalFields,
    reservationId: id.optional().meta({ description: 'The reservation whose deducted goods come back' }),
    serials: incomingSerials,
  })
  .refine(...expiresAfterProduction)
  .refine(...oneOriginal)
  .refine(...lineOfOriginal)
  .refine(
    ...rule(
      (line: Originals & { unitCost?: string | undefined }) => hasOriginal(line) === (line.unitCost === undefined),
      'is needed without an original, and comes from it with one',
      'unitCost',
    ),
  )
  .refine(
    ...rule(
      (line: Originals & { producedOn?: string | undefined; expiresAt?: string | undefined }) =>
        !hasOriginal(line) || (line.producedOn === undefined && line.expiresAt === undefined),
      'dates come from the original',
      'expiresAt',
    ),
  );

export const outboundLine = z.strictObject({
  skuId,
  quantity,
  strategy: strategyName.optional(),
  ...stockCriteria,
  serials: outgoingSerials,
});
const namedBatch = { batchId: id.optional().meta({ description: 'Take from this batch and no other' }) };
export const takingLine = outboundLine.extend(namedBatch);
export const supplierReturnLine = takingLine
  .extend(originalFields)
  .refine(...oneOriginal)
  .refine(...lineOfOriginal)
  .refine(
    ...rule(
      (line: Originals & { batchId?: string | undefined }) => !hasOriginal(line) || line.batchId === undefined,
      'the batch follows from the original',
      'batchId',
    ),
  );
