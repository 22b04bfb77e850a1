/** Moments and dates: what is read, what is refused, and that no microsecond is lost on the way. */
import { describe, expect, test } from 'vitest';
import {
  calendarDate,
  expiry,
  fromMicros,
  instant,
  type Instant,
  parseDate,
  parseInstant,
  plusDays,
  plusSeconds,
  toMicros,
} from './instant.ts';

describe('a moment', () => {
  test.each([
    ['2026-11-20T10:00:00Z', '2026-11-20T10:00:00.000000Z', 'UTC'],
    ['2026-11-20T10:00:00.1Z', '2026-11-20T10:00:00.100000Z', 'a tenth of a second'],
    ['2026-11-20T10:00:00.123456Z', '2026-11-20T10:00:00.123456Z', 'microseconds are kept'],
    ['2026-11-20T10:00:00+02:00', '2026-11-20T08:00:00.000000Z', 'an offset east'],
    ['2026-11-20T10:00:00-12:00', '2026-11-20T22:00:00.000000Z', 'the furthest west'],
    ['2026-11-20T10:00:00+14:00', '2026-11-19T20:00:00.000000Z', 'the furthest east'],
    ['2026-11-20T10:00:00+05:45', '2026-11-20T04:15:00.000000Z', 'an offset with minutes'],
    ['2024-02-29T00:00:00Z', '2024-02-29T00:00:00.000000Z', 'a leap day'],
    ['1970-01-01T00:00:00Z', '1970-01-01T00:00:00.000000Z', 'the epoch'],
    ['1969-12-31T23:59:59.999999Z', '1969-12-31T23:59:59.999999Z', 'a microsecond before the epoch'],
    ['2038-01-19T03:14:08Z', '2038-01-19T03:14:08.000000Z', 'past the end of 32-bit seconds'],
    ['2106-02-07T06:28:16Z', '2106-02-07T06:28:16.000000Z', 'past the end of unsigned 32-bit seconds'],
    ['1900-01-01T00:00:00Z', '1900-01-01T00:00:00.000000Z', 'the first moment'],
    ['9998-12-31T23:59:59.999999Z', '9998-12-31T23:59:59.999999Z', 'the last moment'],
    ['1899-12-31T23:00:00-02:00', '1900-01-01T01:00:00.000000Z', 'a year that only its offset brings within bounds'],
    ['2026-03-29T02:30:00+01:00', '2026-03-29T01:30:00.000000Z', 'an hour that clocks in Berlin skip'],
    ['2026-10-25T02:30:00+01:00', '2026-10-25T01:30:00.000000Z', 'an hour that clocks in Berlin show twice'],
  ])('%s is read as %s: %s', (given, expected) => {
    expect(parseInstant(given)).toBe(expected);
    expect(instant.parse(given)).toBe(expected);
    expect(instant.parse(expected)).toBe(expected);
  });

  test.each([
    ['2026-02-30T00:00:00Z', 'a day that no February has'],
    ['2025-02-29T00:00:00Z', 'a leap day in another year'],
    ['1900-02-29T00:00:00Z', 'a leap day in a century that has none'],
    ['2026-13-01T00:00:00Z', 'a thirteenth month'],
    ['2026-00-10T00:00:00Z', 'a month before January'],
    ['2016-12-31T23:59:60Z', 'a leap second'],
    ['2026-11-20T24:00:00Z', 'a twenty-fourth hour'],
    ['2026-11-20T10:60:00Z', 'a sixtieth minute'],
    ['0000-00-00T00:00:00Z', 'the zero date'],
    ['0000-01-01T00:00:00Z', 'the year 0'],
    ['-000001-01-01T00:00:00Z', 'a year before it'],
    ['10000-01-01T00:00:00Z', 'a year of five digits'],
    ['+275760-09-13T00:00:00Z', 'the end of JavaScript time'],
    ['9999-01-01T00:00:00Z', 'a year beyond the last'],
    ['1899-12-31T23:59:59Z', 'a year before the first'],
    ['9998-12-31T23:00:00-02:00', 'a year that its offset brings out of bounds'],
    ['2026-10-25T02:30:00', 'no zone'],
    ['2026-11-20T10:00:00.123456789Z', 'nanoseconds'],
    ['2026-11-20T10:00:00.Z', 'a point without decimals'],
    ['2026-11-20T10:00:00+99:99', 'an offset that no place has'],
    ['2026-11-20T10:00:00+15:00', 'an offset beyond the furthest'],
    ['2026-11-20T10:00:00+0200', 'an offset without a colon'],
    ['2026-11-20 10:00:00Z', 'a blank for the T'],
    ['2026-11-20T10:00Z', 'no seconds'],
    ['2026-11-20t10:00:00z', 'small letters'],
    ['2026-11-20', 'a date'],
    [' 2026-11-20T10:00:00Z', 'padding'],
    ['2026-11-20T10:00:00Z\n', 'a line break behind'],
    ['now', 'a word'],
    ['yesterday', 'another word'],
    ['', 'nothing'],
    ['1763632800', 'seconds since the epoch, as text'],
  ])('%j is refused: %s', (given) => {
    expect(parseInstant(given)).toBeUndefined();
    expect(instant.safeParse(given).success).toBe(false);
  });

  test.each([[1_763_632_800_000], [null], [true], [[]], [{}]])('%j, which is no text, is refused', (given) => {
    expect(instant.safeParse(given).success).toBe(false);
  });

  test('goes to microseconds and back without loss, before and after the epoch', () => {
    const first = toMicros('1900-01-01T00:00:00.000000Z' as Instant);
    const last = toMicros('9998-12-31T23:59:59.999999Z' as Instant);
    expect(fromMicros(first)).toBe('1900-01-01T00:00:00.000000Z');
    expect(fromMicros(last)).toBe('9998-12-31T23:59:59.999999Z');
    const step = (last - first) / 4099n;
    for (let micros = first; micros < last; micros += step) expect(toMicros(fromMicros(micros))).toBe(micros);
    for (let micros = -2_000_003n; micros < 2_000_003n; micros += 997n)
      expect(toMicros(fromMicros(micros))).toBe(micros);
  });

  test('sorts as text in the order of time', () => {
    const moments = [
      '2026-11-20T10:00:00.9Z',
      '2026-11-20T10:00:00.10Z',
      '2026-11-20T12:00:00+02:00',
      '1969-01-01T00:00:00Z',
    ];
    const read = moments.map((text) => parseInstant(text) ?? '');
    expect(read.toSorted()).toEqual(read.toSorted((a, b) => Number(toMicros(a as Instant) - toMicros(b as Instant))));
  });

  test('takes seconds, also across the epoch and a leap day', () => {
    expect(plusSeconds('1969-12-31T23:59:59.500000Z' as Instant, 1)).toBe('1970-01-01T00:00:00.500000Z');
    expect(plusSeconds('2024-02-28T23:59:59.000001Z' as Instant, 1)).toBe('2024-02-29T00:00:00.000001Z');
    expect(plusSeconds('2026-01-01T00:00:00.000000Z' as Instant, -1)).toBe('2025-12-31T23:59:59.000000Z');
  });

  test('seconds are added to the moment that is given, whatever was asked before', () => {
    const [first, second] = ['2026-01-01T00:00:00.000001Z', '2026-01-01T00:00:00.000002Z'] as Instant[];
    const asked = [first, first, second, second, first].map((moment, at) => plusSeconds(moment as Instant, at % 2));
    expect(asked.map((moment) => moment.slice(17, 26))).toEqual([
      ...['00.000001', '01.000001', '00.000002', '01.000002', '00.000001'],
    ]);
  });
});

describe('a calendar date', () => {
  test.each(['2024-02-29', '1970-01-01', '2038-01-19', '2106-12-31', '1900-01-01', '9998-12-31'])(
    '%s is one',
    (given) => {
      expect(calendarDate.parse(given)).toBe(given);
    },
  );

  test.each([
    ['2026-02-30', 'a day that no February has'],
    ['2025-02-29', 'a leap day in another year'],
    ['0000-00-00', 'the zero date'],
    ['0001-01-01', 'a year before the first'],
    ['1899-12-31', 'the day before the first'],
    ['9999-12-31', 'a year after the last, whose next day has five digits in its year'],
    ['10000-01-01', 'a year of five digits'],
    ['-0001-01-01', 'a year before the year 0'],
    ['2026-1-1', 'no leading zeros'],
    ['2026-11-20T00:00:00Z', 'a moment'],
    ['today', 'a word'],
    ['', 'nothing'],
  ])('%j is none: %s', (given) => {
    expect(parseDate(given)).toBeUndefined();
    expect(calendarDate.safeParse(given).success).toBe(false);
  });

  test.each([
    ['2024-02-28', 1, '2024-02-29'],
    ['2024-02-29', 365, '2025-02-28'],
    ['2026-12-31', 1, '2027-01-01'],
    ['2026-03-28', 2, '2026-03-30'],
    ['9998-12-31', 1, '9999-01-01'],
  ])('%s and %i days make %s', (date, days, expected) => {
    expect(plusDays(date, days)).toBe(expected);
  });
});

test('an expiry is a date or a moment, and only a moment is brought to UTC', () => {
  expect(expiry.parse('2027-01-31')).toBe('2027-01-31');
  expect(expiry.parse('2027-01-31T00:00:00+01:00')).toBe('2027-01-30T23:00:00.000000Z');
  for (const given of ['2027-02-29', '2027-01-31T00:00:00', 'soon', '', 20270131, '9999-12-31'])
    expect(expiry.safeParse(given).success).toBe(false);
});
