/** Carries one event to one webhook: signed, to public addresses only, within a bounded time; whatever goes wrong is told, not thrown. */
import http from 'node:http';
import https from 'node:https';
import type { WebhookMessage, WebhookOutcome, WebhookSender } from '@granary/domain/ports/webhook-sender';
import { exchange, type ExchangeAnswer } from './webhook-exchange.ts';
import { createGuardedLookup, createPublicResolve, resolveLocally, type Resolve } from './webhook-lookup.ts';
import { retryAfterMs } from './retry-after.ts';
import { redactText } from './redact.ts';
import { signedHeaders } from './webhook-signature.ts';
import { createWebhookUrlCheck } from './webhook-url.ts';

export interface WebhookSenderOptions {
  /** For local development and tests: http, any port and private addresses as well. */
  readonly allowPrivate: boolean;
  /** From the first look-up to the end of the answer; 15,000 when left out. */
  readonly timeoutMs?: number;
  /** How much of that connecting may take; 5,000 when left out. */
  readonly connectTimeoutMs?: number;
  /** The authorities to believe in place of the usual ones, as PEM: for tests. */
  readonly authorities?: string;
  /** In place of DNS: for tests. */
  readonly resolve?: Resolve;
}

export interface ClosableWebhookSender {
  readonly send: WebhookSender;
  /** Lets go of the connections that are kept for the next event. */
  close(): void;
}

const TIMEOUT_MS = 15_000;
const CONNECT_TIMEOUT_MS = 5_000;
/** A connection is kept this long for the next event: most receivers keep theirs for five seconds. */
const KEPT_MS = 4_000;
const MOST_KEPT = 16;
const LONGEST_ERROR = 300;

export function createWebhookSender(options: WebhookSenderOptions): ClosableWebhookSender {
  const { allowPrivate, timeoutMs = TIMEOUT_MS, connectTimeoutMs = CONNECT_TIMEOUT_MS, authorities } = options;
  const problemOf = createWebhookUrlCheck({ allowPrivate });
  const resolve = options.resolve ?? (allowPrivate ? resolveLocally : createPublicResolve());
  const lookup = createGuardedLookup(resolve, allowPrivate);
  const kept = { keepAlive: true, maxFreeSockets: MOST_KEPT, timeout: KEPT_MS };
  const plain = new http.Agent(kept);
  const secure = new https.Agent({ ...kept, ...(authorities === undefined ? {} : { ca: authorities }) });
  const deliver = async (message: WebhookMessage, signal: AbortSignal): Promise<WebhookOutcome> => {
    const problem = problemOf(message.url);
    if (problem !== undefined) return failed(null, `the address is refused: ${problem}`);
    const url = new URL(message.url);
    const answer = await exchange({
      url,
      headers: { ...signedHeaders(message), ...bodyHeaders(message.body) },
      body: message.body,
      agent: url.protocol === 'https:' ? secure : plain,
      lookup,
      connectTimeoutMs,
      signal,
    });
    return outcomeOf(answer);
  };
  return {
    send: async (message, signal) => {
      const limit = limited(timeoutMs, signal);
      try {
        return await deliver(message, limit.signal);
      } catch (error) {
        return failed(null, textOf(error));
      } finally {
        limit.end();
      }
    },
    close: () => {
      plain.destroy();
      secure.destroy();
    },
  };
}

function bodyHeaders(body: string): Readonly<Record<string, string>> {
  return {
    'content-type': 'application/json; charset=utf-8',
    'content-length': String(Buffer.byteLength(body)),
    'user-agent': 'granary-webhooks',
  };
}

/** A 2xx whose body breaks off is a failure: a receiver, or a proxy before it, died in the middle, and a repeat does no harm. */
function outcomeOf({ status, headers, broken }: ExchangeAnswer): WebhookOutcome {
  if (status >= 200 && status < 300)
    return broken === undefined ? { ok: true, status } : failed(status, `answered ${status}, then: ${textOf(broken)}`);
  const isRedirect = status >= 300 && status < 400;
  const waitMs = retryAfterMs(headers['retry-after'], Date.now());
  return {
    ...failed(status, `answered ${status}${isRedirect ? ', and redirects are not followed' : ''}`),
    ...(waitMs === undefined ? {} : { retryAfterMs: waitMs }),
  };
}

function failed(status: number | null, error: string) {
  return { ok: false, status, error } as const;
}

/** An error of several addresses has no message of its own. */
function textOf(error: unknown): string {
  const all: unknown[] = error instanceof AggregateError ? error.errors : [error];
  const texts = all.map((one) => (one instanceof Error ? one.message || one.name : String(one)));
  return redactText([...new Set(texts)].join('; ')).slice(0, LONGEST_ERROR);
}

/** One signal for the time limit and the caller, which leaves nothing behind on a caller's signal that lives long. */
function limited(timeoutMs: number, signal: AbortSignal | undefined) {
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(new Error(`no whole answer within ${timeoutMs} ms`)), timeoutMs);
  const giveUp = () => controller.abort(new Error('given up by the sender'));
  signal?.addEventListener('abort', giveUp, { once: true });
  if (signal?.aborted === true) giveUp();
  return {
    signal: controller.signal,
    end: () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', giveUp);
    },
  };
}
