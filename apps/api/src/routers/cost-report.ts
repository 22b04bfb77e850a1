/** Reports of cost: what stock is worth, what was consumed, how it turned over, and the journal. */
import {
  ageingInput,
  ageingPage,
  allocationReportInput,
  allocationReportPage,
  costOfSalesInput,
  costOfSalesPage,
  journalInput,
  journalPage,
  rollForwardInput,
  rollForwardPage,
  turnoverInput,
  turnoverPage,
  valuationInput,
  valuationPage,
} from '@granary/contracts/cost-report';
import { costProcedure } from '../cost-procedure.ts';
import { trpc } from '../trpc.ts';

export const costReportRouter = trpc.router({
  valuation: costProcedure('costReport.read')
    .input(valuationInput)
    .output(valuationPage)
    .query(({ ctx, input }) => ctx.cost.reports.valuation(input)),
  costOfSales: costProcedure('costReport.read')
    .input(costOfSalesInput)
    .output(costOfSalesPage)
    .query(({ ctx, input }) => ctx.cost.reports.costOfSales(input)),
  rollForward: costProcedure('costReport.read')
    .input(rollForwardInput)
    .output(rollForwardPage)
    .query(({ ctx, input }) => ctx.cost.reports.rollForward(input)),
  ageing: costProcedure('costReport.read')
    .input(ageingInput)
    .output(ageingPage)
    .query(({ ctx, input }) => ctx.cost.reports.ageing(input)),
  turnover: costProcedure('costReport.read')
    .input(turnoverInput)
    .output(turnoverPage)
    .query(({ ctx, input }) => ctx.cost.reports.turnover(input)),
  allocation: costProcedure('costReport.read')
    .input(allocationReportInput)
    .output(allocationReportPage)
    .query(({ ctx, input }) => ctx.cost.reports.allocation(input)),
  journal: costProcedure('costReport.read')
    .input(journalInput)
    .output(journalPage)
    .query(({ ctx, input }) => ctx.cost.reports.journal(input)),
});
