/**
 * Lets scripts of named web pages call the api. To every other origin nothing is said, so that its browser keeps the answer
 * from it. There are no cookies, so nothing is done in anybody's name that does not show a token. No answer is kept by
 * anybody (no-store), so none needs to name Origin in Vary.
 */
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';

const METHODS = ['GET', 'POST', 'PUT'];
const REQUEST_HEADERS = [
  'authorization',
  'content-type',
  'idempotency-key',
  'last-event-id',
  'trpc-accept',
  'x-request-id',
];
const ANSWER_HEADERS = ['retry-after', 'x-request-id'];
const KEPT_SECONDS = 600;

/** Stands before both doors; without origins there is nothing to stand there. */
export function withCors(origins: readonly string[], listener: RequestListener): RequestListener {
  if (origins.length === 0) return listener;
  const allowed = new Set(origins);
  return (request, response) => {
    const { origin } = request.headers;
    if (origin === undefined || !allowed.has(origin)) return listener(request, response);
    if (request.method === 'OPTIONS')
      return isPreflight(request) ? answerPreflight(response, origin) : listener(request, response);
    response.setHeader('access-control-allow-origin', origin);
    response.setHeader('access-control-expose-headers', ANSWER_HEADERS.join(', '));
    listener(request, response);
  };
}

/** One that asks for more than there is, is no preflight of a call that could be made. */
function isPreflight({ headers }: IncomingMessage): boolean {
  const method = headers['access-control-request-method'] ?? '';
  const named = (headers['access-control-request-headers'] ?? '').split(',').map((name) => name.trim().toLowerCase());
  return METHODS.includes(method) && named.every((name) => name === '' || REQUEST_HEADERS.includes(name));
}

function answerPreflight(response: ServerResponse, origin: string): void {
  response
    .writeHead(204, {
      'access-control-allow-origin': origin,
      'access-control-allow-methods': METHODS.join(', '),
      'access-control-allow-headers': REQUEST_HEADERS.join(', '),
      'access-control-max-age': String(KEPT_SECONDS),
      'cache-control': 'no-store',
    })
    .end();
}
