/** Goods that are expected, from purchases and transfers. */
import {
  inTransit,
  inTransitCancelInput,
  inTransitCreateInput,
  inTransitGetInput,
  inTransitListInput,
  inTransitPage,
  inTransitUpdateInput,
} from '@granary/contracts/in-transit';
import { procedure } from '../procedure.ts';
import { trpc } from '../trpc.ts';

export const inTransitRouter = trpc.router({
  create: procedure('inTransit.write')
    .input(inTransitCreateInput)
    .output(inTransit)
    .mutation(({ ctx, input }) => ctx.domain.inTransit.create(input, ctx.call)),
  update: procedure('inTransit.write')
    .input(inTransitUpdateInput)
    .output(inTransit)
    .mutation(({ ctx, input }) => ctx.domain.inTransit.update(input, ctx.call)),
  cancel: procedure('inTransit.write')
    .input(inTransitCancelInput)
    .output(inTransit)
    .mutation(({ ctx, input }) => ctx.domain.inTransit.cancel(input, ctx.call)),
  get: procedure('inTransit.read')
    .input(inTransitGetInput)
    .output(inTransit)
    .query(({ ctx, input }) => ctx.domain.inTransit.get(input)),
  list: procedure('inTransit.read')
    .input(inTransitListInput)
    .output(inTransitPage)
    .query(({ ctx, input }) => ctx.domain.inTransit.list(input)),
});
