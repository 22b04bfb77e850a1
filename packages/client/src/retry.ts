/** Whether a failed attempt may be followed by another, and after how long. */
import { GranaryError } from '@granary/contracts/error';
import type { ConnectionError } from './connection-error.ts';

const FIRST_BACKOFF_MS = 100;
const MAX_BACKOFF_MS = 5_000;
/** Who asks for more than this is told so at once: a caller would rather know than wait. */
const MAX_ASKED_MS = 30_000;

/** Statuses of 4xx that pass by themselves; the others would come back for ever. */
const PASSING = new Set([408, 425, 429]);

/**
 * Milliseconds to wait before the attempt after attempt number `attempt` (from 1), or undefined when another would be of no use.
 * `random` is in [0, 1): callers that failed together must not come back together.
 */
export function retryDelayMs(
  failure: GranaryError | ConnectionError,
  attempt: number,
  random: number,
): number | undefined {
  if (!isPassing(failure)) return undefined;
  const asked = askedWaitMs(failure);
  if (asked > MAX_ASKED_MS) return undefined;
  const backoff = Math.min(FIRST_BACKOFF_MS * 2 ** (attempt - 1), MAX_BACKOFF_MS);
  return asked + backoff * (0.5 + random / 2);
}

function isPassing(failure: GranaryError | ConnectionError): boolean {
  if (failure instanceof GranaryError) return failure.retryable;
  switch (failure.problem) {
    case 'aborted':
      return false;
    case 'unreachable':
    case 'timeout':
      return true;
    case 'unreadable': {
      const status = failure.status ?? 0;
      return status < 400 || status >= 500 || PASSING.has(status);
    }
  }
}

function askedWaitMs(failure: GranaryError | ConnectionError): number {
  if (!(failure instanceof GranaryError)) return failure.retryAfterMs ?? 0;
  return 'retryAfterSeconds' in failure.details ? failure.details.retryAfterSeconds * 1000 : 0;
}
