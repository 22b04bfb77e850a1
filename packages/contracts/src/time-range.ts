/** The two ends of a time that a list is asked for; either may be left out. */
import { rule } from './rule.ts';

/** Of instants or of days, each in the one form in which it sorts as time does. */
export interface TimeRange {
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

export const MAX_RANGE_YEARS = 100;

const YEAR_MS = 365.25 * 86_400_000;

export const orderedRange = rule(
  ({ from, to }: TimeRange) => from === undefined || to === undefined || from <= to,
  'must not be before from',
  'to',
);

export const boundedRange = rule(
  ({ from, to }: TimeRange) =>
    from === undefined || to === undefined || Date.parse(to) - Date.parse(from) <= MAX_RANGE_YEARS * YEAR_MS,
  `must be within ${MAX_RANGE_YEARS} years of from`,
  'to',
);
