/** Correcting the books by hand: by so many units, or to what was counted. */
import {
  adjustInput,
  adjustManyInput,
  adjustmentDocument,
  adjustmentGetInput,
  adjustmentListInput,
  adjustmentPage,
  countInput,
  countManyInput,
} from '@granary/contracts/adjustment';
import { procedure } from '../procedure.ts';
import { trpc } from '../trpc.ts';

export const adjustmentRouter = trpc.router({
  adjust: procedure('adjustment.write')
    .input(adjustInput)
    .output(adjustmentDocument)
    .mutation(({ ctx, input }) => ctx.domain.adjustments.adjust(input, ctx.call)),
  adjustMany: procedure('adjustment.write')
    .input(adjustManyInput)
    .output(adjustmentDocument)
    .mutation(({ ctx, input }) => ctx.domain.adjustments.adjustMany(input, ctx.call)),
  count: procedure('adjustment.write')
    .input(countInput)
    .output(adjustmentDocument)
    .mutation(({ ctx, input }) => ctx.domain.adjustments.count(input, ctx.call)),
  countMany: procedure('adjustment.write')
    .input(countManyInput)
    .output(adjustmentDocument)
    .mutation(({ ctx, input }) => ctx.domain.adjustments.countMany(input, ctx.call)),
  get: procedure('adjustment.read')
    .input(adjustmentGetInput)
    .output(adjustmentDocument)
    .query(({ ctx, input }) => ctx.domain.adjustments.get(input)),
  list: procedure('adjustment.read')
    .input(adjustmentListInput)
    .output(adjustmentPage)
    .query(({ ctx, input }) => ctx.domain.adjustments.list(input)),
});
