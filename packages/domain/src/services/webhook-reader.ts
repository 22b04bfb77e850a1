/** Webhooks and their queues, read: each with how it fares. */
import type { Page } from '@granary/contracts/page';
import type {
  WebhookDelivery,
  WebhookDeliveryListInput,
  WebhookGetInput,
  WebhookListInput,
  WebhookReported,
} from '@granary/contracts/webhook';
import type { WebhookRow } from '../entities/webhook.ts';
import { countDeliveries, listDeliveries } from '../persistence/event-delivery-store.ts';
import { readSubscribers, webhookSubscriber } from '../persistence/event-subscriber-store.ts';
import { pageOf } from '../persistence/page.ts';
import type { Tx } from '../persistence/transaction.ts';
import { findWebhook, listWebhooks } from '../persistence/webhook-store.ts';
import { notFound, present } from '../refusal.ts';
import { deliveryAnswer, deliveryReport, emptyQueue, webhookAnswer } from '../rules/webhook-answer.ts';
import type { Engine } from './execution.ts';

export async function getWebhook(engine: Engine, { webhookId }: WebhookGetInput): Promise<WebhookReported> {
  return await engine.units.read(async (tx) => {
    const [reported] = await reportedOf(tx, [await known(tx, webhookId)]);
    return present(reported, 'a webhook');
  });
}

export async function listWebhooksReported(engine: Engine, input: WebhookListInput): Promise<Page<WebhookReported>> {
  return await engine.units.read(async (tx) => {
    const page = await pageOf({
      ...{ list: 'webhooks', input },
      load: (after, limit) => listWebhooks(tx, { before: after?.[0], limit }),
      keyOf: (row) => [row.webhookId],
    });
    return { ...page, items: await reportedOf(tx, page.items) };
  });
}

export async function listWebhookDeliveries(
  engine: Engine,
  input: WebhookDeliveryListInput,
): Promise<Page<WebhookDelivery>> {
  return await engine.units.read(async (tx) => {
    await known(tx, input.webhookId);
    const subscriber = webhookSubscriber(input.webhookId);
    const page = await pageOf({
      ...{ list: 'deliveries', input },
      load: (after, limit) => listDeliveries(tx, { subscriber, state: input.state, after: after?.[0], limit }),
      keyOf: (row) => [row.position],
    });
    return { ...page, items: page.items.map(deliveryAnswer) };
  });
}

async function known(tx: Tx, webhookId: string): Promise<WebhookRow> {
  const row = await findWebhook(tx, webhookId);
  if (row === undefined) throw notFound('webhook', webhookId);
  return row;
}

async function reportedOf(tx: Tx, rows: readonly WebhookRow[]): Promise<readonly WebhookReported[]> {
  const names = rows.map(({ webhookId }) => webhookSubscriber(webhookId));
  const states = new Map((await readSubscribers(tx, names)).map((state) => [state.subscriber, state]));
  const queues = await countDeliveries(tx, names);
  return rows.map((row) => {
    const name = webhookSubscriber(row.webhookId);
    return { ...webhookAnswer(row), delivery: deliveryReport(states.get(name), queues.get(name) ?? emptyQueue) };
  });
}
