/** What somebody should look at. */
import {
  alert,
  alertAcknowledgeInput,
  alertEvaluateAnswer,
  alertEvaluateInput,
  alertGetInput,
  alertListInput,
  alertPage,
  alertResolveInput,
} from '@granary/contracts/alert';
import { procedure } from '../procedure.ts';
import { trpc } from '../trpc.ts';

export const alertRouter = trpc.router({
  evaluate: procedure('alert.write')
    .input(alertEvaluateInput)
    .output(alertEvaluateAnswer)
    .mutation(({ ctx, input }) => ctx.domain.alerts.evaluate(input, ctx.call)),
  get: procedure('alert.read')
    .input(alertGetInput)
    .output(alert)
    .query(({ ctx, input }) => ctx.domain.alerts.get(input)),
  list: procedure('alert.read')
    .input(alertListInput)
    .output(alertPage)
    .query(({ ctx, input }) => ctx.domain.alerts.list(input)),
  acknowledge: procedure('alert.write')
    .input(alertAcknowledgeInput)
    .output(alert)
    .mutation(({ ctx, input }) => ctx.domain.alerts.acknowledge(input, ctx.call)),
  resolve: procedure('alert.write')
    .input(alertResolveInput)
    .output(alert)
    .mutation(({ ctx, input }) => ctx.domain.alerts.resolve(input, ctx.call)),
});
