/** The api as a value: an Express app with the tRPC router, and a server that can be opened and drained in process. */
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { localPrincipal, type Principal } from '@granary/contracts/permission';
import type { SystemReadiness } from '@granary/contracts/system';
import type { Cost } from '@granary/cost/cost';
import type { Domain } from '@granary/domain';
import type { Log } from '@granary/domain/ports/domain-ports';
import type { Tracer } from '@granary/domain/ports/tracer';
import type { EventStreamReader } from '@granary/platform/event-stream-reader';
import type { AnyRouter } from '@trpc/server';
import express, { type Express, type RequestHandler } from 'express';
import { type Authenticate, createAuthentication } from './access/authentication.ts';
import { answerErrors, frame, noRoute } from './answers.ts';
import { type ContextOf, type CountCall, createContext, type ProcessFace } from './context.ts';
import { docsRoutes } from './docs-page.ts';
import { healthRoutes } from './health.ts';
import { createInFlight, type InFlight } from './in-flight.ts';
import { leanDoor } from './lean/lean-door.ts';
import { withCors } from './limits/cors.ts';
import { createRateGate, type RateLimits } from './limits/rate-gate.ts';
import { createNodeServer, defaultLimits, type ServerLimits } from './node-server.ts';
import { permissionsOf } from './permission-walk.ts';
import { guardCall, guardHead } from './request-guard.ts';
import { answerRestErrors, REST_PATHS, restDoor } from './rest/rest-door.ts';
import { appRouter } from './router.ts';
import { shuttingDown } from './transport-refusal.ts';
import { trpcDoor } from './trpc-door.ts';
import { apiVersion } from './version.ts';

export interface ApiOptions {
  readonly domain: Domain;
  /** Without it the procedures of cost are refused. */
  readonly cost?: Cost | undefined;
  readonly requestDeadlineMs: number;
  readonly defaultStrategy: string;
  /** Whether database and schema are as they must be. */
  readonly ready: () => Promise<SystemReadiness>;
  readonly log: Log;
  /** Told of every call when it has ended. */
  readonly countCall?: CountCall | undefined;
  readonly tracer?: Tracer | undefined;
  /** `tokens`: who shows none is a guest. `local`, also when left out: everybody who reaches the port may do everything. */
  readonly access?: 'local' | 'tokens';
  readonly publicCap?: number;
  /** What stock.watch hears; without it (no Redis) stock cannot be watched. */
  readonly events?: EventStreamReader | undefined;
  /** Whether ordinary calls of /trpc take the short way; true when left out. The answers are the same. */
  readonly leanHttp?: boolean;
  /** Everybody is this one, whatever they show: only tests and hosts with a gate of their own have one. */
  readonly principal?: Principal;
  readonly limits?: Partial<ServerLimits>;
  /** How often anybody may call; as often as they like when left out. */
  readonly rates?: RateLimits | undefined;
  /** Web pages whose scripts may call; none when left out. */
  readonly corsOrigins?: readonly string[];
  /** Another router than the app's own: only tests have one. */
  readonly router?: AnyRouter;
}

export interface Api {
  readonly app: Express;
  /** Port 0 takes a free one. Loopback unless a host is named. */
  listen(port: number, host?: string): Promise<{ readonly url: string; readonly port: number }>;
  /** Takes no new work, lets what runs finish for at most graceMs, then closes. Answers how many requests were cut off. */
  close(graceMs?: number): Promise<{ readonly cutOff: number }>;
}

/** The address cannot be had; the message says what to do. */
export class ListenError extends Error {
  override readonly name = 'ListenError';
}

/** A flash sale connects a thousand callers at once; with Node's 511 the rest would wait a second for their next try. */
const BACKLOG = 4_096;
const DEFAULT_PUBLIC_CAP = 10;
const DEFAULT_GRACE_MS = 10_000;

export function createApi(options: ApiOptions): Api {
  const router = options.router ?? appRouter;
  permissionsOf(router);
  const inFlight = createInFlight();
  const face = processFace(options, inFlight);
  const contextOf = contextsOf(options, face);
  const app = createApp(options, { router, inFlight, face, contextOf });
  const { leanHttp = true, log, corsOrigins = [] } = options;
  const listener = leanHttp ? leanDoor({ router, contextOf, inFlight, log, otherwise: app }) : app;
  const server = createNodeServer(withCors(corsOrigins, listener), { ...defaultLimits, ...options.limits });
  return {
    app,
    async listen(port, host = '127.0.0.1') {
      server.listen({ port, host, backlog: BACKLOG });
      await once(server, 'listening').catch((error: unknown) => {
        throw plainly(error, host, port);
      });
      const address = server.address() as AddressInfo; // A TCP server that listens has one.
      return { url: `http://${host.includes(':') ? `[${host}]` : host}:${address.port}`, port: address.port };
    },
    async close(graceMs = DEFAULT_GRACE_MS) {
      inFlight.startDraining();
      // Watchers would stay for minutes; they come back, to another process.
      options.events?.drain();
      if (!server.listening) return { cutOff: 0 };
      let cutOff = 0;
      const timer = setTimeout(() => {
        cutOff = inFlight.count;
        server.closeAllConnections();
      }, graceMs);
      await new Promise((resolve) => server.close(resolve));
      clearTimeout(timer);
      return { cutOff };
    },
  };
}

interface AppParts {
  readonly router: AnyRouter;
  readonly inFlight: InFlight;
  readonly face: ProcessFace;
  readonly contextOf: ContextOf;
}

function createApp({ log }: ApiOptions, { router, inFlight, face, contextOf }: AppParts): Express {
  const app = express().disable('x-powered-by').set('etag', false).enable('case sensitive routing');
  app.use(frame(inFlight), guardHead);
  healthRoutes(app, face);
  const beforeCall = refuseWhileDraining(face);
  app.use('/trpc', ...guardCall(), beforeCall, trpcDoor({ router, contextOf, log }));
  docsRoutes(app, router);
  app.use(REST_PATHS, ...restDoor({ router, beforeCall, log, contextOf: (request) => contextOf(request, 1) }));
  app.use(noRoute);
  app.use(REST_PATHS, answerRestErrors(log));
  app.use(answerErrors(log));
  return app;
}

function contextsOf(options: ApiOptions, face: ProcessFace): ContextOf {
  const parts = {
    domain: options.domain,
    cost: options.cost,
    process: face,
    events: options.events,
    admit: createRateGate(authenticationOf(options), options.rates),
    publicCap: options.publicCap ?? DEFAULT_PUBLIC_CAP,
    requestDeadlineMs: options.requestDeadlineMs,
    countCall: options.countCall,
    tracer: options.tracer,
  };
  return (request, callCount) => createContext(parts, request, callCount);
}

function authenticationOf({ access, domain, log, principal = localPrincipal }: ApiOptions): Authenticate {
  return access === 'tokens' ? createAuthentication(domain.tokens, log) : () => Promise.resolve(principal);
}

/** Idle connections close when a drain starts; this is for a request that was on its way. */
function refuseWhileDraining(face: ProcessFace): RequestHandler {
  return (_request, _response, next) => {
    if (face.isDraining()) throw shuttingDown();
    next();
  };
}

function processFace(options: ApiOptions, inFlight: InFlight): ProcessFace {
  return {
    version: apiVersion,
    defaultStrategy: options.defaultStrategy,
    isDraining: () => inFlight.isDraining(),
    async readiness() {
      const draining = {
        name: 'process',
        ok: !inFlight.isDraining(),
        detail: inFlight.isDraining() ? 'draining' : 'serving',
      };
      const { ready, checks, now } = await options.ready();
      return { ready: ready && draining.ok, checks: [draining, ...checks], now };
    },
  };
}

function plainly(error: unknown, host: string, port: number): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'EADDRINUSE')
    return new ListenError(
      `Port ${port} on ${host} is in use by another program: stop that program, or choose another port, as in PORT=${port + 1}.`,
    );
  if (code === 'EACCES')
    return new ListenError(`Port ${port} may not be opened by this user: choose one above 1023 (PORT=3000).`);
  if (code === 'EADDRNOTAVAIL') return new ListenError(`This machine has no address ${host}: set HOST=127.0.0.1.`);
  return error;
}
