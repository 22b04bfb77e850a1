/**
 * One subscription: a stream that is opened again whenever it ends, from the last id heard, until its caller leaves, the api
 * refuses for good, or says that there is no more.
 */
import { errorFromAnswer, type GranaryError } from '@granary/contracts/error';
import { isErrorAnswer, isRecord } from './answer.ts';
import { ConnectionError } from './connection-error.ts';
import { eventFrames } from './event-frames.ts';
import { retryDelayMs } from './retry.ts';
import { openStream, type StreamOptions } from './stream-transport.ts';
import { parse, unreachable } from './transport.ts';

export type Failure = GranaryError | ConnectionError;

export type ConnectionState =
  /** `error` is why the stream before it ended, where it did not just end. */
  { readonly state: 'connecting'; readonly error: Failure | undefined } | { readonly state: 'open' };

export interface SubscriptionHandlers<Value> {
  readonly onData?: (value: Value) => void;
  /** It comes and goes; nothing has to be done about it. */
  readonly onConnectionStateChange?: (state: ConnectionState) => void;
  /** It is over: the api refuses for good. */
  readonly onError?: (error: Failure) => void;
  /** It is over: the api has no more to say. */
  readonly onComplete?: () => void;
  /** Ends it like `unsubscribe`. */
  readonly signal?: AbortSignal;
}

export interface Subscription {
  /** Nothing is heard after this. */
  unsubscribe(): void;
}

/** A stream that lasted so long was a good one: the next failure is a first one. */
const GOOD_MS = 5_000;

export interface Subscribed {
  readonly path: string;
  readonly input: unknown;
  readonly handlers: SubscriptionHandlers<unknown>;
}

export function subscribe(call: Subscribed, options: StreamOptions): Subscription {
  const { handlers } = call;
  const left = new AbortController();
  const leave = () => left.abort();
  handlers.signal?.addEventListener('abort', leave);
  if (handlers.signal?.aborted === true) leave();
  run(call, options, left.signal)
    // What a handler throws is its author's; here it would be lost.
    .catch((error: unknown) => queueMicrotask(() => raise(error)))
    .finally(() => handlers.signal?.removeEventListener('abort', leave));
  return { unsubscribe: leave };
}

function raise(error: unknown): never {
  throw error;
}

async function run({ path, input, handlers }: Subscribed, options: StreamOptions, left: AbortSignal): Promise<void> {
  let lastEventId: string | undefined;
  let failures = 0;
  let failure: Failure | undefined;
  while (!left.aborted) {
    handlers.onConnectionStateChange?.({ state: 'connecting', error: failure });
    const begun = Date.now();
    const listen = (value: { readonly id: string; readonly data: unknown }) => {
      lastEventId = value.id === '' ? lastEventId : value.id;
      failures = 0;
      handlers.onData?.(value.id === '' ? value.data : value);
    };
    const open = () => handlers.onConnectionStateChange?.({ state: 'open' });
    const resumed = lastEventId === undefined ? input : { ...(isRecord(input) ? input : {}), lastEventId };
    const ended = await hear({ path, input: resumed, listen, open }, options, left);
    if (left.aborted) return;
    if (ended === 'complete') return handlers.onComplete?.();
    failure = ended;
    failures = Date.now() - begun > GOOD_MS ? 1 : failures + 1;
    // A stream may end without a reason: its process shuts down, or it has lasted long enough.
    const delayMs = retryDelayMs(failure ?? unreachable(options.url, undefined), failures, Math.random());
    if (delayMs === undefined) return failure === undefined ? undefined : handlers.onError?.(failure);
    await sleep(delayMs, left);
  }
}

interface Hearing {
  readonly path: string;
  readonly input: unknown;
  readonly listen: (value: { readonly id: string; readonly data: unknown }) => void;
  readonly open: () => void;
}

/** Answers why it ended: for good, for a reason, or just so. */
async function hear(
  hearing: Hearing,
  options: StreamOptions,
  left: AbortSignal,
): Promise<'complete' | Failure | undefined> {
  const { path, input, listen, open } = hearing;
  const stream = await openStream({ path, input, signal: left }, options);
  if (!('body' in stream)) return stream;
  try {
    const frames = eventFrames(stream.body, stream.heard);
    for (;;) {
      const next = await frames.next().catch(stream.failureOf);
      if (next instanceof ConnectionError) return next;
      if (next.done === true || left.aborted) return undefined;
      const { event, id, data: text } = next.value;
      const data = parse(text);
      const over = endOf(event, data);
      if (over !== undefined) return over;
      if (event === 'connected') {
        stream.expectWithin(silenceOf(data));
        open();
      }
      if (event === 'message') {
        if (data === undefined) return notUnderstood();
        listen({ id, data });
      }
    }
  } finally {
    stream.close();
  }
}

/** How tRPC says that a stream is over. */
function endOf(event: string, shape: unknown): 'complete' | Failure | undefined {
  if (event === 'return') return 'complete';
  if (event !== 'serialized-error') return undefined;
  const answer = isRecord(shape) ? shape['data'] : undefined;
  return isErrorAnswer(answer) ? errorFromAnswer(answer) : notUnderstood();
}

function notUnderstood(): ConnectionError {
  return new ConnectionError({
    problem: 'unreadable',
    message: 'The stream holds what this client does not understand.',
    hint: 'See whether a proxy stands between, and whether client and api are of the same version.',
  });
}

/** The api says how long it is silent at most. */
function silenceOf(told: unknown): number | undefined {
  const ms = isRecord(told) ? told['reconnectAfterInactivityMs'] : undefined;
  return typeof ms === 'number' && ms > 0 ? ms : undefined;
}

async function sleep(ms: number, left: AbortSignal): Promise<void> {
  let stop: () => void = () => undefined;
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, ms);
    stop = () => {
      clearTimeout(timer);
      resolve();
    };
    left.addEventListener('abort', stop);
    if (left.aborted) stop();
  });
  left.removeEventListener('abort', stop);
}
