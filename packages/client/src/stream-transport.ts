/** Opens a stream with fetch, token in its header, and watches over it: one that falls silent is given up. */
import { errorFromAnswer, type GranaryError } from '@granary/contracts/error';
import { isErrorAnswer, isRecord } from './answer.ts';
import type { ConnectionError } from './connection-error.ts';
import { type Fetch, parse, tooLate, unreachable, unreadable } from './transport.ts';

export interface StreamOptions {
  readonly url: string;
  readonly fetch: Fetch;
  readonly headers: Readonly<Record<string, string>>;
  /** How long the stream may take to open. */
  readonly timeoutMs: number;
}

export interface OpenStream {
  readonly body: NonNullable<Response['body']>;
  readonly heard: () => void;
  /** From now on a silence of so many milliseconds ends it; undefined for no limit. */
  readonly expectWithin: (ms: number | undefined) => void;
  /** What a failing read means. */
  readonly failureOf: (cause: unknown) => ConnectionError;
  readonly close: () => void;
}

export interface StreamRequest {
  readonly path: string;
  readonly input: unknown;
  readonly signal: AbortSignal;
}

/** Answers the failure instead, where there is no stream. Always a POST, as five hundred SKUs do not fit into a URL. */
export async function openStream(
  { path, input, signal }: StreamRequest,
  options: StreamOptions,
): Promise<OpenStream | GranaryError | ConnectionError> {
  const silence = createSilence(signal, options.timeoutMs);
  const failureOf = (cause: unknown) =>
    silence.isOver() ? tooLate({ ...options, timeoutMs: silence.limitMs() }, cause) : unreachable(options.url, cause);
  try {
    const { fetch, url, headers } = options;
    const response = await fetch(`${url}/${path}`, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json', accept: 'text/event-stream' },
      body: JSON.stringify(input ?? {}),
      signal: silence.signal,
    });
    const type = response.headers.get('content-type') ?? '';
    if (response.ok && type.startsWith('text/event-stream') && response.body !== null) {
      const { heard, expectWithin, end } = silence;
      return { body: response.body, heard, expectWithin, failureOf, close: end };
    }
    const refusal = refusalIn(parse(await response.text())) ?? unreadable(url, response);
    silence.end();
    return refusal;
  } catch (cause) {
    silence.end();
    return failureOf(cause);
  }
}

function refusalIn(body: unknown): GranaryError | undefined {
  const error = isRecord(body) ? body['error'] : undefined;
  const data = isRecord(error) ? error['data'] : undefined;
  return isErrorAnswer(data) ? errorFromAnswer(data) : undefined;
}

/** A signal that aborts when its caller leaves, or when nothing has been heard for too long. */
function createSilence(left: AbortSignal, openWithinMs: number) {
  const controller = new AbortController();
  const state = { over: false, limitMs: openWithinMs as number | undefined };
  let timer: ReturnType<typeof setTimeout> | undefined;
  const leave = () => controller.abort();
  const watch = () => {
    clearTimeout(timer);
    if (state.limitMs === undefined) return;
    timer = setTimeout(() => {
      state.over = true;
      controller.abort();
    }, state.limitMs);
  };
  left.addEventListener('abort', leave);
  if (left.aborted) leave();
  watch();
  return {
    signal: controller.signal,
    isOver: () => state.over,
    limitMs: () => state.limitMs ?? 0,
    heard: watch,
    expectWithin(ms: number | undefined) {
      state.limitMs = ms;
      watch();
    },
    end() {
      clearTimeout(timer);
      left.removeEventListener('abort', leave);
      controller.abort();
    },
  };
}
