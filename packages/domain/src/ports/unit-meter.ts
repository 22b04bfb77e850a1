/** Told how units of work end and why they run again. It only counts, and nothing waits for it. */

/** `refused`: the call was answered with a reason. `conflict`: other calls moved the same stock too often in a row. */
export const unitEnds = ['committed', 'refused', 'conflict', 'deadline', 'failed'] as const;
export type UnitEnd = (typeof unitEnds)[number];

/** Why an attempt was in vain: a fence that did not match, a key that another one took, or what the server does about locks. */
export const conflictCauses = ['version', 'duplicate', 'deadlock', 'lockWait', 'grown'] as const;
export type ConflictCause = (typeof conflictCauses)[number];

export interface UnitMeter {
  /** A unit that writes is over, after this many milliseconds and all its attempts. */
  ended(end: UnitEnd, ms: number): void;
  /** One attempt of a unit was in vain. */
  conflicted(cause: ConflictCause): void;
}
