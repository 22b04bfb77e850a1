/** Stock out of sale by a business decision, and batches held still for an operation. */
import {
  lock,
  lockBusinessInput,
  lockExpireDueAnswer,
  lockExpireDueInput,
  lockGetInput,
  lockListInput,
  lockOperationInput,
  lockPage,
  lockReleaseInput,
} from '@granary/contracts/lock';
import { procedure } from '../procedure.ts';
import { trpc } from '../trpc.ts';

export const lockRouter = trpc.router({
  business: procedure('lock.write')
    .input(lockBusinessInput)
    .output(lock)
    .mutation(({ ctx, input }) => ctx.domain.locks.business(input, ctx.call)),
  operation: procedure('lock.write')
    .input(lockOperationInput)
    .output(lock)
    .mutation(({ ctx, input }) => ctx.domain.locks.operation(input, ctx.call)),
  release: procedure('lock.write')
    .input(lockReleaseInput)
    .output(lock)
    .mutation(({ ctx, input }) => ctx.domain.locks.release(input, ctx.call)),
  expireDue: procedure('lock.expire')
    .input(lockExpireDueInput)
    .output(lockExpireDueAnswer)
    .mutation(({ ctx, input }) => ctx.domain.locks.expireDue(input, ctx.call)),
  get: procedure('lock.read')
    .input(lockGetInput)
    .output(lock)
    .query(({ ctx, input }) => ctx.domain.locks.get(input)),
  list: procedure('lock.read')
    .input(lockListInput)
    .output(lockPage)
    .query(({ ctx, input }) => ctx.domain.locks.list(input)),
});
