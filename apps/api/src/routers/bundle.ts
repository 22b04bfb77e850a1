/** What is sold as one and taken as several. */
import {
  bundle,
  bundleCreateInput,
  bundleGetInput,
  bundleListInput,
  bundlePage,
  bundleRemoveInput,
  bundleUpdateInput,
} from '@granary/contracts/bundle';
import { procedure } from '../procedure.ts';
import { trpc } from '../trpc.ts';

export const bundleRouter = trpc.router({
  create: procedure('bundle.write')
    .input(bundleCreateInput)
    .output(bundle)
    .mutation(({ ctx, input }) => ctx.domain.bundles.create(input, ctx.call)),
  update: procedure('bundle.write')
    .input(bundleUpdateInput)
    .output(bundle)
    .mutation(({ ctx, input }) => ctx.domain.bundles.update(input, ctx.call)),
  remove: procedure('bundle.write')
    .input(bundleRemoveInput)
    .output(bundle)
    .mutation(({ ctx, input }) => ctx.domain.bundles.remove(input, ctx.call)),
  get: procedure('bundle.read')
    .input(bundleGetInput)
    .output(bundle)
    .query(({ ctx, input }) => ctx.domain.bundles.get(input)),
  list: procedure('bundle.read')
    .input(bundleListInput)
    .output(bundlePage)
    .query(({ ctx, input }) => ctx.domain.bundles.list(input)),
});
