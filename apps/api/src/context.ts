/** What every procedure is given: who calls, from where, and the engine that does the work. */
import type { IncomingMessage } from 'node:http';
import type { ErrorKind } from '@granary/contracts/error';
import type { Principal } from '@granary/contracts/permission';
import type { SystemReadiness } from '@granary/contracts/system';
import type { Cost } from '@granary/cost/cost';
import type { Call, Domain } from '@granary/domain';
import type { Tracer } from '@granary/domain/ports/tracer';
import type { RecordRefusal } from '@granary/domain/services/refusal-record';
import type { EventStreamReader } from '@granary/platform/event-stream-reader';
import { redactText } from '@granary/platform/redact';
import { type CalledDomain, domainFor } from './access/domain-for.ts';
import type { Admit } from './limits/rate-gate.ts';
import { malformedRequest } from './transport-refusal.ts';
import { createWatchStock, type WatchStock } from './watch/stock-watch.ts';

/** What the process knows about itself. */
export interface ProcessFace {
  readonly version: string;
  readonly defaultStrategy: string;
  isDraining(): boolean;
  readiness(): Promise<SystemReadiness>;
}

export interface ApiContext {
  /** The engine as far as the principal may see it. */
  readonly domain: CalledDomain;
  /** Undefined when costing is switched off. */
  readonly cost: Cost | undefined;
  readonly process: ProcessFace;
  readonly principal: Principal;
  /** Puts a refusal that matters on record; never fails. */
  readonly recordRefusal: RecordRefusal;
  /** The stream of what happens to stock, as far as the principal may see it. */
  readonly watchStock: WatchStock;
  /** Caller and deadline, handed to the engine as they are. */
  readonly call: Call;
  readonly method: string;
  /** Counts the call when it has ended. */
  readonly countCall?: CountCall | undefined;
  /** Makes the span of the call. */
  readonly tracer?: Tracer | undefined;
  /** Header `Idempotency-Key`; only ever present for a single call. */
  readonly idempotencyKey: string | undefined;
}

export interface ContextParts {
  readonly domain: Domain;
  /** Undefined when costing is switched off. */
  readonly cost: Cost | undefined;
  readonly process: ProcessFace;
  /** Undefined without Redis. */
  readonly events: EventStreamReader | undefined;
  /** Who is asking; refuses a token that lets nobody in, and whoever asks too often. */
  readonly admit: Admit;
  /** The most that stock.check tells the public. */
  readonly publicCap: number;
  readonly requestDeadlineMs: number;
  readonly countCall?: CountCall | undefined;
  readonly tracer?: Tracer | undefined;
}

/** A call that has ended; `outcome` is `ok` or the kind of its error. */
export interface EndedCall {
  readonly procedure: string;
  readonly type: string;
  readonly outcome: ErrorKind | 'ok';
  readonly ms: number;
  readonly requestId: string;
  readonly actor: string;
}
export type CountCall = (call: EndedCall) => void;

/** `callCount` is how many calls the request holds. */
export type ContextOf = (request: IncomingMessage, callCount: number) => Promise<ApiContext>;

/** Long enough for every real agent, short enough for an audit row. */
const MAX_AGENT = 200;

export async function createContext(
  parts: ContextParts,
  request: IncomingMessage,
  callCount: number,
): Promise<ApiContext> {
  const principal = await parts.admit(request, callCount);
  return {
    domain: domainFor(parts.domain, principal, parts.publicCap),
    cost: parts.cost,
    process: parts.process,
    principal,
    recordRefusal: parts.domain.refusals.record,
    watchStock: createWatchStock(parts.events, { principal, hangUp: () => request.socket.destroy() }),
    call: {
      caller: {
        actor: principal.actor,
        // The socket's own address: a forwarded one is whatever the client wrote.
        address: request.socket.remoteAddress ?? null,
        agent: agentOf(request),
        requestId: requestIdOf(request),
      },
      deadlineMs: parts.requestDeadlineMs,
      mayBackdate: principal.may('stock.backdate'),
    },
    method: request.method ?? 'GET',
    countCall: parts.countCall,
    tracer: parts.tracer,
    idempotencyKey: keyFromHeader(request, callCount),
  };
}

/** It stands on every command, so a token that somebody put there is not kept. */
function agentOf({ headers }: IncomingMessage): string | null {
  const agent = headers['user-agent'];
  return agent === undefined ? null : redactText(agent).slice(0, MAX_AGENT);
}

const requestIds = new WeakMap<IncomingMessage, string>();

export function rememberRequestId(request: IncomingMessage, requestId: string): void {
  requestIds.set(request, requestId);
}

/** The id that the first middleware gave to this request. */
export function requestIdOf(request: IncomingMessage): string {
  return requestIds.get(request) ?? 'unknown';
}

/** One header cannot name the keys of several calls: the second one would be answered with the first one's effect. */
function keyFromHeader(request: IncomingMessage, callCount: number): string | undefined {
  const given = request.headersDistinct['idempotency-key'];
  if (given === undefined) return undefined;
  if (callCount > 1)
    throw malformedRequest(
      'the header Idempotency-Key names one call, and this batch holds several: put a key into each input',
    );
  if (given.length > 1) throw malformedRequest('the header Idempotency-Key is given more than once');
  return given[0];
}
