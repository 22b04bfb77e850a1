/** Documents that take stock out. */
import { document, documentGetInput, documentPage, outboundListInput, salesInput } from '@granary/contracts/document';
import { procedure } from '../procedure.ts';
import { trpc } from '../trpc.ts';

export const outboundRouter = trpc.router({
  sales: procedure('outbound.write')
    .input(salesInput)
    .output(document)
    .mutation(({ ctx, input }) => ctx.domain.outbound.sales(input, ctx.call)),
  get: procedure('outbound.read')
    .input(documentGetInput)
    .output(document)
    .query(({ ctx, input }) => ctx.domain.outbound.get(input)),
  list: procedure('outbound.read')
    .input(outboundListInput)
    .output(documentPage)
    .query(({ ctx, input }) => ctx.domain.outbound.list(input)),
});
