/** Warehouses and stores. */
import {
  location,
  locationCreateInput,
  locationGetInput,
  locationListInput,
  locationPage,
  locationUpdateInput,
} from '@granary/contracts/location';
import { procedure } from '../procedure.ts';
import { trpc } from '../trpc.ts';

export const locationRouter = trpc.router({
  create: procedure('location.write')
    .input(locationCreateInput)
    .output(location)
    .mutation(({ ctx, input }) => ctx.domain.locations.create(input, ctx.call)),
  update: procedure('location.write')
    .input(locationUpdateInput)
    .output(location)
    .mutation(({ ctx, input }) => ctx.domain.locations.update(input, ctx.call)),
  get: procedure('location.read')
    .input(locationGetInput)
    .output(location)
    .query(({ ctx, input }) => ctx.domain.locations.get(input)),
  list: procedure('location.read')
    .input(locationListInput)
    .output(locationPage)
    .query(({ ctx, input }) => ctx.domain.locations.list(input)),
});
