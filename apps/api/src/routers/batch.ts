/** Lots of one SKU at one location. */
import { openedAttributes } from '@granary/contracts/attributes';
import { batch, batchCreateInput, batchGetInput, batchListInput, batchPage } from '@granary/contracts/batch';
import {
  batchExpireDueAnswer,
  batchExpireDueInput,
  batchMerge,
  batchMergeInput,
  batchSplit,
  batchSplitInput,
  batchUpdateInput,
} from '@granary/contracts/batch-life';
import { batchRecall, batchRecallInput, batchTrace, batchTraceInput } from '@granary/contracts/trace';
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
  attributes: procedure('attributes.open')
    .input(batchGetInput)
    .output(openedAttributes)
    .query(({ ctx, input }) => ctx.domain.batches.attributes(input)),
  list: procedure('batch.read')
    .input(batchListInput)
    .output(batchPage)
    .query(({ ctx, input }) => ctx.domain.batches.list(input)),
  trace: procedure('batch.read')
    .input(batchTraceInput)
    .output(batchTrace)
    .query(({ ctx, input }) => ctx.domain.batches.trace(input)),
  recall: procedure('batch.recall')
    .input(batchRecallInput)
    .output(batchRecall)
    .mutation(({ ctx, input }) => ctx.domain.batches.recall(input, ctx.call)),
  merge: procedure('batch.write')
    .input(batchMergeInput)
    .output(batchMerge)
    .mutation(({ ctx, input }) => ctx.domain.batches.merge(input, ctx.call)),
  split: procedure('batch.write')
    .input(batchSplitInput)
    .output(batchSplit)
    .mutation(({ ctx, input }) => ctx.domain.batches.split(input, ctx.call)),
  update: procedure('batch.write')
    .input(batchUpdateInput)
    .output(batch)
    .mutation(({ ctx, input }) => ctx.domain.batches.update(input, ctx.call)),
  expireDue: procedure('batch.expire')
    .input(batchExpireDueInput)
    .output(batchExpireDueAnswer)
    .mutation(({ ctx, input }) => ctx.domain.batches.expireDue(input, ctx.call)),
});
