/** Reading stock, and the settings of a level. */
import { stockExplainInput, stockExplanation } from '@granary/contracts/explanation';
import { lowStockInput, lowStockPage } from '@granary/contracts/alert';
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
  stockMovementsInput,
  stockSummary,
} from '@granary/contracts/stock';
import { stockTrace, stockTraceInput } from '@granary/contracts/trace';
import { stockWatchInput, stockWatchItem } from '@granary/contracts/watch';
import { procedure, subscription } from '../procedure.ts';
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
  lowStock: procedure('alert.read')
    .input(lowStockInput)
    .output(lowStockPage)
    .query(({ ctx, input }) => ctx.domain.stock.lowStock(input)),
  trace: procedure('stock.read')
    .input(stockTraceInput)
    .output(stockTrace)
    .query(({ ctx, input }) => ctx.domain.stock.trace(input)),
  configure: procedure('stock.configure')
    .input(stockConfigureInput)
    .output(level)
    .mutation(({ ctx, input }) => ctx.domain.stock.configure(input, ctx.call)),
  watch: subscription('stock.read', stockWatchItem)
    .input(stockWatchInput)
    .subscription(({ ctx, input, signal }) => ctx.watchStock(input, signal)),
});
