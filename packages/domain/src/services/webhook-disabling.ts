/** A webhook that Granary itself disables: its receiver is gone, or has failed for very long. A command and an event tell of it. */
import type { WebhookUpdateInput } from '@granary/contracts/webhook';
import type { Call } from '../call.ts';
import { lockWebhook, replaceWebhook } from '../persistence/webhook-store.ts';
import { accepted } from '../refusal.ts';
import { webhookAnswer, webhookFact } from '../rules/webhook-answer.ts';
import { draftNow, type Engine, execute } from './execution.ts';

export async function disableWebhook(engine: Engine, webhookId: string, reason: string): Promise<void> {
  const call: Call = {
    caller: { actor: 'worker', address: null, agent: 'granary-worker', requestId: `webhook:${webhookId}` },
  };
  const input: WebhookUpdateInput = { webhookId, isActive: false };
  await execute<null>(engine, {
    procedure: 'webhook.update',
    input,
    call,
    lock: { scope: 'document', keys: [`webhook:${webhookId}`] },
    decide: async (tx) => {
      const before = await lockWebhook(tx, webhookId);
      const draft = await draftNow(tx, engine);
      if (before?.isActive !== true) return { draft, outcome: accepted(null), isIdle: true };
      const version = before.version + 1;
      const after = { ...before, isActive: false, disabledReason: reason, updatedAt: draft.now, version };
      await replaceWebhook(tx, before, after);
      draft.facts.push(webhookFact({ type: 'stock.webhook.updated', before, after, commandId: tx.commandId }));
      return { draft, outcome: accepted(null), before: webhookAnswer(before), after: webhookAnswer(after) };
    },
  });
}
