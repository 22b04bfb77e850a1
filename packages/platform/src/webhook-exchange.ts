/** One request and its answer over HTTP: no redirects, little of the body, and an end to everything that takes too long. */
import http from 'node:http';
import https from 'node:https';
import type { LookupFunction, Socket } from 'node:net';

export interface ExchangeRequest {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly agent: http.Agent;
  readonly lookup: LookupFunction;
  readonly connectTimeoutMs: number;
  /** Its reason becomes the failure. */
  readonly signal: AbortSignal;
}

export interface ExchangeAnswer {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  /** Why the rest of the answer did not come, though it had begun. */
  readonly broken?: Error;
}

/** A receiver that has more to say is cut short, and judged by its status. */
const MAX_ANSWER_BYTES = 65_536;

/** Rejects when no status came. */
export async function exchange(request: ExchangeRequest): Promise<ExchangeAnswer> {
  try {
    return await attempt(request);
  } catch (error) {
    // The receiver closed a kept connection just as it was used again: the request was not looked at, and goes out once more.
    if (error instanceof StaleConnectionError) return await attempt(request);
    throw error;
  }
}

class StaleConnectionError extends Error {
  override readonly name = 'StaleConnectionError';
}

function attempt(options: ExchangeRequest): Promise<ExchangeAnswer> {
  const { url, headers, body, agent, lookup, signal } = options;
  const { request: open } = url.protocol === 'https:' ? https : http;
  return new Promise((resolve, reject) => {
    const request = open(url, { method: 'POST', headers, agent, lookup });
    const giveUp = () => request.destroy(signal.reason as Error);
    request.once('socket', (socket) => limitConnecting(socket, options, request));
    request.once('response', (response) => resolve(drained(response, signal)));
    request.once('error', (error: NodeJS.ErrnoException) => {
      const isStale = request.reusedSocket && error.code === 'ECONNRESET' && !signal.aborted;
      reject(isStale ? new StaleConnectionError('the kept connection was closed', { cause: error }) : error);
    });
    // Such as 101 Switching Protocols, which is neither a response nor an error.
    request.once('close', () => {
      signal.removeEventListener('abort', giveUp);
      reject(new Error('the connection ended without an answer'));
    });
    signal.addEventListener('abort', giveUp, { once: true });
    if (signal.aborted) giveUp();
    else request.end(body);
  });
}

/** Looking up the name, connecting and shaking hands together; a kept connection has all that behind it. */
function limitConnecting(
  socket: Socket,
  { url, connectTimeoutMs }: ExchangeRequest,
  request: http.ClientRequest,
): void {
  if (!socket.connecting) return;
  const timer = setTimeout(
    () => request.destroy(new Error(`no connection within ${connectTimeoutMs} ms`)),
    connectTimeoutMs,
  );
  const stop = () => clearTimeout(timer);
  socket.once(url.protocol === 'https:' ? 'secureConnect' : 'connect', stop);
  socket.once('close', stop);
}

function drained(response: http.IncomingMessage, signal: AbortSignal): Promise<ExchangeAnswer> {
  const answer = { status: response.statusCode ?? 0, headers: response.headers };
  return new Promise((resolve) => {
    let bytes = 0;
    response.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes <= MAX_ANSWER_BYTES) return;
      resolve(answer);
      response.destroy();
    });
    response.once('end', () => resolve(answer));
    const breakOff = () => {
      const broken = signal.aborted ? (signal.reason as Error) : new Error('the answer was cut short');
      resolve({ ...answer, broken });
    };
    response.once('error', breakOff);
    response.once('close', breakOff);
  });
}
