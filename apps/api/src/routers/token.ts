/** Tokens: made, withdrawn, listed. Whoever makes one gives no more than they have. */
import {
  token,
  tokenCreated,
  tokenCreateInput,
  tokenListInput,
  tokenPage,
  tokenRevokeInput,
} from '@granary/contracts/token';
import { procedure } from '../procedure.ts';
import { trpc } from '../trpc.ts';

export const tokenRouter = trpc.router({
  create: procedure('token.write')
    .input(tokenCreateInput)
    .output(tokenCreated)
    .mutation(({ ctx, input }) => ctx.domain.tokens.create(input, ctx.call, ctx.principal)),
  revoke: procedure('token.write')
    .input(tokenRevokeInput)
    .output(token)
    .mutation(({ ctx, input }) => ctx.domain.tokens.revoke(input, ctx.call, ctx.principal)),
  list: procedure('token.read')
    .input(tokenListInput)
    .output(tokenPage)
    .query(({ ctx, input }) => ctx.domain.tokens.list(input, ctx.principal)),
});
