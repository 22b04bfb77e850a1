/**
 * Webhooks as people manage them: made, changed, tested, listed with how they fare, their dead events replayed. A secret
 * is told to whoever makes it and to nobody else; rows, commands, events and logs have it sealed or not at all.
 */
import type { Page } from '@granary/contracts/page';
import type {
  Webhook,
  WebhookCreateInput,
  WebhookDelivery,
  WebhookDeliveryListInput,
  WebhookGetInput,
  WebhookListInput,
  WebhookRemoved,
  WebhookReplayed,
  WebhookReplayInput,
  WebhookReported,
  WebhookRotateInput,
  WebhookTargetInput,
  WebhookUpdateInput,
  WebhookWithSecret,
} from '@granary/contracts/webhook';
import { plusSeconds } from '@granary/contracts/instant';
import type { Call } from '../call.ts';
import type { WebhookRow } from '../entities/webhook.ts';
import { revive } from '../events/deliveries.ts';
import { hurryDeliveries, removeAllDeliveries } from '../persistence/event-delivery-store.ts';
import {
  ensureSubscribers,
  lockSubscriber,
  removeSubscriber,
  replaceSubscriber,
  webhookSubscriber,
} from '../persistence/event-subscriber-store.ts';
import type { Tx } from '../persistence/transaction.ts';
import { appendWebhook, findWebhook, removeWebhook } from '../persistence/webhook-store.ts';
import { accepted, invalidState, notFound, present } from '../refusal.ts';
import { webhookAnswer, webhookFact } from '../rules/webhook-answer.ts';
import { draftNow, type Engine, execute } from './execution.ts';
import { changeWebhook, typesText } from './webhook-change.ts';
import { getWebhook, listWebhookDeliveries, listWebhooksReported } from './webhook-reader.ts';
import { newWebhookSecret, openedSecret, readyBox, secretPlace } from './webhook-secret.ts';
import { assertUrl } from './webhook-url.ts';

export function createWebhookService(engine: Engine) {
  return {
    create: (input: WebhookCreateInput, call: Call): Promise<WebhookWithSecret> => create(engine, input, call),
    update: (input: WebhookUpdateInput, call: Call): Promise<Webhook> => update(engine, input, call),
    rotateSecret: (input: WebhookRotateInput, call: Call): Promise<WebhookWithSecret> => rotate(engine, input, call),
    remove: (input: WebhookTargetInput, call: Call): Promise<WebhookRemoved> => remove(engine, input, call),
    /** Queues a `stock.webhook.tested` for this webhook, whatever types it takes. */
    test: (input: WebhookTargetInput, call: Call): Promise<Webhook> => test(engine, input, call),
    replay: (input: WebhookReplayInput, call: Call): Promise<WebhookReplayed> => replay(engine, input, call),
    get: (input: WebhookGetInput): Promise<WebhookReported> => getWebhook(engine, input),
    list: (input: WebhookListInput): Promise<Page<WebhookReported>> => listWebhooksReported(engine, input),
    deliveries: (input: WebhookDeliveryListInput): Promise<Page<WebhookDelivery>> =>
      listWebhookDeliveries(engine, input),
  };
}

async function create(engine: Engine, input: WebhookCreateInput, call: Call): Promise<WebhookWithSecret> {
  const box = readyBox(engine.ports);
  assertUrl(engine.ports, input.url);
  const webhookId = engine.ports.ids();
  const secret = newWebhookSecret();
  const answer = await execute<Webhook>(engine, {
    procedure: 'webhook.create',
    input,
    call,
    lock: { scope: 'document', keys: [`webhook:${webhookId}`] },
    decide: async (tx) => {
      const draft = await draftNow(tx, engine);
      const row: WebhookRow = {
        ...{ webhookId, url: input.url, types: typesText(input.types ?? null) },
        ...{ description: input.description ?? null, isActive: true, disabledReason: null },
        ...{ secretSealed: box.seal(secret, secretPlace(webhookId, 1)), secretVersion: 1 },
        ...{ previousSealed: null, previousVersion: null, previousUntil: null },
        ...{ createdBy: call.caller.actor, createdAt: draft.now, updatedAt: draft.now, version: 1 },
      };
      await appendWebhook(tx, row);
      await ensureSubscribers(tx, [webhookSubscriber(webhookId)]);
      const fact = { type: 'stock.webhook.created', before: undefined, after: row, commandId: tx.commandId } as const;
      draft.facts.push(webhookFact(fact));
      return { draft, outcome: accepted(webhookAnswer(row)), after: webhookAnswer(row) };
    },
  });
  return await withSecret(engine, answer);
}

/** A repeat with the same key is told the same secret, as long as the webhook still has it. */
async function withSecret(engine: Engine, answer: Webhook): Promise<WebhookWithSecret> {
  const row = await engine.units.read((tx) => findWebhook(tx, answer.webhookId));
  return { ...answer, secret: openedSecret(engine.ports, row, answer.secretVersion) };
}

async function update(engine: Engine, input: WebhookUpdateInput, call: Call): Promise<Webhook> {
  const { webhookId, url, types, description, isActive } = input;
  if (url !== undefined) assertUrl(engine.ports, url);
  return await changeWebhook(engine, {
    ...{ procedure: 'webhook.update', type: 'stock.webhook.updated', input, webhookId, call },
    change: async ({ tx, row, now }) => {
      if (isActive === true && !row.isActive) await wake(tx, webhookId, now);
      return {
        ...{ ...row, url: url ?? row.url, types: types === undefined ? row.types : typesText(types) },
        description: description === undefined ? row.description : description,
        isActive: isActive ?? row.isActive,
        disabledReason: isActive === undefined ? row.disabledReason : null,
      };
    },
    answer: webhookAnswer,
  });
}

/** What was waiting when it was disabled goes on at once, and its failures are forgotten. */
async function wake(tx: Tx, webhookId: string, now: WebhookRow['updatedAt']): Promise<void> {
  const subscriber = webhookSubscriber(webhookId);
  const state = present(await lockSubscriber(tx, subscriber), 'the subscriber of a webhook');
  await replaceSubscriber(tx, { ...state, failingSince: null });
  await hurryDeliveries(tx, subscriber, now);
}

async function rotate(engine: Engine, input: WebhookRotateInput, call: Call): Promise<WebhookWithSecret> {
  const { webhookId, overlapSeconds } = input;
  const box = readyBox(engine.ports);
  const secret = newWebhookSecret();
  const answer = await changeWebhook(engine, {
    ...{ procedure: 'webhook.rotateSecret', type: 'stock.webhook.rotated', input, webhookId, call },
    change: ({ row, now }) => {
      const secretVersion = row.version + 1;
      return Promise.resolve({
        ...{ ...row, secretSealed: box.seal(secret, secretPlace(webhookId, secretVersion)), secretVersion },
        ...{ previousSealed: row.secretSealed, previousVersion: row.secretVersion },
        previousUntil: plusSeconds(now, overlapSeconds),
      });
    },
    answer: webhookAnswer,
  });
  return await withSecret(engine, answer);
}

async function remove(engine: Engine, input: WebhookTargetInput, call: Call): Promise<WebhookRemoved> {
  const { webhookId } = input;
  let dropped = 0;
  return await changeWebhook(engine, {
    ...{ procedure: 'webhook.remove', type: 'stock.webhook.removed', input, webhookId, call },
    change: async ({ tx, row }) => {
      const subscriber = webhookSubscriber(webhookId);
      await lockSubscriber(tx, subscriber);
      dropped = await removeAllDeliveries(tx, subscriber);
      await removeSubscriber(tx, subscriber);
      return { ...row, isActive: false };
    },
    write: (tx) => removeWebhook(tx, webhookId),
    answer: () => ({ webhookId, dropped }),
  });
}

async function test(engine: Engine, input: WebhookTargetInput, call: Call): Promise<Webhook> {
  return await changeWebhook(engine, {
    ...{ procedure: 'webhook.test', type: 'stock.webhook.tested', input, webhookId: input.webhookId, call },
    refuse: ({ isActive, webhookId }) => (isActive ? undefined : isDisabled(webhookId)),
    change: ({ row }) => Promise.resolve(row),
    answer: webhookAnswer,
  });
}

async function replay(engine: Engine, input: WebhookReplayInput, call: Call): Promise<WebhookReplayed> {
  const { webhookId } = input;
  const subscriber = webhookSubscriber(webhookId);
  const eventIds = input.eventIds === undefined ? undefined : [...new Set(input.eventIds)];
  let replayed = 0;
  return await changeWebhook(engine, {
    ...{ procedure: 'webhook.replay', type: 'stock.webhook.replayed', input, webhookId, call },
    change: async ({ tx, row }) => {
      const revived = await revive(tx, { subscriber, eventIds });
      const missing = eventIds?.find((eventId) => !revived.includes(eventId));
      if (missing !== undefined) throw notFound('dead event', missing);
      replayed = revived.length;
      return row;
    },
    answer: () => ({ webhookId, replayed }),
    more: () => ({ replayed }),
  });
}

function isDisabled(webhookId: string) {
  return invalidState({
    ...{ noun: 'webhook', id: webhookId, state: 'disabled' },
    message: `Webhook ${webhookId} is disabled and would not be sent anything.`,
    hint: 'Enable it with webhook.update isActive: true, then test it.',
  });
}
