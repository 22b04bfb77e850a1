/** How webhooks are explained. */
import { example, type Guide, SOME_ID } from './guide.ts';

const ITS = { webhookId: 'webhook.create#/webhookId' };

export const webhookGuide: Guide = {
  'webhook.create': {
    summary: 'Have events posted to an address, and be told the secret that signs them',
    description:
      'Every event of the types named, from now on, at least once and in order along each aggregate, signed as Standard Webhooks has it. A repeat with the same idempotency key is told the same secret, as long as the webhook still has it. Needs ENCRYPTION_KEYS; without it INV_012.',
    examples: [
      {
        name: 'levels only',
        input: {
          url: 'https://shop.example.com/granary',
          types: ['stock.level.changed'],
          description: 'The shop keeps its own copy of stock',
        },
      },
      { name: 'every event', input: { url: 'https://audit.example.com/events' } },
    ],
  },
  'webhook.list': {
    summary: 'Webhooks, newest first, page by page, each with how it fares',
    examples: example({}),
  },
  'webhook.get': {
    summary: 'One webhook and how it fares',
    description: 'What waits, what was given up, when it last took something, and why the last try failed.',
    examples: example({ webhookId: SOME_ID }, ITS),
  },
  'webhook.update': {
    summary: 'Change where events go, which, or whether any do',
    description:
      'While it is not active nothing is kept of what happens; what was waiting goes on when it is active again. Granary disables a webhook itself when it answers 410, or has failed for days without a success.',
    examples: example(
      { webhookId: SOME_ID, types: ['stock.level.changed', 'stock.inbound'], description: null, isActive: true },
      ITS,
    ),
  },
  'webhook.rotateSecret': {
    summary: 'Make a new secret, and be told it',
    description: 'For as long as overlapSeconds says every message carries two signatures, one by each secret.',
    examples: example({ webhookId: SOME_ID, overlapSeconds: 3600 }, ITS),
  },
  'webhook.test': {
    summary: 'Send a stock.webhook.tested, whatever types it takes',
    description: 'It goes the way of every event, through the same queue; webhook.get tells what became of it.',
    examples: example({ webhookId: SOME_ID }, ITS),
  },
  'webhook.deliveries': {
    summary: 'What a webhook has still to get: waiting or given up, in the order of publication',
    examples: example({ webhookId: SOME_ID, state: 'dead' }, ITS),
  },
  'webhook.replay': {
    summary: 'Send again what was given up',
    description:
      'The events named, or all of them, at most 5,000 a call; each is tried from the start, in order along its aggregate and before what waits there.',
    examples: example({ webhookId: SOME_ID }, ITS),
  },
  'webhook.remove': {
    summary: 'Take a webhook away, with all that waits for it',
    examples: example({ webhookId: SOME_ID }, { webhookId: 'webhook.list#/items/0/webhookId' }),
  },
};
