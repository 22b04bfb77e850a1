/** The walk's steps over webhooks: one is made, changed and taken away. */
import { expect } from 'vitest';
import type { Step, Walker } from './mutation-step.ts';

const onlyWebhook = async ({ at }: Walker) => {
  const [webhook] = (await at.domain.webhooks.list({ limit: 1 })).items;
  return { webhookId: webhook?.webhookId ?? '' };
};

export const webhookMutations: readonly Step[] = [
  {
    procedure: 'webhook.create',
    types: ['stock.webhook.created'],
    before: null,
    after: { origin: 'https://example.com', types: ['stock.inbound'], isActive: true, secretVersion: 1 },
    work: ({ at, call }) =>
      at.domain.webhooks.create({ url: 'https://example.com/hook', types: ['stock.inbound'] }, call),
  },
  {
    procedure: 'webhook.update',
    types: ['stock.webhook.updated'],
    before: { description: null },
    after: { description: 'walked', version: 2 },
    work: async (walker) =>
      walker.at.domain.webhooks.update({ ...(await onlyWebhook(walker)), description: 'walked' }, walker.call),
  },
  {
    procedure: 'webhook.rotateSecret',
    types: ['stock.webhook.rotated'],
    before: { secretVersion: 1, previousSecretUntil: null },
    after: { secretVersion: 3, previousSecretUntil: expect.any(String) },
    work: async (walker) =>
      walker.at.domain.webhooks.rotateSecret({ ...(await onlyWebhook(walker)), overlapSeconds: 60 }, walker.call),
  },
  {
    procedure: 'webhook.test',
    types: ['stock.webhook.tested'],
    before: { version: 3 },
    after: { version: 4 },
    work: async (walker) => walker.at.domain.webhooks.test(await onlyWebhook(walker), walker.call),
  },
  {
    procedure: 'webhook.replay',
    types: ['stock.webhook.replayed'],
    before: { version: 4 },
    after: { version: 5, replayed: 0 },
    work: async (walker) => walker.at.domain.webhooks.replay(await onlyWebhook(walker), walker.call),
  },
  {
    procedure: 'webhook.remove',
    types: ['stock.webhook.removed'],
    before: { isActive: true },
    after: { isActive: false, version: 6 },
    work: async (walker) => walker.at.domain.webhooks.remove(await onlyWebhook(walker), walker.call),
  },
];
