/** SKUs: what is kept in stock. Created explicitly, or by the first inbound that names one (STOCK_AUTO_CREATE_SKU). */
import { z } from 'zod';
import { attributes } from './attributes.ts';
import { mutation } from './command.ts';
import { skuId, spuId, strategyName, text } from './identifier.ts';
import { moment } from './instant.ts';
import { pageFields, pageOf } from './page.ts';

export const skuStatus = z.enum(['active', 'inactive']);
/** `stock` lies on shelves; a bundle and a virtual SKU are sold, and what is taken lies under other SKUs. */
export const skuKind = z.enum(['stock', 'bundle', 'virtual']);

const settings = {
  spuId: spuId.nullable().optional(),
  name: text('Name', 200).optional(),
  unit: text('Unit of measure', 32).optional(),
  status: skuStatus.optional().meta({ description: 'Nothing is reserved or sold of an inactive SKU' }),
  shelfLifeDays: z
    .number()
    .int()
    .min(1)
    .max(36_500)
    .nullable()
    .optional()
    .meta({
      description: 'Days from production to expiry, for lots that name only when they were made',
      examples: [180],
    }),
  attributes: attributes.nullable().optional(),
  defaultStrategy: strategyName.nullable().optional(),
};

export const skuCreateInput = mutation({
  skuId,
  ...settings,
  serialTracked: z.boolean().optional().meta({ description: 'Whether every piece has a serial number' }),
});
export const skuUpdateInput = mutation({
  skuId,
  ...settings,
  serialTracked: z
    .boolean()
    .optional()
    .meta({ description: 'Changed only while nothing of the SKU is on hand, owed or in transit' }),
});
export const skuGetInput = z.strictObject({ skuId });
export const skuListInput = z.strictObject({ ...pageFields, spuId: spuId.optional(), status: skuStatus.optional() });

export const sku = z.strictObject({
  skuId: z.string(),
  spuId: z.string().nullable(),
  name: z.string(),
  unit: z.string(),
  status: skuStatus,
  kind: skuKind,
  serialTracked: z.boolean(),
  shelfLifeDays: z.number().int().nullable(),
  attributes: attributes.nullable(),
  defaultStrategy: z.string().nullable(),
  version: z.number().int(),
  createdAt: moment,
  updatedAt: moment,
});
export const skuPage = pageOf(sku);

export type Sku = z.output<typeof sku>;
export type SkuKind = z.output<typeof skuKind>;
export type SkuCreateInput = z.output<typeof skuCreateInput>;
export type SkuUpdateInput = z.output<typeof skuUpdateInput>;
export type SkuListInput = z.output<typeof skuListInput>;
