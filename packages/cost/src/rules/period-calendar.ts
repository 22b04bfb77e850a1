/** Periods as ranges of days: which of them a day falls into, and the month that is made for it on demand. */
import { type CalendarDate, plusDays } from '@granary/contracts/instant';

export interface Days {
  readonly startsOn: CalendarDate;
  readonly endsOn: CalendarDate;
}

export const overlaps = (a: Days, b: Days): boolean => a.startsOn <= b.endsOn && b.startsOn <= a.endsOn;

/** The month of a day, less what the periods around the day have of it already. None of them may hold the day. */
export function freeMonthOf(day: CalendarDate, taken: readonly Days[]): Days & { readonly name: string } {
  const month = monthOf(day);
  let { startsOn, endsOn } = month;
  for (const period of taken) {
    if (period.endsOn < day && period.endsOn >= startsOn) startsOn = plusDays(period.endsOn, 1);
    if (period.startsOn > day && period.startsOn <= endsOn) endsOn = plusDays(period.startsOn, -1);
  }
  const isWhole = startsOn === month.startsOn && endsOn === month.endsOn;
  return { startsOn, endsOn, name: isWhole ? day.slice(0, 7) : `${startsOn} to ${endsOn}` };
}

function monthOf(day: CalendarDate): Days {
  const startsOn = `${day.slice(0, 7)}-01` as CalendarDate;
  const next = `${plusDays(startsOn, 31).slice(0, 7)}-01`;
  return { startsOn, endsOn: plusDays(next, -1) };
}
