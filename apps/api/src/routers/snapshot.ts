/** Levels and batches as they stood at one instant. */
import {
  snapshot,
  snapshotCompareInput,
  snapshotCreateInput,
  snapshotDifferencePage,
  snapshotGetInput,
  snapshotListInput,
  snapshotPage,
  snapshotRowPage,
  snapshotRowsInput,
} from '@granary/contracts/snapshot';
import { procedure } from '../procedure.ts';
import { trpc } from '../trpc.ts';

export const snapshotRouter = trpc.router({
  create: procedure('snapshot.write')
    .input(snapshotCreateInput)
    .output(snapshot)
    .mutation(({ ctx, input }) => ctx.domain.snapshots.create(input, ctx.call)),
  get: procedure('snapshot.read')
    .input(snapshotGetInput)
    .output(snapshot)
    .query(({ ctx, input }) => ctx.domain.snapshots.get(input)),
  list: procedure('snapshot.read')
    .input(snapshotListInput)
    .output(snapshotPage)
    .query(({ ctx, input }) => ctx.domain.snapshots.list(input)),
  rows: procedure('snapshot.read')
    .input(snapshotRowsInput)
    .output(snapshotRowPage)
    .query(({ ctx, input }) => ctx.domain.snapshots.rows(input)),
  compare: procedure('snapshot.read')
    .input(snapshotCompareInput)
    .output(snapshotDifferencePage)
    .query(({ ctx, input }) => ctx.domain.snapshots.compare(input)),
});
