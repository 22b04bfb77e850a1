/** Stock held for a cart or an order until a deadline. */
import {
  confirmInput,
  convertInput,
  deductInput,
  expireDueAnswer,
  expireDueInput,
  extendInput,
  releaseInput,
  reservation,
  reservationGetInput,
  reservationListInput,
  reservationPage,
  reservations,
  reserveInput,
  reserveManyInput,
} from '@granary/contracts/reservation';
import { procedure } from '../procedure.ts';
import { trpc } from '../trpc.ts';

export const reservationRouter = trpc.router({
  reserve: procedure('reservation.write')
    .input(reserveInput)
    .output(reservation)
    .mutation(({ ctx, input }) => ctx.domain.reservations.reserve(input, ctx.call)),
  reserveMany: procedure('reservation.write')
    .input(reserveManyInput)
    .output(reservations)
    .mutation(({ ctx, input }) => ctx.domain.reservations.reserveMany(input, ctx.call)),
  confirm: procedure('reservation.write')
    .input(confirmInput)
    .output(reservations)
    .mutation(({ ctx, input }) => ctx.domain.reservations.confirm(input, ctx.call)),
  release: procedure('reservation.write')
    .input(releaseInput)
    .output(reservations)
    .mutation(({ ctx, input }) => ctx.domain.reservations.release(input, ctx.call)),
  deduct: procedure('reservation.write')
    .input(deductInput)
    .output(reservations)
    .mutation(({ ctx, input }) => ctx.domain.reservations.deduct(input, ctx.call)),
  extend: procedure('reservation.write')
    .input(extendInput)
    .output(reservations)
    .mutation(({ ctx, input }) => ctx.domain.reservations.extend(input, ctx.call)),
  convert: procedure('reservation.write')
    .input(convertInput)
    .output(reservations)
    .mutation(({ ctx, input }) => ctx.domain.reservations.convert(input, ctx.call)),
  expireDue: procedure('reservation.expire')
    .input(expireDueInput)
    .output(expireDueAnswer)
    .mutation(({ ctx, input }) => ctx.domain.reservations.expireDue(input, ctx.call)),
  get: procedure('reservation.read')
    .input(reservationGetInput)
    .output(reservation)
    .query(({ ctx, input }) => ctx.domain.reservations.get(input)),
  list: procedure('reservation.read')
    .input(reservationListInput)
    .output(reservationPage)
    .query(({ ctx, input }) => ctx.domain.reservations.list(input)),
});
