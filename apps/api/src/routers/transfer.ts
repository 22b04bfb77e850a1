/** Goods that travel from one location to another. */
import {
  transfer,
  transferCancelInput,
  transferCreateInput,
  transferGetInput,
  transferListInput,
  transferMove,
  transferPage,
  transferReceiveInput,
  transferShipInput,
  transferWriteOffInput,
} from '@granary/contracts/transfer';
import { procedure } from '../procedure.ts';
import { trpc } from '../trpc.ts';

export const transferRouter = trpc.router({
  create: procedure('transfer.write')
    .input(transferCreateInput)
    .output(transfer)
    .mutation(({ ctx, input }) => ctx.domain.transfers.create(input, ctx.call)),
  ship: procedure('transfer.write')
    .input(transferShipInput)
    .output(transferMove)
    .mutation(({ ctx, input }) => ctx.domain.transfers.ship(input, ctx.call)),
  receive: procedure('transfer.write')
    .input(transferReceiveInput)
    .output(transferMove)
    .mutation(({ ctx, input }) => ctx.domain.transfers.receive(input, ctx.call)),
  writeOff: procedure('transfer.write')
    .input(transferWriteOffInput)
    .output(transfer)
    .mutation(({ ctx, input }) => ctx.domain.transfers.writeOff(input, ctx.call)),
  cancel: procedure('transfer.write')
    .input(transferCancelInput)
    .output(transfer)
    .mutation(({ ctx, input }) => ctx.domain.transfers.cancel(input, ctx.call)),
  get: procedure('transfer.read')
    .input(transferGetInput)
    .output(transfer)
    .query(({ ctx, input }) => ctx.domain.transfers.get(input)),
  list: procedure('transfer.read')
    .input(transferListInput)
    .output(transferPage)
    .query(({ ctx, input }) => ctx.domain.transfers.list(input)),
});
