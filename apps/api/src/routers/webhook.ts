/** Webhooks: made, changed, tested and listed with how they fare; what was given up is sent again by replay. */
import {
  webhook,
  webhookCreateInput,
  webhookDeliveryListInput,
  webhookDeliveryPage,
  webhookGetInput,
  webhookListInput,
  webhookPage,
  webhookRemoved,
  webhookReplayed,
  webhookReplayInput,
  webhookReported,
  webhookRotateInput,
  webhookTargetInput,
  webhookUpdateInput,
  webhookWithSecret,
} from '@granary/contracts/webhook';
import { procedure } from '../procedure.ts';
import { trpc } from '../trpc.ts';

export const webhookRouter = trpc.router({
  create: procedure('webhook.write')
    .input(webhookCreateInput)
    .output(webhookWithSecret)
    .mutation(({ ctx, input }) => ctx.domain.webhooks.create(input, ctx.call)),
  update: procedure('webhook.write')
    .input(webhookUpdateInput)
    .output(webhook)
    .mutation(({ ctx, input }) => ctx.domain.webhooks.update(input, ctx.call)),
  rotateSecret: procedure('webhook.write')
    .input(webhookRotateInput)
    .output(webhookWithSecret)
    .mutation(({ ctx, input }) => ctx.domain.webhooks.rotateSecret(input, ctx.call)),
  remove: procedure('webhook.write')
    .input(webhookTargetInput)
    .output(webhookRemoved)
    .mutation(({ ctx, input }) => ctx.domain.webhooks.remove(input, ctx.call)),
  test: procedure('webhook.write')
    .input(webhookTargetInput)
    .output(webhook)
    .mutation(({ ctx, input }) => ctx.domain.webhooks.test(input, ctx.call)),
  replay: procedure('webhook.write')
    .input(webhookReplayInput)
    .output(webhookReplayed)
    .mutation(({ ctx, input }) => ctx.domain.webhooks.replay(input, ctx.call)),
  get: procedure('webhook.read')
    .input(webhookGetInput)
    .output(webhookReported)
    .query(({ ctx, input }) => ctx.domain.webhooks.get(input)),
  list: procedure('webhook.read')
    .input(webhookListInput)
    .output(webhookPage)
    .query(({ ctx, input }) => ctx.domain.webhooks.list(input)),
  deliveries: procedure('webhook.read')
    .input(webhookDeliveryListInput)
    .output(webhookDeliveryPage)
    .query(({ ctx, input }) => ctx.domain.webhooks.deliveries(input)),
});
