/** Bundles: a SKU that is sold and is made of others, which alone lie on a shelf (SPEC section 5). */
import { z } from 'zod';
import { mutation } from './command.ts';
import { skuId } from './identifier.ts';
import { moment } from './instant.ts';
import { pageFields, pageOf } from './page.ts';
import { quantity, units } from './quantity.ts';
import { rule } from './rule.ts';

export const MAX_COMPONENTS = 50;

export const definitionState = z.enum(['active', 'removed']);

const component = z.strictObject({
  skuId,
  quantity: quantity.meta({ description: 'Units of the component in one bundle' }),
});
const components = z
  .array(component)
  .min(2)
  .max(MAX_COMPONENTS)
  .refine(
    (list) => new Set(list.map((each) => each.skuId)).size === list.length,
    'must name each component once; more of it is a quantity',
  )
  .meta({ description: 'What one bundle is made of: 2 to 50 SKUs with stock of their own' });
const notItself = rule(
  (value: { skuId: string; components: readonly { skuId: string }[] }) =>
    value.components.every((each) => each.skuId !== value.skuId),
  'must not contain the bundle itself',
  'components',
);

export const bundleCreateInput = mutation({ skuId, components }).refine(...notItself);
export const bundleUpdateInput = mutation({ skuId, components }).refine(...notItself);
export const bundleRemoveInput = mutation({ skuId });
export const bundleGetInput = z.strictObject({ skuId });
export const bundleListInput = z.strictObject({
  ...pageFields,
  componentSkuId: skuId.optional().meta({ description: 'Only bundles that contain this SKU' }),
  state: definitionState.default('active'),
});

export const bundle = z.strictObject({
  skuId: z.string(),
  components: z.array(z.strictObject({ skuId: z.string(), quantity: units })),
  /** What is held of a removed bundle keeps the composition that it was made with. */
  state: definitionState,
  version: z.number().int(),
  createdAt: moment,
  updatedAt: moment,
});
export const bundlePage = pageOf(bundle);

export type DefinitionState = z.output<typeof definitionState>;
export type Bundle = z.output<typeof bundle>;
export type BundleCreateInput = z.output<typeof bundleCreateInput>;
export type BundleUpdateInput = z.output<typeof bundleUpdateInput>;
export type BundleRemoveInput = z.output<typeof bundleRemoveInput>;
export type BundleListInput = z.output<typeof bundleListInput>;
