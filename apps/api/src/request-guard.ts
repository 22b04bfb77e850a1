/** Looks at a request before tRPC does: what tRPC or Node would answer with 500, HTML or surprise is refused here by name. */
import type { NextFunction, Request, RequestHandler, Response } from 'express';
import { raw } from 'express';
import { invalidInput } from './input-issues.ts';
import { isTooDeep, MAX_JSON_DEPTH } from './json-depth.ts';
import {
  headersTooLarge,
  malformedRequest,
  MAX_BATCH,
  MAX_BODY_BYTES,
  MAX_HEADERS,
  MAX_URL,
  methodNotAllowed,
  unknownRoute,
  unsupportedMediaType,
  uriTooLong,
} from './transport-refusal.ts';

export const JSON_UTF8 = /^application\/json\s*(?:;\s*charset\s*=\s*(?:utf-8|"utf-8")\s*)?$/i;

/** Checks of the head, good for every route. */
export const guardHead: RequestHandler = (request, _response, next) => {
  if (request.originalUrl.length > MAX_URL) throw uriTooLong();
  if (request.rawHeaders.length / 2 > MAX_HEADERS) throw headersTooLarge();
  next();
};

/** A route of plain HTTP knows its methods; everything else is 405. */
export function onlyMethods(allowed: readonly string[]): RequestHandler {
  return (request, _response, next) => {
    if (!allowed.includes(request.method)) throw methodNotAllowed(request.method, allowed);
    next();
  };
}

/** Checks of a call under /trpc, in the order in which they cost. */
export function guardCall(): RequestHandler[] {
  return [onlyMethods(['GET', 'POST']), guardPath, guardQuery, ...jsonBody()];
}

const guardPath: RequestHandler = (request, _response, next) => {
  // tRPC takes what follows the last slash, so /trpc/anything/sku.get would be a second name of /trpc/sku.get.
  if (request.path.lastIndexOf('/') !== 0) throw unknownRoute(request.path);
  if (!isBatch(request)) return next();
  const paths = decoded(request.path.slice(1), 'its path').split(',');
  if (paths.includes('')) throw malformedRequest('the batch names an empty procedure');
  if (paths.length > MAX_BATCH)
    throw malformedRequest(`a batch holds at most ${MAX_BATCH} calls, this one has ${paths.length}`);
  next();
};

/** tRPC reads the first of several equal parameters and mends broken percent signs; a caller who sends those means something else. */
const guardQuery: RequestHandler = (request, _response, next) => {
  for (const name of ['input', 'batch']) {
    const values = queryValues(request, name);
    if (values.length > 1) throw malformedRequest(`the query names ${name} more than once`);
    const [value] = values;
    if (value !== undefined && isTooDeep(decoded(value, `the query parameter ${name}`))) throw tooDeep();
  }
  next();
};

/** Checks and reads a body of JSON, where the method has one. */
export function jsonBody(): RequestHandler[] {
  return [guardMediaType, readBody, guardBody];
}

const guardMediaType: RequestHandler = (request, _response, next) => {
  if (!hasBody(request)) return next();
  if (!JSON_UTF8.test(request.headers['content-type'] ?? '')) throw unsupportedMediaType();
  if ((request.headers['content-encoding'] ?? 'identity').toLowerCase() !== 'identity') throw unsupportedMediaType();
  next();
};

const readBody = raw({ type: () => true, limit: MAX_BODY_BYTES, inflate: false });

/** Leaves the checked text for tRPC, which parses it. */
function guardBody(request: Request, _response: Response, next: NextFunction): void {
  if (!hasBody(request)) return next();
  const body: unknown = request.body;
  const text = Buffer.isBuffer(body) ? decodeUtf8(body) : '';
  if (isTooDeep(text)) throw tooDeep();
  // An empty body is an input that names nothing: the schema then says which fields are missing.
  request.body = text === '' ? (isBatch(request) ? '{}' : 'null') : text;
  next();
}

function hasBody(request: Request): boolean {
  return request.method === 'POST' || request.method === 'PUT';
}

function decodeUtf8(body: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch {
    throw malformedRequest('the body is not valid UTF-8');
  }
}

function isBatch(request: Request): boolean {
  return queryValues(request, 'batch')[0] === '1';
}

/** The raw values of one parameter; Express's own reading would hide repeats and broken escapes. */
function queryValues(request: Request, name: string): string[] {
  return queryText(request)
    .split('&')
    .filter((pair) => pair === name || pair.startsWith(`${name}=`))
    .map((pair) => pair.slice(name.length + 1));
}

/** The query as it was sent, without its question mark. */
export function queryText(request: Request): string {
  const start = request.originalUrl.indexOf('?');
  return start === -1 ? '' : request.originalUrl.slice(start + 1);
}

export function decoded(text: string, where: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    throw malformedRequest(`${where} is not valid URL encoding`);
  }
}

export function tooDeep(): Error {
  return invalidInput([{ path: '', message: `must not be nested deeper than ${MAX_JSON_DEPTH}` }]);
}
