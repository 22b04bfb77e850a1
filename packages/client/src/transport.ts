/** fetch with a time limit, whose every failure is a ConnectionError: tRPC would hide the status of what it cannot parse. */
import { isGranaryAnswer } from './answer.ts';
import { ConnectionError } from './connection-error.ts';

export type Fetch = typeof globalThis.fetch;

export interface TransportOptions {
  readonly fetch: Fetch;
  readonly timeoutMs: number;
  /** For hints. */
  readonly url: string;
}

/** What tRPC needs of a response. */
interface ReadResponse {
  readonly ok: boolean;
  readonly status: number;
  json(): Promise<unknown>;
}

type Init = Parameters<Fetch>[1];

export function createTransport(options: TransportOptions) {
  // tRPC passes its url as a string, and an init of which only the signal matters here.
  return async (input: string | URL | Request, init?: unknown): Promise<ReadResponse> => {
    const given = (init ?? {}) as NonNullable<Init>;
    const { response, text } = await exchange(options, input, given);
    const body = parse(text);
    if (!isGranaryAnswer(body)) throw unreadable(options.url, response);
    return { ok: response.ok, status: response.status, json: () => Promise.resolve(body) };
  };
}

async function exchange(
  options: TransportOptions,
  input: string | URL | Request,
  init: NonNullable<Init>,
): Promise<{ response: Response; text: string }> {
  // A browser's fetch must not be called as a method of anything else.
  const { fetch, timeoutMs } = options;
  const late = AbortSignal.timeout(timeoutMs);
  const signal = init.signal ? AbortSignal.any([init.signal, late]) : late;
  try {
    const response = await fetch(input, { ...init, signal });
    return { response, text: await response.text() };
  } catch (cause) {
    if (init.signal?.aborted === true) throw aborted(cause);
    if (late.aborted) throw tooLate(options, cause);
    throw unreachable(options.url, cause);
  }
}

export function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export function aborted(cause: unknown): ConnectionError {
  return new ConnectionError({
    problem: 'aborted',
    message: 'The call was given up by its caller.',
    hint: 'The signal that came with the call was aborted.',
    cause,
  });
}

export function tooLate(
  { url, timeoutMs }: Pick<TransportOptions, 'url' | 'timeoutMs'>,
  cause: unknown,
): ConnectionError {
  return new ConnectionError({
    problem: 'timeout',
    message: `Granary at ${url} did not answer within ${timeoutMs} ms.`,
    hint: 'See whether the api is overloaded, or give createClient a larger timeoutMs.',
    cause,
  });
}

export function unreachable(url: string, cause: unknown): ConnectionError {
  return new ConnectionError({
    problem: 'unreachable',
    message: `Granary at ${url} cannot be reached, or hung up before it answered.`,
    hint: 'See whether the api runs and the url is right.',
    cause,
  });
}

export function unreadable(url: string, response: Response): ConnectionError {
  return new ConnectionError({
    problem: 'unreadable',
    message: `What answers at ${url} with status ${response.status} is not Granary, or not a Granary that this client knows.`,
    hint: 'See whether the url is right, whether a proxy stands between, and whether the client is as new as the api.',
    status: response.status,
    retryAfterMs: retryAfter(response.headers.get('retry-after')),
  });
}

/** Seconds only: the form with a date would trust two clocks to agree. */
function retryAfter(header: string | null): number | undefined {
  return header !== null && /^\d{1,6}$/.test(header) ? Number(header) * 1000 : undefined;
}
