/**
 * Hears what other processes have changed. It asks its own connection for an answer several times a second: an answer comes after every
 * message that was sent before the question, so it tells up to when nothing can have been missed.
 */
import type { Sources } from '@granary/domain/ports/read-cache';
import type { Redis } from 'ioredis';

export interface ChangeListener {
  /** Everything told before this moment was heard; minus infinity while nobody listens. In the time of `now`. */
  heardAtMs(): number;
  close(): void;
}

export interface ChangeListenerParts {
  /** A connection of its own, as it only listens. */
  readonly redis: Redis;
  readonly channel: string;
  /** Its own messages are news of yesterday. */
  readonly self: string;
  readonly now: () => number;
  readonly changed: (sources: Sources) => void;
}

const ASK_EVERY_MS = 200;

export function startListening({ redis, channel, self, now, changed }: ChangeListenerParts): ChangeListener {
  let heardAtMs = -Infinity;
  /** Counts the times that the connection was lost or taken up. */
  let era = 0;
  let isListening = false;
  const lost = () => {
    era += 1;
    isListening = false;
    heardAtMs = -Infinity;
  };
  const takeUp = async () => {
    lost();
    const mine = era;
    await redis.subscribe(channel);
    if (mine !== era) return;
    // Whatever was told in between is lost.
    changed('everything');
    isListening = true;
  };
  const ask = async () => {
    const [mine, askedAtMs] = [era, now()];
    await redis.ping();
    if (mine === era) heardAtMs = Math.max(heardAtMs, askedAtMs);
  };
  redis.on('ready', () => void takeUp().catch(() => undefined));
  redis.on('close', lost);
  redis.on('message', (from: string, text: string) => {
    if (from !== channel) return;
    const message = messageIn(text);
    if (message.from !== self) changed(message.changed);
  });
  if (redis.status === 'ready') void takeUp().catch(() => undefined);
  const timer = setInterval(() => {
    if (isListening) void ask().catch(() => undefined);
  }, ASK_EVERY_MS);
  timer.unref();
  return {
    heardAtMs: () => heardAtMs,
    close: () => {
      clearInterval(timer);
      lost();
      redis.disconnect();
    },
  };
}

/** What nobody understands may be about anything. */
function messageIn(text: string): { readonly from: unknown; readonly changed: Sources } {
  try {
    const message: unknown = JSON.parse(text);
    if (typeof message !== 'object' || message === null || !('from' in message) || !('changed' in message))
      return { from: undefined, changed: 'everything' };
    const { from, changed } = message;
    const isList = Array.isArray(changed) && changed.every((skuId): skuId is string => typeof skuId === 'string');
    return { from, changed: isList ? changed : 'everything' };
  } catch {
    return { from: undefined, changed: 'everything' };
  }
}
