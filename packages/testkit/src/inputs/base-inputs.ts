/** The shape of a valid call: what wrong values are put into. */
import type { Fixtures } from './fixtures.ts';

/** Several inputs where no single one can have all fields; the first that has a field is used for it. */
export type BaseInputs = readonly Record<string, unknown>[];
export type MakeBase = (fixtures: Fixtures) => Promise<BaseInputs>;
