/** The face of the package: what sibling apps import. */
export { GranaryError } from '@granary/contracts/error';
export type { EventType, StockEvent } from '@granary/contracts/event';
export { type ClientOptions, createClient, type GranaryClient } from './client.ts';
export { ConnectionError, type ConnectionProblem } from './connection-error.ts';
export { isGranaryError } from './granary-error.ts';
export type { ConnectionState, Subscription, SubscriptionHandlers } from './subscription.ts';
export {
  verifyWebhook,
  type WebhookHeaders,
  type WebhookProblem,
  type WebhookRequest,
  WebhookVerificationError,
} from './webhook.ts';
