/** Moments and dates. In code an Instant is its own sort key: UTC with exactly six decimals, so strings compare as times do. */
import { z } from 'zod';

/** `YYYY-MM-DDTHH:MM:SS.ffffffZ`, UTC, microseconds. */
export type Instant = string & { readonly __brand: 'Instant' };
/** `YYYY-MM-DD`, a calendar day cut in STOCK_TIMEZONE. */
export type CalendarDate = string & { readonly __brand: 'CalendarDate' };

const INSTANT = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,6}))?(Z|[+-](\d{2}):(\d{2}))$/;
const DATE = /^(\d{4})-(\d{2})-(\d{2})$/;
const FIRST_YEAR = 1900;
const LAST_YEAR = 9998;
const MAX_OFFSET_HOURS = 14;

/** Reads an ISO 8601 moment with an offset and at most microseconds; undefined when it is none. */
export function parseInstant(value: string): Instant | undefined {
  const match = INSTANT.exec(value);
  if (match === null) return undefined;
  const [, year = '', month = '', day = '', hour = '', minute = '', second = '', fraction = '', zone = ''] = match;
  if (!isCalendarDay(Number(year), Number(month), Number(day))) return undefined;
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return undefined;
  if (Number(match[9] ?? 0) > MAX_OFFSET_HOURS || Number(match[10] ?? 0) > 59) return undefined;
  const millis = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}${zone}`);
  const instant = fromMicros(BigInt(millis) * 1000n + BigInt(fraction.padEnd(6, '0')));
  const utcYear = Number(instant.slice(0, 4));
  return utcYear < FIRST_YEAR || utcYear > LAST_YEAR ? undefined : instant;
}

/** Reads a calendar day; undefined when there is no such day. */
export function parseDate(value: string): CalendarDate | undefined {
  const match = DATE.exec(value);
  if (match === null) return undefined;
  const year = Number(match[1]);
  // The neighbouring years serve only moments, whose offset may bring them within bounds.
  if (year < FIRST_YEAR || year > LAST_YEAR) return undefined;
  return isCalendarDay(year, Number(match[2]), Number(match[3])) ? (value as CalendarDate) : undefined;
}

/** Microseconds since 1970-01-01T00:00:00Z. */
export function toMicros(instant: Instant): bigint {
  return BigInt(Date.parse(`${instant.slice(0, 19)}Z`)) * 1000n + BigInt(instant.slice(20, 26));
}

export function fromMicros(micros: bigint): Instant {
  const fraction = ((micros % 1_000_000n) + 1_000_000n) % 1_000_000n;
  const seconds = Number((micros - fraction) / 1_000_000n);
  return `${new Date(seconds * 1000).toISOString().slice(0, 19)}.${fraction.toString().padStart(6, '0')}Z` as Instant;
}

export const plusSeconds = rememberingSum((instant: Instant, seconds: number): Instant => {
  // Whole seconds leave the fraction as it is.
  const moved = new Date(Date.parse(`${instant.slice(0, 19)}Z`) + seconds * 1000);
  return `${moved.toISOString().slice(0, 19)}${instant.slice(19)}` as Instant;
});

/** The deadlines of calls that are decided together are mostly one: so long after the same now. */
function rememberingSum(sum: (instant: Instant, seconds: number) => Instant): typeof sum {
  let [lastInstant, lastSeconds]: [Instant | undefined, number] = [undefined, 0];
  let known: Instant | undefined;
  return (instant, seconds) => {
    if (known === undefined || instant !== lastInstant || seconds !== lastSeconds) {
      known = sum(instant, seconds);
      [lastInstant, lastSeconds] = [instant, seconds];
    }
    return known;
  };
}

export function plusDays(date: string, days: number): CalendarDate {
  return new Date(Date.parse(`${date}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10) as CalendarDate;
}

export const instant = z
  .string()
  .max(40)
  .refine(
    (value) => parseInstant(value) !== undefined,
    'must be an ISO 8601 time with an offset, such as 2026-11-20T10:00:00Z',
  )
  .overwrite((value) => parseInstant(value) ?? value)
  .meta({ description: 'ISO 8601 time with an offset, at most microseconds', examples: ['2026-11-20T10:00:00Z'] });

export const calendarDate = z
  .string()
  .max(10)
  .refine((value) => parseDate(value) !== undefined, 'must be a calendar date such as 2026-11-20')
  .meta({ description: 'Calendar date in STOCK_TIMEZONE', examples: ['2026-11-20'] });

/** When goods expire: a moment, or a date, which means the first instant of the next day. */
export const expiry = z
  .string()
  .max(40)
  .refine(
    (value) => parseInstant(value) !== undefined || parseDate(value) !== undefined,
    'must be a calendar date such as 2027-01-31 or a time with an offset',
  )
  .overwrite((value) => parseInstant(value) ?? value)
  .meta({
    description: 'Expiry: a moment, or a date (the first instant of the next day in STOCK_TIMEZONE)',
    examples: ['2027-01-31'],
  });

/** A moment in an answer. */
export const moment = z.string().meta({ description: 'UTC, microseconds', examples: ['2026-11-20T10:00:00.000000Z'] });

function isCalendarDay(year: number, month: number, day: number): boolean {
  if (year < FIRST_YEAR - 1 || year > LAST_YEAR + 1 || month < 1 || month > 12 || day < 1) return false;
  return day <= new Date(Date.UTC(year, month, 0)).getUTCDate();
}
