/** Why somebody may not listen to the stream of events now; each may come back (INV_012). */
import { GranaryError } from '@granary/contracts/error';

export function shuttingDown(): GranaryError {
  return new GranaryError('shuttingDown', {
    message: 'This process is shutting down and takes no new watchers.',
    hint: 'Come back with the id of the last item read; another process will take it.',
    details: { retryAfterSeconds: 1 },
  });
}

export function tooMany(limit: number): GranaryError {
  return new GranaryError('overloaded', {
    message: `This process has ${limit} watchers already.`,
    hint: 'Come back in a moment, or to another process; the operator can raise STOCK_WATCH_LIMIT.',
    details: { retryAfterSeconds: 5 },
  });
}

export function tooSlow(limit: number): GranaryError {
  return new GranaryError('overloaded', {
    message: `This watcher was cut off: it left more than ${limit} items unread.`,
    hint: 'Come back with the id of the last item read, and read faster or watch less.',
    details: { retryAfterSeconds: 1 },
  });
}

export function away(cause: unknown): GranaryError {
  return new GranaryError('unavailable', {
    message: 'The stream of events cannot be read at the moment.',
    hint: 'Come back in a moment with the id of the last item read; stock itself is read and sold as ever.',
    details: { dependency: 'Redis', retryAfterSeconds: 1 },
    cause,
  });
}
