/** Lots of one SKU at one location. */
import { batch, batchCreateInput, batchGetInput, batchListInput, batchPage } from '@granary/contracts/batch';
import { procedure } from '../procedure.ts';
import { trpc } from '../trpc.ts';

export const batchRouter = trpc.router({
  create: procedure('batch.write')
    .input(batchCreateInput)
    .output(batch)
    .mutation(({ ctx, input }) => ctx.domain.batches.create(input, ctx.call)),
  get: procedure('batch.read')
    .input(batchGetInput)
    .output(batch)
    .query(({ ctx, input }) => ctx.domain.batches.get(input)),
  list: procedure('batch.read')
    .input(batchListInput)
    .output(batchPage)
    .query(({ ctx, input }) => ctx.domain.batches.list(input)),
});
