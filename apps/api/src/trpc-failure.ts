/** What failures of calls under /trpc leave beside their bodies: a line in the log, and headers. */
import type { IncomingMessage } from 'node:http';
import type { Log } from '@granary/domain/ports/domain-ports';
import type { TRPCError } from '@trpc/server';
import { logFailure } from './answers.ts';
import { requestIdOf } from './context.ts';
import { errorHeaders } from './error-shape.ts';
import { granaryErrorFrom } from './failure.ts';

export interface Failed {
  readonly error: TRPCError;
  readonly request: IncomingMessage;
  /** Undefined when the request failed as a whole. */
  readonly path: string | undefined;
}

export function noteFailure(log: Log, { error, request, path }: Failed): void {
  const requestId = requestIdOf(request);
  logFailure(log, granaryErrorFrom(error, { requestId, path }), { requestId, path });
}

export function failureHeaders(errors: readonly TRPCError[], type: string): Record<string, string> {
  return errorHeaders(
    errors.map((error) => granaryErrorFrom(error, { requestId: 'unknown', isMutation: type === 'mutation' })),
  );
}
