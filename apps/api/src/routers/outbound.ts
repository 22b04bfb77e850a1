/** Documents that take stock out. */
import {
  damageInput,
  document,
  documentGetInput,
  documentPage,
  outboundListInput,
  pickInput,
  reverseInput,
  salesInput,
  supplierReturnInput,
} from '@granary/contracts/document';
import { outboundTransferInput, transferMove } from '@granary/contracts/transfer';
import { procedure } from '../procedure.ts';
import { trpc } from '../trpc.ts';

export const outboundRouter = trpc.router({
  sales: procedure('outbound.write')
    .input(salesInput)
    .output(document)
    .mutation(({ ctx, input }) => ctx.domain.outbound.sales(input, ctx.call)),
  damage: procedure('outbound.write')
    .input(damageInput)
    .output(document)
    .mutation(({ ctx, input }) => ctx.domain.outbound.damage(input, ctx.call)),
  pick: procedure('outbound.write')
    .input(pickInput)
    .output(document)
    .mutation(({ ctx, input }) => ctx.domain.outbound.pick(input, ctx.call)),
  supplierReturn: procedure('outbound.write')
    .input(supplierReturnInput)
    .output(document)
    .mutation(({ ctx, input }) => ctx.domain.outbound.supplierReturn(input, ctx.call)),
  transfer: procedure('transfer.write')
    .input(outboundTransferInput)
    .output(transferMove)
    .mutation(({ ctx, input }) => ctx.domain.outbound.transfer(input, ctx.call)),
  reverse: procedure('outbound.write')
    .input(reverseInput)
    .output(document)
    .mutation(({ ctx, input }) => ctx.domain.outbound.reverse(input, ctx.call)),
  get: procedure('outbound.read')
    .input(documentGetInput)
    .output(document)
    .query(({ ctx, input }) => ctx.domain.outbound.get(input)),
  list: procedure('outbound.read')
    .input(outboundListInput)
    .output(documentPage)
    .query(({ ctx, input }) => ctx.domain.outbound.list(input)),
});
