/** How a failure looks on the wire: tRPC's envelope, whose data is the ErrorAnswer and the HTTP status of its kind. */
import { type ErrorAnswer, errorTable, type GranaryError } from '@granary/contracts/error';
import { TRPC_ERROR_CODES_BY_KEY } from '@trpc/server/rpc';

export type ErrorShape = ReturnType<typeof errorShape>;

export function errorShape(error: GranaryError) {
  const { trpc, http } = errorTable[error.kind];
  const data: ErrorAnswer & { readonly httpStatus: number } = { ...error.toAnswer(), httpStatus: http };
  return { message: error.message, code: TRPC_ERROR_CODES_BY_KEY[trpc], data };
}

/** Headers that belong to a failure: when to come back, and what would have been allowed. */
export function errorHeaders(errors: readonly GranaryError[]): Record<string, string> {
  const headers: Record<string, string> = {};
  const waits = errors.flatMap((error) =>
    'retryAfterSeconds' in error.details ? [error.details.retryAfterSeconds] : [],
  );
  if (waits.length > 0) headers['retry-after'] = String(Math.ceil(Math.max(...waits)));
  const allowed = errors.flatMap((error) =>
    'allowed' in error.details && Array.isArray(error.details.allowed) ? error.details.allowed : [],
  );
  if (allowed.length > 0) headers['allow'] = [...new Set(allowed)].join(', ');
  if (errors.some(({ kind }) => kind === 'notAuthenticated')) headers['www-authenticate'] = 'Bearer realm="granary"';
  return headers;
}
