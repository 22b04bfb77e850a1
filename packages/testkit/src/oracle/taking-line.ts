/** A line of a document that takes stock out, as it is asked for and as it is planned. */
import type { Criteria } from './allocation.ts';
import type { OriginalLine, Origin } from './originals.ts';
import type { Take } from './stock-draft.ts';

export interface TakingLine extends OriginalLine {
  readonly strategy?: string | undefined;
  readonly locationId?: string | undefined;
  readonly qualityLevel?: string | undefined;
  readonly minRemainingDays?: number | undefined;
  readonly batchId?: string | undefined;
}

/** What is looked for by itself: a line, or of one that names pieces those that lie in one batch. */
export interface Wish {
  /** Index of the line. */
  readonly at: number;
  readonly line: TakingLine;
  readonly criteria: Criteria;
}

/** Units of each reservation, in units of the reservation. */
export type FromHolds = ReadonlyMap<string, number>;

/** What one line takes: so many of each reservation, and these batches of free stock. */
export interface LinePlan {
  readonly fromHolds: FromHolds;
  readonly free: readonly Take[];
  readonly origin: Origin | undefined;
}
