/** One step of the walk over every procedure. */

/** Answers of earlier steps, by procedure, for the steps that need an id. */
export type Earlier = (procedure: string) => unknown;
export type ProcedureStep = [procedure: string, input: (earlier: Earlier) => unknown];
