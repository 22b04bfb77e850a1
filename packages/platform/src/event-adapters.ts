/** What carries events out of a process, and what it needs for that, made from the configuration. Nothing connects before it is used. */
import type { EventStreamPublisher } from '@granary/domain/ports/event-stream';
import type { SecretBox } from '@granary/domain/ports/secret-box';
import type { WebhookSender, WebhookUrlProblem } from '@granary/domain/ports/webhook-sender';
import type { Config } from './env.ts';
import { openEventStream } from './event-stream.ts';
import type { Log } from './log.ts';
import { createSecretBox } from './secret-box.ts';
import { createWebhookSender } from './webhook-sender.ts';
import { createWebhookUrlCheck } from './webhook-url.ts';

export interface EventAdapters {
  /** Not ready without ENCRYPTION_KEYS. */
  readonly secretBox: SecretBox;
  readonly webhookSender: WebhookSender;
  readonly webhookUrlProblem: WebhookUrlProblem;
  /** Undefined without REDIS_URL. */
  readonly eventStream: EventStreamPublisher | undefined;
  close(): void;
}

export function createEventAdapters(config: Config, log: Log): EventAdapters {
  const { redisUrl, eventStreamKey, eventStreamLength, webhookAllowPrivate: allowPrivate, webhookTimeoutMs } = config;
  const sender = createWebhookSender({ allowPrivate, timeoutMs: webhookTimeoutMs });
  const stream =
    redisUrl === undefined
      ? undefined
      : openEventStream({ url: redisUrl, key: eventStreamKey, maxLength: eventStreamLength, log });
  return {
    secretBox: createSecretBox(config.encryptionKeys),
    webhookSender: sender.send,
    webhookUrlProblem: createWebhookUrlCheck({ allowPrivate }),
    eventStream: stream?.publish,
    close: () => {
      sender.close();
      stream?.close();
    },
  };
}
