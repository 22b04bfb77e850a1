/** Accounting periods: made, frozen, unfrozen with a reason, and closed in their order. */
import {
  period,
  periodCloseInput,
  periodClosing,
  periodCreateInput,
  periodCurrent,
  periodFreezeInput,
  periodGetInput,
  periodListInput,
  periodPage,
  periodSnapshotPage,
  periodSnapshotsInput,
  periodUnfreezeInput,
} from '@granary/contracts/period';
import { z } from 'zod';
import { costProcedure } from '../cost-procedure.ts';
import { trpc } from '../trpc.ts';

export const periodRouter = trpc.router({
  create: costProcedure('period.write')
    .input(periodCreateInput)
    .output(period)
    .mutation(({ ctx, input }) => ctx.cost.periods.create(input, ctx.call)),
  freeze: costProcedure('period.write')
    .input(periodFreezeInput)
    .output(period)
    .mutation(({ ctx, input }) => ctx.cost.periods.freeze(input, ctx.call)),
  unfreeze: costProcedure('period.unfreeze')
    .input(periodUnfreezeInput)
    .output(period)
    .mutation(({ ctx, input }) => ctx.cost.periods.unfreeze(input, ctx.call)),
  close: costProcedure('period.close')
    .input(periodCloseInput)
    .output(periodClosing)
    .mutation(({ ctx, input }) => ctx.cost.periods.close(input, ctx.call)),
  current: costProcedure('period.read')
    .input(z.strictObject({}).nullish())
    .output(periodCurrent)
    .query(({ ctx }) => ctx.cost.periods.current()),
  get: costProcedure('period.read')
    .input(periodGetInput)
    .output(period)
    .query(({ ctx, input }) => ctx.cost.periods.get(input)),
  list: costProcedure('period.read')
    .input(periodListInput)
    .output(periodPage)
    .query(({ ctx, input }) => ctx.cost.periods.list(input)),
  snapshots: costProcedure('period.read')
    .input(periodSnapshotsInput)
    .output(periodSnapshotPage)
    .query(({ ctx, input }) => ctx.cost.periods.snapshots(input)),
});
