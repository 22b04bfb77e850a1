/** What units cost and stock is worth, and what accountants decide about a SKU. */
import {
  averageCost,
  averageCostInput,
  calculateInput,
  calculateManyAnswer,
  calculateManyInput,
  calculation,
  costChange,
  costPreview,
  costPreviewInput,
  costStrategies,
  inventoryValue,
  inventoryValueInput,
  revalueInput,
  standardCostInput,
  switchStrategyInput,
} from '@granary/contracts/cost';
import { costRecordPage, costRecordsInput } from '@granary/contracts/cost-record';
import { exchangeRate, ratePage, ratesInput, setRateInput } from '@granary/contracts/exchange-rate';
import { z } from 'zod';
import { costProcedure } from '../cost-procedure.ts';
import { trpc } from '../trpc.ts';

export const costRouter = trpc.router({
  calculate: costProcedure('cost.read')
    .input(calculateInput)
    .output(calculation)
    .query(({ ctx, input }) => ctx.cost.calculate(input)),
  calculateMany: costProcedure('cost.read')
    .input(calculateManyInput)
    .output(calculateManyAnswer)
    .query(({ ctx, input }) => ctx.cost.calculateMany(input)),
  averageCost: costProcedure('cost.read')
    .input(averageCostInput)
    .output(averageCost)
    .query(({ ctx, input }) => ctx.cost.averageCost(input)),
  inventoryValue: costProcedure('cost.read')
    .input(inventoryValueInput)
    .output(inventoryValue)
    .query(({ ctx, input }) => ctx.cost.inventoryValue(input)),
  records: costProcedure('cost.read')
    .input(costRecordsInput)
    .output(costRecordPage)
    .query(({ ctx, input }) => ctx.cost.records(input)),
  preview: costProcedure('cost.read')
    .input(costPreviewInput)
    .output(costPreview)
    .query(({ ctx, input }) => ctx.cost.preview(input)),
  strategies: costProcedure('cost.read')
    .input(z.strictObject({}).nullish())
    .output(costStrategies)
    .query(({ ctx }) => ctx.cost.strategies()),
  switchStrategy: costProcedure('cost.write')
    .input(switchStrategyInput)
    .output(costChange)
    .mutation(({ ctx, input }) => ctx.cost.switchStrategy(input, ctx.call)),
  revalue: costProcedure('cost.write')
    .input(revalueInput)
    .output(costChange)
    .mutation(({ ctx, input }) => ctx.cost.revalue(input, ctx.call)),
  standardCost: costProcedure('cost.write')
    .input(standardCostInput)
    .output(costChange)
    .mutation(({ ctx, input }) => ctx.cost.standardCost(input, ctx.call)),
  setRate: costProcedure('cost.write')
    .input(setRateInput)
    .output(exchangeRate)
    .mutation(({ ctx, input }) => ctx.cost.setRate(input, ctx.call)),
  rates: costProcedure('cost.read')
    .input(ratesInput)
    .output(ratePage)
    .query(({ ctx, input }) => ctx.cost.rates(input)),
});
