/** What stands for so many units of a real SKU or batch. */
import {
  virtual,
  virtualCreateInput,
  virtualGetInput,
  virtualListInput,
  virtualPage,
  virtualRemoveInput,
  virtualUpdateInput,
} from '@granary/contracts/virtual';
import { procedure } from '../procedure.ts';
import { trpc } from '../trpc.ts';

export const virtualRouter = trpc.router({
  create: procedure('virtual.write')
    .input(virtualCreateInput)
    .output(virtual)
    .mutation(({ ctx, input }) => ctx.domain.virtuals.create(input, ctx.call)),
  update: procedure('virtual.write')
    .input(virtualUpdateInput)
    .output(virtual)
    .mutation(({ ctx, input }) => ctx.domain.virtuals.update(input, ctx.call)),
  remove: procedure('virtual.write')
    .input(virtualRemoveInput)
    .output(virtual)
    .mutation(({ ctx, input }) => ctx.domain.virtuals.remove(input, ctx.call)),
  get: procedure('virtual.read')
    .input(virtualGetInput)
    .output(virtual)
    .query(({ ctx, input }) => ctx.domain.virtuals.get(input)),
  list: procedure('virtual.read')
    .input(virtualListInput)
    .output(virtualPage)
    .query(({ ctx, input }) => ctx.domain.virtuals.list(input)),
});
