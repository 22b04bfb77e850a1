/** Virtual stock: a SKU that is sold and stands for so many units of a real SKU, or of one batch of it (SPEC section 5). */
import { z } from 'zod';
import { definitionState } from './bundle.ts';
import { mutation } from './command.ts';
import { id, skuId } from './identifier.ts';
import { moment } from './instant.ts';
import { pageFields, pageOf } from './page.ts';
import { count, quantity, units } from './quantity.ts';
import { rule } from './rule.ts';

const target = {
  realSkuId: skuId.optional().meta({ description: 'The SKU that is taken from', examples: ['WATER-BOTTLE'] }),
  batchId: id.optional().meta({ description: 'The one batch that is taken from, instead of a whole SKU' }),
};
const ratio = quantity.meta({
  description: 'Units of the real SKU in one unit of the virtual one: 12 for a case of a dozen',
  examples: [12],
});
const cap = count
  .nullable()
  .optional()
  .meta({ description: 'At most so many are offered at a time, held ones included; null is no cap', examples: [20] });

interface Target {
  readonly realSkuId?: string | undefined;
  readonly batchId?: string | undefined;
}
const isGiven = (value: unknown) => value !== undefined;

export const virtualCreateInput = mutation({ skuId, ...target, ratio, cap })
  .refine(
    ...rule(
      (value: Target) => isGiven(value.realSkuId) !== isGiven(value.batchId),
      'name either realSkuId or batchId',
      'realSkuId',
    ),
  )
  .refine(...notItself());
/** Fields that are left out keep their value. */
export const virtualUpdateInput = mutation({ skuId, ...target, ratio: ratio.optional(), cap })
  .refine(
    ...rule(
      (value: Target) => !(isGiven(value.realSkuId) && isGiven(value.batchId)),
      'name either realSkuId or batchId',
      'realSkuId',
    ),
  )
  .refine(...notItself());
export const virtualRemoveInput = mutation({ skuId });
export const virtualGetInput = z.strictObject({ skuId });
export const virtualListInput = z.strictObject({
  ...pageFields,
  realSkuId: skuId.optional().meta({ description: 'Only what stands for this SKU' }),
  state: definitionState.default('active'),
});

export const virtual = z.strictObject({
  skuId: z.string(),
  realSkuId: z.string(),
  /** Null when any batch of the real SKU will do. */
  batchId: z.string().nullable(),
  ratio: units,
  cap: units.nullable(),
  /** What is held of a removed one keeps the ratio that it was made with. */
  state: definitionState,
  version: z.number().int(),
  createdAt: moment,
  updatedAt: moment,
});
export const virtualPage = pageOf(virtual);

function notItself() {
  return rule(
    (value: { skuId: string; realSkuId?: string | undefined }) => value.realSkuId !== value.skuId,
    'must be another SKU',
    'realSkuId',
  );
}

export type Virtual = z.output<typeof virtual>;
export type VirtualCreateInput = z.output<typeof virtualCreateInput>;
export type VirtualUpdateInput = z.output<typeof virtualUpdateInput>;
export type VirtualRemoveInput = z.output<typeof virtualRemoveInput>;
export type VirtualListInput = z.output<typeof virtualListInput>;
