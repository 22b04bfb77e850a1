/** Reading stock, and the settings of a level. */
import {
  level,
  levelListInput,
  levelPage,
  movementPage,
  stockAllocateInput,
  stockAllocation,
  stockAsOf,
  stockAsOfInput,
  stockAvailableInput,
  stockCheck,
  stockCheckInput,
  stockCheckMany,
  stockCheckManyInput,
  stockConfigureInput,
  stockExplainInput,
  stockExplanation,
  stockMovementsInput,
  stockSummary,
} from '@granary/contracts/stock';
import { procedure } from '../procedure.ts';
import { trpc } from '../trpc.ts';

export const stockRouter = trpc.router({
  check: procedure('stock.check')
    .input(stockCheckInput)
    .output(stockCheck)
    .query(({ ctx, input }) => ctx.domain.stock.check(input)),
  checkMany: procedure('stock.check')
    .input(stockCheckManyInput)
    .output(stockCheckMany)
    .query(({ ctx, input }) => ctx.domain.stock.checkMany(input)),
  available: procedure('stock.read')
    .input(stockAvailableInput)
    .output(stockSummary)
    .query(({ ctx, input }) => ctx.domain.stock.available(input)),
  allocate: procedure('stock.read')
    .input(stockAllocateInput)
    .output(stockAllocation)
    .query(({ ctx, input }) => ctx.domain.stock.allocate(input)),
  explain: procedure('stock.read')
    .input(stockExplainInput)
    .output(stockExplanation)
    .query(({ ctx, input }) => ctx.domain.stock.explain(input)),
  asOf: procedure('stock.read')
    .input(stockAsOfInput)
    .output(stockAsOf)
    .query(({ ctx, input }) => ctx.domain.stock.asOf(input)),
  movements: procedure('stock.read')
    .input(stockMovementsInput)
    .output(movementPage)
    .query(({ ctx, input }) => ctx.domain.stock.movements(input)),
  levels: procedure('stock.read')
    .input(levelListInput)
    .output(levelPage)
    .query(({ ctx, input }) => ctx.domain.stock.levels(input)),
  configure: procedure('stock.configure')
    .input(stockConfigureInput)
    .output(level)
    .mutation(({ ctx, input }) => ctx.domain.stock.configure(input, ctx.call)),
});
