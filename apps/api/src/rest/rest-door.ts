/** The REST door: reads a request into the input of a procedure and calls the very procedure that /trpc calls. */
import { errorTable } from '@granary/contracts/error';
import type { Log } from '@granary/domain/ports/domain-ports';
import { type AnyRouter, callTRPCProcedure } from '@trpc/server';
import type { ErrorRequestHandler, Request, RequestHandler, Response } from 'express';
import { logFailure } from '../answers.ts';
import { type ApiContext, requestIdOf } from '../context.ts';
import { errorHeaders } from '../error-shape.ts';
import { granaryErrorFrom } from '../failure.ts';
import { invalidInput } from '../input-issues.ts';
import { proceduresOf } from '../openapi/procedure-face.ts';
import { jsonBody, queryText } from '../request-guard.ts';
import { malformedRequest } from '../transport-refusal.ts';
import { inputFromQuery } from './query-input.ts';
import { answerCsv } from './csv-answer.ts';
import { CSV_TYPE } from './csv-list.ts';
import { answerEvents } from './event-source.ts';
import { createRoutes, type Match } from './route.ts';

/** Where the door stands: the procedures, and the paths of the older inventory service. */
export const REST_PATHS = ['/v1', '/inventory'];

export interface RestDoorOptions {
  readonly router: AnyRouter;
  readonly contextOf: (request: Request) => ApiContext | Promise<ApiContext>;
  /** Runs when the request is known to be sound, before anything is done for it. */
  readonly beforeCall: RequestHandler;
  readonly log: Log;
}

type StreamCall = Omit<Parameters<typeof callTRPCProcedure>[0], 'router' | 'signal'>;

export function restDoor({ router, contextOf, beforeCall, log }: RestDoorOptions): RequestHandler[] {
  const routes = createRoutes(proceduresOf(router));
  const matches = new WeakMap<Request, Match>();

  const findRoute: RequestHandler = (request, _response, next) => {
    matches.set(request, routes(request.method, request.baseUrl + (request.path === '/' ? '' : request.path)));
    // What stands in the query beside a body would be silently lost.
    if (request.method !== 'GET' && queryText(request) !== '')
      throw malformedRequest(`a ${request.method} takes its input from the body alone, and its URL has a query`);
    next();
  };

  const answer: RequestHandler = async (request, response) => {
    const match = matches.get(request);
    if (match === undefined) throw new Error('a REST request without a route'); // findRoute runs first.
    const { path, type } = match;
    const input = type === 'subscription' ? resumed(inputOf(request, match), request) : inputOf(request, match);
    const ctx = await contextOf(request);
    const call = { ctx, path, type, getRawInput: () => Promise.resolve(input), batchIndex: 0 };
    if (type === 'subscription') return await stream(request, response, call);
    const ask = (given: unknown, by = ctx): Promise<unknown> =>
      callTRPCProcedure({ ...call, ctx: by, getRawInput: () => Promise.resolve(given), router, signal: undefined });
    const { csvColumns: columns } = match;
    if (columns === undefined || request.accepts(['application/json', CSV_TYPE]) !== CSV_TYPE)
      return void response.json(await ask(input));
    // A list may take long: whoever asks is looked at anew for every page.
    await answerCsv({ response, path, columns, input, ask: async (given) => ask(given, await contextOf(request)) });
  };

  async function stream(request: Request, response: Response, call: StreamCall): Promise<void> {
    const left = new AbortController();
    response.once('close', () => left.abort());
    const source = (await callTRPCProcedure({ ...call, router, signal: left.signal })) as AsyncIterable<unknown>;
    const facts = { requestId: requestIdOf(request), path: call.path };
    const failureOf = (thrown: unknown) => {
      const error = granaryErrorFrom(thrown, facts);
      logFailure(log, error, facts);
      return error;
    };
    await answerEvents({ response, source, leave: () => left.abort(), failureOf });
  }

  return [findRoute, ...jsonBody(), beforeCall, answer];
}

/** Whatever went wrong on a REST path is answered as a bare ErrorAnswer with the status of its kind. */
export function answerRestErrors(log: Log): ErrorRequestHandler {
  // eslint-disable-next-line max-params -- Express knows an error handler by its four parameters
  return (thrown, request, response, next) => {
    const requestId = requestIdOf(request);
    const path = request.baseUrl + request.path;
    const error = granaryErrorFrom(thrown, { requestId, method: request.method, path });
    logFailure(log, error, { requestId, path });
    if (response.headersSent || response.destroyed) return next(thrown);
    response
      .status(errorTable[error.kind].http)
      .set(errorHeaders([error]))
      .json(error.toAnswer());
  };
}

function inputOf(request: Request, { inputSchema, skuId }: Match): unknown {
  const input = request.method === 'GET' ? inputFromQuery(queryText(request), inputSchema) : bodyOf(request);
  return skuId === undefined ? input : withSkuId(input, skuId);
}

/** A browser that comes back says in a header where it was; what stands in the URL is where it once began. */
function resumed(input: unknown, request: Request): unknown {
  const lastEventId = request.headers['last-event-id'];
  if (typeof lastEventId !== 'string' || lastEventId === '') return input;
  return typeof input === 'object' && input !== null && !Array.isArray(input) ? { ...input, lastEventId } : input;
}

function bodyOf(request: Request): unknown {
  try {
    return JSON.parse(String(request.body));
  } catch {
    throw malformedRequest('it is not valid JSON');
  }
}

/** Two names for one field could differ, and then one of them would be ignored. */
function withSkuId(input: unknown, skuId: string): unknown {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) return input;
  if (Object.hasOwn(input, 'skuId'))
    throw invalidInput([{ path: 'skuId', message: 'is named by the path and must not be named again' }]);
  return { ...input, skuId };
}
