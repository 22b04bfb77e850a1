/** Single pieces of serial-tracked SKUs. They move with documents and reservations; here they are only looked at. */
import { serial, serialGetInput, serialListInput, serialPage } from '@granary/contracts/serial';
import { procedure } from '../procedure.ts';
import { trpc } from '../trpc.ts';

export const serialRouter = trpc.router({
  get: procedure('serial.read')
    .input(serialGetInput)
    .output(serial)
    .query(({ ctx, input }) => ctx.domain.serials.get(input)),
  list: procedure('serial.read')
    .input(serialListInput)
    .output(serialPage)
    .query(({ ctx, input }) => ctx.domain.serials.list(input)),
});
