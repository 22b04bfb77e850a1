/** Analysis of cost: actual against standard, and how the cost of a unit moves. */
import { trendInput, trendPage, varianceInput, variancePage } from '@granary/contracts/cost-analysis';
import { costProcedure } from '../cost-procedure.ts';
import { trpc } from '../trpc.ts';

export const costAnalysisRouter = trpc.router({
  variance: costProcedure('costAnalysis.read')
    .input(varianceInput)
    .output(variancePage)
    .query(({ ctx, input }) => ctx.cost.analysis.variance(input)),
  trend: costProcedure('costAnalysis.read')
    .input(trendInput)
    .output(trendPage)
    .query(({ ctx, input }) => ctx.cost.analysis.trend(input)),
});
