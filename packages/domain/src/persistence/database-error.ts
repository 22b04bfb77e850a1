/**
 * What a failed statement means, by errno and never by the driver's name for it (mysql2 names MariaDB's numbers from
 * MySQL's table). The lists are those of both engines.
 */
export type Failure =
  /** Nothing was applied: the whole unit runs again in a new transaction. */
  | 'again'
  /** The connection is gone. Before COMMIT nothing was applied; after it was sent the outcome must be looked up. */
  | 'lost'
  /** The server cannot serve now. */
  | 'unavailable'
  /** The last wall held, or SQL is wrong: a bug, never retried. */
  | 'bug';

/** Deadlock, lock wait, snapshot conflict, NOWAIT, duplicate key (ours: the rerun finds what won). */
const AGAIN = new Set([1213, 1205, 1020, 3572, 1062]);
/** Killed, gone away, lost, interrupted, statement time exceeded, silent for too long. */
const LOST = new Set([1317, 1927, 2006, 2013, 3024, 1969, 1053, 4031]);
/** Too many connections, read-only, host blocked, Galera node not ready. */
const UNAVAILABLE = new Set([1040, 1203, 1290, 1836, 1129, 1047]);
const LOST_CODES = new Set([
  'PROTOCOL_CONNECTION_LOST',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'PROTOCOL_ENQUEUE_AFTER_FATAL_ERROR',
]);
const UNAVAILABLE_CODES = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENOENT', 'POOL_CLOSED']);

/** Another writer moved a row between our read and our write: its fence did not match. */
export class VersionConflict extends Error {
  constructor(table: string) {
    super(`a row of ${table} was changed by somebody else`);
    this.name = 'VersionConflict';
  }
}

/** The unit met levels that it had not locked: it starts again with all of them, in order. */
export class LevelsGrew extends Error {
  readonly keys: readonly string[];

  constructor(keys: readonly string[]) {
    super('more levels are concerned than were locked');
    this.name = 'LevelsGrew';
    this.keys = keys;
  }
}

export function failureOf(error: unknown): Failure {
  if (error instanceof VersionConflict) return 'again';
  const { errno, code, message } = driverError(error);
  if (AGAIN.has(errno)) return 'again';
  if (LOST.has(errno) || LOST_CODES.has(code) || /closed state|Connection lost/.test(message)) return 'lost';
  if (UNAVAILABLE.has(errno) || UNAVAILABLE_CODES.has(code) || /Pool is closed/.test(message)) return 'unavailable';
  return 'bug';
}

/** Whether the server said so and the connection stands. */
export function isAnswer(error: unknown): boolean {
  return errnoOf(error) > 0 && failureOf(error) !== 'lost';
}

/** The number by which both engines call it; 0 where it is no error of theirs. */
export function errnoOf(error: unknown): number {
  return driverError(error).errno;
}

/** TypeORM wraps the driver's error and copies its fields. */
function driverError(error: unknown): { errno: number; code: string; message: string } {
  if (typeof error !== 'object' || error === null) return { errno: 0, code: '', message: String(error) };
  const errno = 'errno' in error && typeof error.errno === 'number' ? error.errno : 0;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  const message = 'message' in error && typeof error.message === 'string' ? error.message : '';
  return { errno, code, message };
}
