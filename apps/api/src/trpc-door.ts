/** The door of tRPC in its standard form: every call, batch and stream that its adapter for Express knows. */
import type { Log } from '@granary/domain/ports/domain-ports';
import type { AnyRouter } from '@trpc/server';
import { createExpressMiddleware } from '@trpc/server/adapters/express';
import type { RequestHandler } from 'express';
import type { ContextOf } from './context.ts';
import { MAX_BATCH, MAX_BODY_BYTES, MEDIA_TYPE } from './transport-refusal.ts';
import { failureHeaders, noteFailure } from './trpc-failure.ts';

export interface TrpcDoorOptions {
  readonly router: AnyRouter;
  readonly contextOf: ContextOf;
  readonly log: Log;
}

export function trpcDoor({ router, contextOf, log }: TrpcDoorOptions): RequestHandler {
  return createExpressMiddleware({
    router,
    createContext: ({ req, info }) => contextOf(req, info.calls.length),
    // A query whose input is too long for a URL comes as a POST; a mutation is never a GET.
    allowMethodOverride: true,
    maxBatchSize: MAX_BATCH,
    maxBodySize: MAX_BODY_BYTES,
    onError: ({ error, req, path }) => noteFailure(log, { error, request: req, path }),
    responseMeta: ({ errors, type, eagerGeneration }) => ({
      headers: {
        ...failureHeaders(errors, type),
        // tRPC leaves the type of what it refuses early to a default of text/plain; a stream names its own.
        ...(eagerGeneration ? { connection: 'close' } : { 'content-type': MEDIA_TYPE }),
      },
    }),
  });
}
