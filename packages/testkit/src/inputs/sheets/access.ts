/** Tokens and webhooks. */
import type { Sheets } from '../procedure-sheet.ts';
import { page } from './values.ts';

const HOOK = 'https://hooks.example.com/';
const settings = { url: HOOK, types: ['stock.inbound'], description: 'A description' };

export const accessSheets: Sheets = {
  'token.create': {
    calls: [
      async (fixtures) => ({
        ...{ name: 'A name', role: 'user', locationIds: [await fixtures.location()] },
        expiresAt: '2099-01-31T12:00:00Z',
      }),
    ],
    writes: ['token'],
  },
  'token.revoke': { calls: [async (fixtures) => ({ tokenId: await fixtures.token() })], writes: ['token'] },
  'token.list': { calls: [() => page] },
  'webhook.create': {
    calls: [(fixtures) => ({ ...settings, description: fixtures.name() })],
    writes: ['webhook', 'event_subscriber'],
  },
  'webhook.update': {
    calls: [async (fixtures) => ({ webhookId: await fixtures.webhook(), ...settings, isActive: true })],
    writes: ['webhook', 'event_subscriber', 'event_delivery'],
  },
  'webhook.rotateSecret': {
    calls: [async (fixtures) => ({ webhookId: await fixtures.webhook(), overlapSeconds: 60 })],
    writes: ['webhook'],
  },
  'webhook.remove': {
    calls: [async (fixtures) => ({ webhookId: await fixtures.webhook() })],
    writes: ['webhook', 'event_subscriber', 'event_delivery'],
  },
  'webhook.test': { calls: [async (fixtures) => ({ webhookId: await fixtures.webhook() })], writes: ['webhook'] },
  'webhook.replay': {
    calls: [
      async (fixtures) => ({ webhookId: (await fixtures.deadEvent()).webhookId }),
      async (fixtures) => {
        const { webhookId, eventId } = await fixtures.deadEvent();
        return { webhookId, eventIds: [eventId] };
      },
    ],
    writes: ['webhook', 'event_delivery'],
  },
  'webhook.get': { calls: [async (fixtures) => ({ webhookId: await fixtures.webhook() })] },
  'webhook.list': { calls: [() => page] },
  'webhook.deliveries': {
    calls: [async (fixtures) => ({ webhookId: await fixtures.webhook(), state: 'dead', ...page })],
  },
};
