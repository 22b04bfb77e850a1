/** The frame around every answer: request id, headers, and errors as JSON whoever threw them. */
import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { errorTable, type GranaryError } from '@granary/contracts/error';
import type { Log } from '@granary/domain/ports/domain-ports';
import type { ErrorRequestHandler, RequestHandler } from 'express';
import { redactText } from '@granary/platform/redact';
import { rememberRequestId, requestIdOf } from './context.ts';
import { errorHeaders, errorShape } from './error-shape.ts';
import { granaryErrorFrom } from './failure.ts';
import type { InFlight } from './in-flight.ts';
import { MEDIA_TYPE, unknownRoute } from './transport-refusal.ts';

/** As long as the column that keeps it. */
const REQUEST_ID = /^[\w.:-]{1,64}$/;

/** The api answers data, never pages: nothing may be framed, sniffed or kept, and a browser that came by TLS stays with it. */
export const frameHeaders = {
  'content-type': MEDIA_TYPE,
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'strict-transport-security': 'max-age=31536000',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
};

export function frame(inFlight: InFlight): RequestHandler {
  return (request, response, next) => {
    const requestId = beginAnswer(inFlight, request, response);
    response.set(frameHeaders).set('x-request-id', requestId);
    next();
  };
}

/** From here on the request counts as being answered, under the id that this answers. */
export function beginAnswer(inFlight: InFlight, request: IncomingMessage, response: ServerResponse): string {
  const given = request.headers['x-request-id'];
  const requestId = typeof given === 'string' && isRequestId(given) ? given : randomUUID();
  rememberRequestId(request, requestId);
  inFlight.add(response);
  return requestId;
}

/** It is kept and told, so one with a piece of a token in it is none. */
function isRequestId(given: string): boolean {
  return REQUEST_ID.test(given) && redactText(given) === given;
}

export const noRoute: RequestHandler = (request) => {
  throw unknownRoute(request.path);
};

export function answerErrors(log: Log): ErrorRequestHandler {
  // eslint-disable-next-line max-params -- Express knows an error handler by its four parameters
  return (thrown, request, response, next) => {
    const error = granaryErrorFrom(thrown, {
      requestId: requestIdOf(request),
      method: request.method,
      path: request.path,
    });
    logFailure(log, error, { requestId: requestIdOf(request), path: request.path });
    if (response.headersSent || response.destroyed) return next(thrown);
    response
      .status(errorTable[error.kind].http)
      .set(errorHeaders([error]))
      .json({ error: errorShape(error) });
  };
}

/** What the caller did wrong is the caller's; what went wrong here is the operator's. */
export function logFailure(log: Log, error: GranaryError, facts: Record<string, unknown>): void {
  const { http } = errorTable[error.kind];
  if (http < 500) return;
  const all = { ...facts, code: error.code, kind: error.kind, cause: error.cause };
  if (error.kind === 'databaseFailure') log('error', 'a call failed', all);
  else log('warn', error.message, all);
}
