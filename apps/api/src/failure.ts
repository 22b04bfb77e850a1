/** Whatever escapes a call becomes one GranaryError here, so that both doors answer from the one table. */
import { GranaryError } from '@granary/contracts/error';
import { TRPCError } from '@trpc/server';
import { z } from 'zod';
import { invalidInput, issuesOf } from './input-issues.ts';
import {
  MAX_BATCH,
  malformedRequest,
  methodNotAllowed,
  payloadTooLarge,
  requestTimeout,
  unknownRoute,
  unsupportedMediaType,
} from './transport-refusal.ts';

export interface FailureFacts {
  readonly requestId: string;
  readonly method?: string | undefined;
  readonly path?: string | undefined;
  /** Whether the procedure changes something, where one was found. */
  readonly isMutation?: boolean;
}

/** Never throws and never lets a foreign message through: those may hold SQL, paths and secrets. */
export function granaryErrorFrom(failure: unknown, facts: FailureFacts): GranaryError {
  const inner = failure instanceof TRPCError ? (failure.cause ?? failure) : failure;
  if (inner instanceof GranaryError) return inner.kind === 'databaseFailure' ? databaseFailure(facts, inner) : inner;
  if (failure instanceof TRPCError) return fromTrpc(failure, facts);
  return fromHttp(failure, facts);
}

/** The message is fixed: what went wrong is in the log under the request id. */
function databaseFailure(facts: FailureFacts, cause: unknown): GranaryError {
  return new GranaryError('databaseFailure', {
    message: 'Something failed inside Granary; the call was not answered.',
    hint: 'Repeat the call with the same idempotency key, or give the request id to the operator: the log holds the cause.',
    details: { requestId: facts.requestId },
    cause,
  });
}

function fromTrpc(error: TRPCError, facts: FailureFacts): GranaryError {
  switch (error.code) {
    case 'BAD_REQUEST':
    case 'PARSE_ERROR':
      // An answer that fails its own schema arrives as INTERNAL_SERVER_ERROR, so this is the caller's input.
      return error.cause instanceof z.core.$ZodError
        ? invalidInput(issuesOf(error.cause))
        : malformedRequest(problemOf(error));
    case 'UNPROCESSABLE_CONTENT':
      return malformedRequest(problemOf(error));
    case 'NOT_FOUND':
      return unknownRoute(facts.path ?? '');
    case 'METHOD_NOT_SUPPORTED':
      return methodNotAllowed(facts.method ?? '', facts.isMutation === true ? ['POST'] : ['GET', 'POST']);
    case 'UNSUPPORTED_MEDIA_TYPE':
      return unsupportedMediaType();
    case 'PAYLOAD_TOO_LARGE':
      return payloadTooLarge();
    case 'TIMEOUT':
    case 'CLIENT_CLOSED_REQUEST':
      return requestTimeout();
    default:
      return databaseFailure(facts, error.cause ?? error);
  }
}

/** tRPC's own sentences quote the input, so each is told apart by its cause and said anew. */
function problemOf(error: TRPCError): string {
  if (error.cause instanceof SyntaxError) return 'it is not valid JSON';
  if (error.cause instanceof URIError) return 'its path is not valid URL encoding';
  if (error.message.startsWith('Batch call exceeds')) return `a batch holds at most ${MAX_BATCH} calls`;
  if (error.message.startsWith('Cannot mix')) return 'a batch holds either queries or mutations, not both';
  if (error.message.startsWith('"input" needs'))
    return 'the input of a batch is an object with one entry per call, such as {"0": {…}}';
  return 'its shape is not that of a call';
}

/** Express and its body reader mark the client's mistakes with a status of 4xx. */
function fromHttp(failure: unknown, facts: FailureFacts): GranaryError {
  switch (statusOf(failure)) {
    case 400:
      return malformedRequest(
        failure instanceof URIError ? 'its path is not valid URL encoding' : 'the body did not arrive whole',
      );
    case 404:
      return unknownRoute(facts.path ?? '');
    case 408:
      return requestTimeout();
    case 413:
      return payloadTooLarge();
    case 415:
      return unsupportedMediaType();
    default:
      return databaseFailure(facts, failure);
  }
}

function statusOf(failure: unknown): number | undefined {
  if (typeof failure !== 'object' || failure === null || !('status' in failure)) return undefined;
  return typeof failure.status === 'number' ? failure.status : undefined;
}
