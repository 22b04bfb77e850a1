/** All that the harness must know of one procedure: how to call it well, and what such a call may do. One that has none fails the run. */
import type { Fixtures } from './fixtures.ts';

export type CallInput = Readonly<Record<string, unknown>>;
/** Makes a call of which nothing was used yet. */
export type MakeCall = (fixtures: Fixtures) => CallInput | Promise<CallInput>;

export interface ProcedureSheet {
  /** Valid calls that together fill every field; wrong values are put into the first that has the field. */
  readonly calls: readonly MakeCall[];
  /** Tables that it may write, beside its command and its outbox row. Left out, it only looks. */
  readonly writes?: readonly string[];
  /** Names that are kept as they are sent: paths of fields. Any other name looks for a row. */
  readonly keeps?: readonly string[];
  /** Those of them that no other call may have used, in this or another procedure. */
  readonly unique?: readonly string[];
  /** Refusals by state that a valid value may meet, by the name of the field; under '*' for numbers of any field. */
  readonly mayAnswer?: Readonly<Record<string, string>>;
  /** Paths of fields that the answer tells under their name as something else. */
  readonly toldOtherwise?: readonly string[];
  /** The list of the answer in which each entry is refused or not by itself, though the call succeeds. */
  readonly refusesWithin?: string;
  /** Its calls stand in each other's way, so each is made alone. */
  readonly isAlone?: boolean;
}

/** By the name of the procedure. */
export type Sheets = Readonly<Record<string, ProcedureSheet>>;
