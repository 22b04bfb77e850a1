/** Webhooks: addresses that events are sent to, signed in the manner of Standard Webhooks (docs/events.md). */
import { z } from 'zod';
import { mutation } from './command.ts';
import { type EventType, eventTypes, type StockEvent } from './event.ts';
import { id, identifier, text } from './identifier.ts';
import { moment } from './instant.ts';
import { pageFields, pageOf } from './page.ts';

const MAX_URL = 2000;
const MAX_REPLAY = 500;
const MAX_OVERLAP_SECONDS = 7 * 86_400;

/** What is posted to a webhook; the headers webhook-id, webhook-timestamp and webhook-signature go with it. */
export interface WebhookPayload {
  readonly type: EventType;
  /** When the cause was recorded. */
  readonly timestamp: string;
  readonly data: StockEvent;
}

const webhookId = id;
const url = identifier(
  'Where events are posted to, without a user name or a password in it',
  MAX_URL,
  'https://shop.example.com/granary',
);
const types = z
  .array(z.enum(eventTypes as readonly [EventType, ...EventType[]]))
  .min(1)
  .max(eventTypes.length)
  .meta({ description: 'The only types of event that are sent', examples: [['stock.level.changed']] });
const description = text('What it is for', 500);
const eventId = identifier('Id of an event', 255, 'sku:TSHIRT-M:1');

export const webhookCreateInput = mutation({
  url,
  types: types.optional().meta({ description: 'The only types of event that are sent; all of them when left out' }),
  description: description.optional(),
});
export const webhookUpdateInput = mutation({
  webhookId,
  url: url.optional(),
  types: types
    .nullable()
    .optional()
    .meta({ description: 'The only types of event that are sent; null is all of them' }),
  description: description.nullable().optional().meta({ description: 'What it is for; null takes it away' }),
  isActive: z.boolean().optional().meta({
    description: 'False stops sending, and keeps nothing of what happens meanwhile; true goes on with what was waiting',
  }),
});
export const webhookRotateInput = mutation({
  webhookId,
  overlapSeconds: z
    .number()
    .int()
    .min(0)
    .max(MAX_OVERLAP_SECONDS)
    .default(86_400)
    .meta({
      description: 'For how long messages are signed with the old secret as well, at most 7 days',
      examples: [3600],
    }),
});
export const webhookTargetInput = mutation({ webhookId });
export const webhookGetInput = z.strictObject({ webhookId });
export const webhookListInput = z.strictObject(pageFields);

export const deliveryStates = ['pending', 'dead'] as const;
export type DeliveryState = (typeof deliveryStates)[number];
const deliveryState = z.enum(deliveryStates).meta({
  description: 'pending is still tried or waits behind another of its aggregate; dead is given up until it is replayed',
});

export const webhookDeliveryListInput = z.strictObject({ webhookId, state: deliveryState.optional(), ...pageFields });
export const webhookReplayInput = mutation({
  webhookId,
  eventIds: z
    .array(eventId)
    .min(1)
    .max(MAX_REPLAY)
    .optional()
    .meta({ description: 'The dead ones to send again; all of them when left out' }),
});

const count = z.number().int();

/** How a subscriber fares: webhooks as well as the stream and listeners. */
export const deliveryReport = z.strictObject({
  pending: count.meta({ description: 'Events that wait, for their time or behind another of their aggregate' }),
  dead: count.meta({ description: 'Events that were given up and can be replayed' }),
  delivered: count.meta({ description: 'Events taken, since the subscriber is known' }),
  failed: count.meta({ description: 'Tries that failed, since the subscriber is known' }),
  lastSuccessAt: moment.nullable(),
  lastFailureAt: moment.nullable(),
  lastError: z.string().nullable(),
  lastStatus: count
    .nullable()
    .meta({ description: 'The HTTP status of the last try that failed, where there was one' }),
  failingSince: moment.nullable().meta({ description: 'The first failure that no success has followed' }),
  waitingSince: moment.nullable().meta({ description: 'When the oldest event that waits was published: the lag' }),
});

export const webhook = z.strictObject({
  webhookId: z.string(),
  url: z.string(),
  types: z.array(z.string()).readonly().nullable().meta({ description: 'The only types that are sent; null is all' }),
  description: z.string().nullable(),
  isActive: z.boolean(),
  disabledReason: z.string().nullable().meta({ description: 'Why Granary itself disabled it' }),
  secretVersion: count.meta({ description: 'The version at which the current secret was made' }),
  previousSecretUntil: moment.nullable().meta({ description: 'Until when the secret before signs as well' }),
  createdBy: z.string(),
  createdAt: moment,
  updatedAt: moment,
  version: count,
});
const secret = z.string().nullable().meta({
  description:
    'The secret that signs, whsec_…, told to whoever made it; null in the answer to a repeat once another secret has taken its place',
});
export const webhookWithSecret = webhook.extend({ secret });
export const webhookReported = webhook.extend({ delivery: deliveryReport });
export const webhookPage = pageOf(webhookReported);
export const webhookRemoved = z.strictObject({
  webhookId: z.string(),
  dropped: count.meta({ description: 'Events that were waiting or dead' }),
});
export const webhookReplayed = z.strictObject({ webhookId: z.string(), replayed: count });

export const webhookDelivery = z.strictObject({
  eventId: z.string(),
  type: z.string(),
  aggregate: z.string(),
  state: deliveryState,
  attempts: count,
  nextAttemptAt: moment
    .nullable()
    .meta({ description: 'Null when dead, and while it waits behind another of its aggregate' }),
  lastError: z.string().nullable(),
  lastStatus: count.nullable(),
  createdAt: moment,
});
export const webhookDeliveryPage = pageOf(webhookDelivery);

export type Webhook = z.output<typeof webhook>;
export type WebhookWithSecret = z.output<typeof webhookWithSecret>;
export type WebhookReported = z.output<typeof webhookReported>;
export type WebhookRemoved = z.output<typeof webhookRemoved>;
export type WebhookReplayed = z.output<typeof webhookReplayed>;
export type WebhookDelivery = z.output<typeof webhookDelivery>;
export type DeliveryReport = z.output<typeof deliveryReport>;
export type WebhookCreateInput = z.output<typeof webhookCreateInput>;
export type WebhookUpdateInput = z.output<typeof webhookUpdateInput>;
export type WebhookRotateInput = z.output<typeof webhookRotateInput>;
export type WebhookTargetInput = z.output<typeof webhookTargetInput>;
export type WebhookGetInput = z.output<typeof webhookGetInput>;
export type WebhookListInput = z.output<typeof webhookListInput>;
export type WebhookDeliveryListInput = z.output<typeof webhookDeliveryListInput>;
export type WebhookReplayInput = z.output<typeof webhookReplayInput>;
