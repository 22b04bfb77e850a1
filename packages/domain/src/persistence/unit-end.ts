/** What the end of an attempt, or of a whole unit of work, counts as. */
import { GranaryError } from '@granary/contracts/error';
import type { ConflictCause, UnitEnd } from '../ports/unit-meter.ts';
import { DeadlinePassed } from './connection.ts';
import { errnoOf, failureOf, LevelsGrew, VersionConflict } from './database-error.ts';

/** By errno of both engines; see database-error.ts. */
const CAUSES: ReadonlyMap<number, ConflictCause> = new Map([
  [1213, 'deadlock'],
  [1205, 'lockWait'],
  [3572, 'lockWait'],
  [1020, 'version'],
  [1062, 'duplicate'],
]);

/** Undefined where nobody else was in the way. */
export function conflictCauseOf(error: unknown): ConflictCause | undefined {
  if (error instanceof VersionConflict) return 'version';
  if (error instanceof LevelsGrew) return 'grown';
  return CAUSES.get(errnoOf(error));
}

/** Of what ended a unit for good, before it is put into words for the caller. */
export function unitEndOf(error: unknown): UnitEnd {
  if (error instanceof GranaryError) return REFUSED_BY_SERVER.has(error.kind) ? 'failed' : 'refused';
  if (error instanceof DeadlinePassed) return 'deadline';
  return error instanceof LevelsGrew || failureOf(error) === 'again' ? 'conflict' : 'failed';
}

/** Said of the house, not of the call. */
const REFUSED_BY_SERVER = new Set(['unavailable', 'overloaded', 'databaseFailure']);
