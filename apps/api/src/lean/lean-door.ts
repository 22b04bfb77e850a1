/**
 * The short way for ordinary calls of /trpc: it stands before Express and spares them its chain, and the adapter of tRPC
 * that makes a Request, a Response and their streams for every call. Whatever else comes goes on to Express as it came.
 */
import { isUtf8 } from 'node:buffer';
import type { IncomingMessage, RequestListener } from 'node:http';
import type { Log } from '@granary/domain/ports/domain-ports';
import type { AnyRouter } from '@trpc/server';
import { beginAnswer, frameHeaders } from '../answers.ts';
import type { ContextOf } from '../context.ts';
import type { InFlight } from '../in-flight.ts';
import { proceduresOf } from '../openapi/procedure-face.ts';
import { noteFailure } from '../trpc-failure.ts';
import { leanAnswer } from './lean-answer.ts';
import { leanCallOf, type RunCall } from './lean-call.ts';
import { type CallType, type LeanHead, leanHeadOf, leanInputsOf } from './lean-request.ts';

export interface LeanDoorOptions {
  readonly router: AnyRouter;
  readonly contextOf: ContextOf;
  readonly inFlight: InFlight;
  readonly log: Log;
  /** Where everything else goes. */
  readonly otherwise: RequestListener;
}

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: Parameters<RequestListener>[1];
  readonly head: LeanHead;
}

interface Door extends LeanDoorOptions {
  readonly runs: ReadonlyMap<string, RunCall>;
}

export function leanDoor(options: LeanDoorOptions): RequestListener {
  const types = callTypes(options.router);
  const door = { ...options, runs: runsOf(options.router, [...types.keys()]) };
  return (request, response) => {
    const head = leanHeadOf(request, types);
    if (head === undefined) return options.otherwise(request, response);
    const exchange = { request, response, head };
    if (request.method === 'POST') readBody(request, (body) => takeBody(door, exchange, body));
    else take(door, exchange, head.urlInput === undefined ? noInputs(head) : leanInputsOf(head.urlInput, head));
  };
}

/** Streams have no short way. */
function callTypes(router: AnyRouter): ReadonlyMap<string, CallType> {
  return new Map(
    proceduresOf(router).flatMap(({ path, type }) => (type === 'subscription' ? [] : [[path, type] as const])),
  );
}

function runsOf(router: AnyRouter, paths: readonly string[]): ReadonlyMap<string, RunCall> {
  return new Map(paths.map((path) => [path, leanCallOf(router._def.procedures[path])]));
}

const noInputs = ({ paths }: LeanHead): readonly unknown[] => paths.map(() => undefined);

/** Its length was announced and is small; a body that never ends meets the time limits of the server. */
function readBody(request: IncomingMessage, then: (body: Buffer) => void): void {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => then(Buffer.concat(chunks)));
}

function takeBody(door: Door, exchange: Exchange, body: Buffer): void {
  // Nobody can read it a second time: the guards of Express find it where their own reader would have left it.
  Object.assign(exchange.request, { body });
  take(door, exchange, isUtf8(body) ? leanInputsOf(body.toString(), exchange.head) : undefined);
}

function take(door: Door, exchange: Exchange, inputs: readonly unknown[] | undefined): void {
  const { request, response } = exchange;
  if (inputs === undefined || door.inFlight.isDraining()) return door.otherwise(request, response);
  answer(door, exchange, inputs).catch((cause: unknown) => {
    door.log('error', 'an answer could not be sent', { cause });
    response.destroy();
  });
}

async function answer(
  { router, runs, contextOf, inFlight, log }: Door,
  { request, response, head }: Exchange,
  inputs: readonly unknown[],
): Promise<void> {
  const requestId = beginAnswer(inFlight, request, response);
  const { status, headers, body } = await leanAnswer(router, {
    ...head,
    inputs,
    runs,
    contextOf: () => contextOf(request, head.paths.length),
    onError: (error, path) => noteFailure(log, { error, request, path }),
  });
  const length = { 'content-length': Buffer.byteLength(body) };
  const vary = 'trpc-accept, accept';
  response.writeHead(status, { ...frameHeaders, 'x-request-id': requestId, vary, ...headers, ...length }).end(body);
}
