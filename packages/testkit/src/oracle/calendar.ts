/** Dates are cut in the configured zone: what expires on a day expires with the first instant of the next one there. */
import { fromMicros, parseDate, toMicros, type CalendarDate, type Instant } from '@granary/contracts/instant';

const DAY_MICROS = 86_400_000_000n;

/** An expiry as the caller gave it: a moment stays, a date becomes the first instant of the day after. */
export function expiryInstant(given: string, timezone: string): Instant {
  return parseDate(given) === undefined ? (given as Instant) : startOfDay(plusDays(given as CalendarDate, 1), timezone);
}

export function plusDays(date: CalendarDate, days: number): CalendarDate {
  return fromMicros(toMicros(`${date}T00:00:00.000000Z` as Instant) + BigInt(days) * DAY_MICROS).slice(
    0,
    10,
  ) as CalendarDate;
}

/** Looks for the first minute of which the zone's calendar says the wanted date: slow, but it shares no arithmetic with Granary. */
export function startOfDay(date: CalendarDate, timezone: string): Instant {
  const calendar = new Intl.DateTimeFormat('en-CA', {
    timeZone: timezone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
  });
  const dayAt = (millis: number) => calendar.format(new Date(millis));
  const middle = Date.parse(`${date}T00:00:00Z`);
  let before = middle - 36 * 3_600_000;
  let inside = middle + 36 * 3_600_000;
  while (inside - before > 1000) {
    const half = Math.floor((before + inside) / 2000) * 1000;
    if (dayAt(half) < date) before = half;
    else inside = half;
  }
  return fromMicros(BigInt(inside) * 1000n);
}

export function plusDaysInstant(instant: Instant, days: number): Instant {
  return fromMicros(toMicros(instant) + BigInt(days) * DAY_MICROS);
}
