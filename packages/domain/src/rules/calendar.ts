/** Calendar days in a time zone. A date as an expiry means the first instant of the next day there. */
import {
  type CalendarDate,
  fromMicros,
  type Instant,
  parseDate,
  parseInstant,
  plusDays,
} from '@granary/contracts/instant';
import { NEVER } from '../entities/batch.ts';

/** The first instant of the day after `date` in the zone. */
export function endOfDay(date: string, timezone: string): Instant {
  return startOfDay(plusDays(date, 1), timezone);
}

/** An expiry as callers write it: a moment stays, a date ends with its day. */
export function expiryInstant(expiry: string, timezone: string): Instant {
  return parseInstant(expiry) ?? endOfDay(expiry, timezone);
}

/** The expiry of a receipt: as said, else from its production and the SKU's shelf life, else never. */
export function expiryOf(goods: Goods): Instant {
  if (goods.expiresAt !== undefined) return expiryInstant(goods.expiresAt, goods.timezone);
  if (goods.producedOn === undefined || goods.shelfLifeDays === null) return NEVER;
  // A shelf life may reach beyond the last day there is.
  const lastDay = parseDate(plusDays(goods.producedOn, goods.shelfLifeDays));
  return lastDay === undefined ? NEVER : endOfDay(lastDay, goods.timezone);
}

export interface Goods {
  readonly expiresAt?: string | undefined;
  readonly producedOn?: string | undefined;
  readonly shelfLifeDays: number | null;
  readonly timezone: string;
}

/** The day that the zone's calendar shows at a moment. */
export function dayOf(instant: Instant, timezone: string): CalendarDate {
  const at = Date.parse(`${instant.slice(0, 19)}Z`);
  return new Date(at + offsetMs(at, timezone)).toISOString().slice(0, 10) as CalendarDate;
}

/** The earliest moment at which the zone's calendar shows the date. */
export function startOfDay(date: string, timezone: string): Instant {
  const midnight = Date.parse(`${date}T00:00:00Z`);
  // Where summer time begins or ends at midnight, one of the two offsets around it names a moment of the day before.
  const starts = [midnight - DAY_MS, midnight + DAY_MS]
    .map((near) => midnight - offsetMs(near, timezone))
    .filter((start) => start + offsetMs(start, timezone) >= midnight);
  return fromMicros(BigInt(Math.min(...starts)) * 1000n);
}

const DAY_MS = 86_400_000;

/** How far the zone's wall clock is ahead of UTC at a moment. */
function offsetMs(at: number, timezone: string): number {
  if (timezone === 'UTC') return 0;
  const parts = clockIn(timezone).formatToParts(at);
  const part = (type: string) => parts.find((each) => each.type === type)?.value ?? '0';
  const wall = Date.parse(
    `${part('year').padStart(4, '0')}-${part('month')}-${part('day')}T${part('hour')}:${part('minute')}:${part('second')}Z`,
  );
  return wall - Math.floor(at / 1000) * 1000;
}

/** A formatter takes longer to make than to use, and a document may have a thousand dates. */
const clocks = new Map<string, Intl.DateTimeFormat>();

function clockIn(timeZone: string): Intl.DateTimeFormat {
  const known = clocks.get(timeZone);
  if (known !== undefined) return known;
  const clock = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  });
  clocks.set(timeZone, clock);
  return clock;
}
