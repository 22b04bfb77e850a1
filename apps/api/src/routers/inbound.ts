/** Documents that bring stock in. */
import {
  document,
  documentGetInput,
  documentPage,
  inboundInput,
  inboundListInput,
  openingInput,
  productionInput,
  returnInput,
  reverseInput,
} from '@granary/contracts/document';
import { transferMove, transferReceiveInput } from '@granary/contracts/transfer';
import { procedure } from '../procedure.ts';
import { trpc } from '../trpc.ts';

export const inboundRouter = trpc.router({
  purchase: procedure('inbound.write')
    .input(inboundInput)
    .output(document)
    .mutation(({ ctx, input }) => ctx.domain.inbound.purchase(input, ctx.call)),
  production: procedure('inbound.write')
    .input(productionInput)
    .output(document)
    .mutation(({ ctx, input }) => ctx.domain.inbound.production(input, ctx.call)),
  opening: procedure('inbound.write')
    .input(openingInput)
    .output(document)
    .mutation(({ ctx, input }) => ctx.domain.inbound.opening(input, ctx.call)),
  reverse: procedure('inbound.write')
    .input(reverseInput)
    .output(document)
    .mutation(({ ctx, input }) => ctx.domain.inbound.reverse(input, ctx.call)),
  transfer: procedure('transfer.write')
    .input(transferReceiveInput)
    .output(transferMove)
    .mutation(({ ctx, input }) => ctx.domain.inbound.transfer(input, ctx.call)),
  return: procedure('inbound.write')
    .input(returnInput)
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
