/** Documents that bring stock in. */
import { document, documentGetInput, documentPage, inboundInput, inboundListInput } from '@granary/contracts/document';
import { procedure } from '../procedure.ts';
import { trpc } from '../trpc.ts';

export const inboundRouter = trpc.router({
  purchase: procedure('inbound.write')
    .input(inboundInput)
    .output(document)
    .mutation(({ ctx, input }) => ctx.domain.inbound.purchase(input, ctx.call)),
  return: procedure('inbound.write')
    .input(inboundInput)
    .output(document)
    .mutation(({ ctx, input }) => ctx.domain.inbound.return(input, ctx.call)),
  get: procedure('inbound.read')
    .input(documentGetInput)
    .output(document)
    .query(({ ctx, input }) => ctx.domain.inbound.get(input)),
  list: procedure('inbound.read')
    .input(inboundListInput)
    .output(documentPage)
    .query(({ ctx, input }) => ctx.domain.inbound.list(input)),
});
