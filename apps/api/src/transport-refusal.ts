/** Refusals of the request itself (INV_017): nothing was understood, so nothing was done. */
import { GranaryError } from '@granary/contracts/error';
import { redactText } from '@granary/platform/redact';

export const MAX_BODY_BYTES = 1_048_576;
export const MAX_BATCH = 20;
export const MAX_URL = 8_192;
export const MAX_HEADERS = 100;
export const MEDIA_TYPE = 'application/json';

const QUOTED_LENGTH = 64;

export function malformedRequest(problem: string): GranaryError {
  return new GranaryError('malformedRequest', {
    message: `The request cannot be read: ${problem}.`,
    hint: 'Send one JSON document in UTF-8 whose shape the procedure describes.',
    details: { problem },
  });
}

export function unknownRoute(path: string): GranaryError {
  const shown = cut(redactText(path));
  return new GranaryError('unknownRoute', {
    message: `Nothing answers to the path "${shown}".`,
    hint: 'Call a procedure as /trpc/<router>.<procedure>, such as /trpc/stock.check; names are case-sensitive.',
    details: { path: shown },
  });
}

export function methodNotAllowed(method: string, allowed: readonly string[]): GranaryError {
  return new GranaryError('methodNotAllowed', {
    message: `${cut(method)} is not allowed here.`,
    hint: `Use ${allowed.join(' or ')}; a mutation is always a POST.`,
    details: { method: cut(method), allowed },
  });
}

export function unsupportedMediaType(): GranaryError {
  return new GranaryError('unsupportedMediaType', {
    message: 'Only JSON in UTF-8 without a content encoding is read.',
    hint: `Send the header Content-Type: ${MEDIA_TYPE} and the plain body.`,
    details: { allowed: MEDIA_TYPE },
  });
}

export function payloadTooLarge(): GranaryError {
  return new GranaryError('payloadTooLarge', {
    message: `The body is larger than ${MAX_BODY_BYTES} bytes.`,
    hint: 'Send fewer lines or calls at a time.',
    details: { limitBytes: MAX_BODY_BYTES },
  });
}

export function uriTooLong(): GranaryError {
  return new GranaryError('uriTooLong', {
    message: `The URL is longer than ${MAX_URL} characters.`,
    hint: 'Send the query as a POST with the input in the body.',
    details: {},
  });
}

export function headersTooLarge(): GranaryError {
  return new GranaryError('headersTooLarge', {
    message: `The request has more than ${MAX_HEADERS} headers, or they are too large.`,
    hint: 'Send fewer and shorter headers.',
    details: {},
  });
}

export function requestTimeout(): GranaryError {
  return new GranaryError('requestTimeout', {
    message: 'The request did not arrive in time.',
    hint: 'Send the whole request at once; nothing was done.',
    details: {},
  });
}

export function shuttingDown(): GranaryError {
  return new GranaryError('shuttingDown', {
    message: 'This process is shutting down and takes no new work.',
    hint: 'Send the call again with the same idempotency key; another process will take it.',
    details: { retryAfterSeconds: 1 },
  });
}

/** An answer must not echo a large input. */
function cut(text: string): string {
  return text.length > QUOTED_LENGTH ? `${text.slice(0, QUOTED_LENGTH)}…` : text;
}
