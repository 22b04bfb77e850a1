/** What is kept in stock. */
import { openedAttributes } from '@granary/contracts/attributes';
import { sku, skuCreateInput, skuGetInput, skuListInput, skuPage, skuUpdateInput } from '@granary/contracts/sku';
import { procedure } from '../procedure.ts';
import { trpc } from '../trpc.ts';

export const skuRouter = trpc.router({
  create: procedure('sku.write')
    .input(skuCreateInput)
    .output(sku)
    .mutation(({ ctx, input }) => ctx.domain.skus.create(input, ctx.call)),
  update: procedure('sku.write')
    .input(skuUpdateInput)
    .output(sku)
    .mutation(({ ctx, input }) => ctx.domain.skus.update(input, ctx.call)),
  get: procedure('sku.read')
    .input(skuGetInput)
    .output(sku)
    .query(({ ctx, input }) => ctx.domain.skus.get(input)),
  attributes: procedure('attributes.open')
    .input(skuGetInput)
    .output(openedAttributes)
    .query(({ ctx, input }) => ctx.domain.skus.attributes(input)),
  list: procedure('sku.read')
    .input(skuListInput)
    .output(skuPage)
    .query(({ ctx, input }) => ctx.domain.skus.list(input)),
});
