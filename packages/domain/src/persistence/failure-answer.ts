/** What a caller is told of a failure. What GranaryError says already is said; what only can be a bug stays what it is. */
import { GranaryError } from '@granary/contracts/error';
import { DeadlinePassed } from './connection.ts';
import { failureOf, LevelsGrew } from './database-error.ts';

const SAME_KEY = 'Try again with the same idempotency key.';

export function explained(error: unknown, attempts: number, deadlineMs: number): unknown {
  if (error instanceof GranaryError) return error;
  if (error instanceof DeadlinePassed) return deadlineExceeded(error, deadlineMs);
  if (error instanceof LevelsGrew) return conflict(error, attempts);
  switch (failureOf(error)) {
    case 'again':
      return conflict(error, attempts);
    case 'lost':
    case 'unavailable':
      return unavailable(error, 'The database cannot be reached; nothing was changed.');
    case 'bug':
      return error;
  }
}

/** Of what only reads: it changes nothing, but the call that it belongs to may have done so before. */
export function explainedReading(error: unknown, deadlineMs: number): unknown {
  if (error instanceof DeadlinePassed)
    return deadlineExceeded(error, deadlineMs, `The answer could not be read within ${deadlineMs} ms.`);
  const kind = error instanceof GranaryError || error instanceof LevelsGrew ? undefined : failureOf(error);
  if (kind !== 'lost' && kind !== 'unavailable') return explained(error, 1, deadlineMs);
  return unavailable(error, 'The database cannot be reached; the answer could not be read.');
}

/** COMMIT was sent, no answer came, and nobody can be asked. */
export function outcomeUnknown(cause: unknown): GranaryError {
  return unavailable(
    cause,
    'The database was lost while this call was committed; whether it took effect is not known yet.',
  );
}

export function deadlineExceeded(
  cause: unknown,
  deadlineMs: number,
  message = `The call did not finish within ${deadlineMs} ms; nothing was changed.`,
): GranaryError {
  return new GranaryError('deadlineExceeded', {
    message,
    hint: SAME_KEY,
    details: { deadlineMs, retryAfterSeconds: 1 },
    cause,
  });
}

function conflict(cause: unknown, attempts: number): GranaryError {
  return new GranaryError('concurrencyConflict', {
    message: `Other calls changed the same stock ${attempts} times in a row; nothing was changed by this one.`,
    hint: SAME_KEY,
    details: { attempts },
    cause,
  });
}

function unavailable(cause: unknown, message: string): GranaryError {
  return new GranaryError('unavailable', {
    message,
    hint: 'Try again after the time in Retry-After, with the same idempotency key: it has one effect, however often it is sent.',
    details: { dependency: 'database', retryAfterSeconds: 1 },
    cause,
  });
}
