/** Costs shared out to SKUs by a rule, and costs that arrive after the goods. */
import {
  allocated,
  allocatedInput,
  allocatedPart,
  allocateInput,
  allocation,
  allocationListInput,
  allocationPage,
  costRule,
  costRuleListInput,
  costRulePage,
  createRuleInput,
  lateCostInput,
  updateRuleInput,
} from '@granary/contracts/cost-allocation';
import { costProcedure } from '../cost-procedure.ts';
import { trpc } from '../trpc.ts';

export const costAllocationRouter = trpc.router({
  createRule: costProcedure('costAllocation.write')
    .input(createRuleInput)
    .output(costRule)
    .mutation(({ ctx, input }) => ctx.cost.allocations.createRule(input, ctx.call)),
  updateRule: costProcedure('costAllocation.write')
    .input(updateRuleInput)
    .output(costRule)
    .mutation(({ ctx, input }) => ctx.cost.allocations.updateRule(input, ctx.call)),
  rules: costProcedure('costAllocation.read')
    .input(costRuleListInput)
    .output(costRulePage)
    .query(({ ctx, input }) => ctx.cost.allocations.rules(input)),
  allocate: costProcedure('costAllocation.write')
    .input(allocateInput)
    .output(allocation)
    .mutation(({ ctx, input }) => ctx.cost.allocations.allocate(input, ctx.call)),
  lateCost: costProcedure('costAllocation.write')
    .input(lateCostInput)
    .output(allocatedPart)
    .mutation(({ ctx, input }) => ctx.cost.allocations.lateCost(input, ctx.call)),
  list: costProcedure('costAllocation.read')
    .input(allocationListInput)
    .output(allocationPage)
    .query(({ ctx, input }) => ctx.cost.allocations.list(input)),
  allocated: costProcedure('costAllocation.read')
    .input(allocatedInput)
    .output(allocated)
    .query(({ ctx, input }) => ctx.cost.allocations.allocated(input)),
});
