/** A date ends with the first instant of the next day in its zone, also where clocks jump at midnight. */
import { describe, expect, test } from 'vitest';
import { NEVER } from '../entities/batch.ts';
import { endOfDay, expiryInstant, expiryOf } from './calendar.ts';

describe('the end of a day', () => {
  test.each([
    ['2026-11-20', 'UTC', '2026-11-21T00:00:00', 'UTC'],
    ['2026-12-31', 'UTC', '2027-01-01T00:00:00', 'the end of a year'],
    ['2024-02-28', 'UTC', '2024-02-29T00:00:00', 'the day before a leap day'],
    ['9998-12-31', 'UTC', '9999-01-01T00:00:00', 'the last day there is'],
    ['1900-01-01', 'UTC', '1900-01-02T00:00:00', 'the first day there is'],
    ['2026-01-15', 'Europe/Berlin', '2026-01-15T23:00:00', 'winter, an hour ahead'],
    ['2026-07-15', 'Europe/Berlin', '2026-07-15T22:00:00', 'summer, two hours ahead'],
    ['2026-03-28', 'Europe/Berlin', '2026-03-28T23:00:00', 'the night in which summer time begins, before it does'],
    ['2026-03-29', 'Europe/Berlin', '2026-03-29T22:00:00', 'a day of 23 hours'],
    ['2026-10-24', 'Europe/Berlin', '2026-10-24T22:00:00', 'the night in which summer time ends, before it does'],
    ['2026-10-25', 'Europe/Berlin', '2026-10-25T23:00:00', 'a day of 25 hours'],
    ['2026-11-20', 'America/New_York', '2026-11-21T05:00:00', 'five hours behind'],
    ['2026-11-20', 'Asia/Kathmandu', '2026-11-20T18:15:00', 'an offset with minutes'],
    ['2026-11-20', 'Pacific/Kiritimati', '2026-11-20T10:00:00', 'the furthest east'],
    ['2026-11-20', 'Pacific/Pago_Pago', '2026-11-21T11:00:00', 'the furthest west'],
    ['2026-11-20', 'America/Sao_Paulo', '2026-11-21T03:00:00', 'no summer time any more'],
    [
      '2018-11-03',
      'America/Sao_Paulo',
      '2018-11-04T03:00:00',
      'the next day begins at 01:00, since summer time does at midnight',
    ],
    ['2018-02-17', 'America/Sao_Paulo', '2018-02-18T03:00:00', 'the last hour of the day comes twice'],
    ['2026-09-05', 'America/Santiago', '2026-09-06T04:00:00', 'summer time begins at midnight, west of Greenwich'],
    ['2026-03-07', 'America/Havana', '2026-03-08T05:00:00', 'the same in Cuba'],
    [
      '2026-10-31',
      'America/Havana',
      '2026-11-01T04:00:00',
      'the first hour of the next day comes twice: the first one counts',
    ],
    ['2026-04-23', 'Africa/Cairo', '2026-04-23T22:00:00', 'summer time begins at midnight, east of Greenwich'],
    ['2021-10-28', 'Asia/Amman', '2021-10-28T21:00:00', 'the first hour comes twice, east of Greenwich'],
    ['2011-12-29', 'Pacific/Apia', '2011-12-30T10:00:00', 'a next day that the island never had'],
  ])('%s in %s is %s: %s', (date, zone, expected) => {
    expect(endOfDay(date, zone)).toBe(`${expected}.000000Z`);
  });

  test.each([
    'Europe/Berlin',
    'America/Sao_Paulo',
    'America/Havana',
    'Asia/Amman',
    'Australia/Lord_Howe',
    'Africa/Casablanca',
  ])(
    'in %s is the first second of which the calendar there says the next date, through two years of changes',
    (timeZone) => {
      const calendar = new Intl.DateTimeFormat('en-CA', {
        timeZone,
        year: 'numeric',
        month: '2-digit',
        day: '2-digit',
      });
      for (let day = Date.parse('2017-06-01'); day < Date.parse('2019-06-01'); day += 86_400_000) {
        const date = new Date(day).toISOString().slice(0, 10);
        const end = Date.parse(endOfDay(date, timeZone).replace('000Z', 'Z'));
        expect([calendar.format(end - 1) <= date, calendar.format(end) > date, date]).toEqual([true, true, date]);
      }
    },
  );
});

test('an expiry that is a moment stays what it is', () => {
  expect(expiryInstant('2027-01-31T12:00:00.000001Z', 'Europe/Berlin')).toBe('2027-01-31T12:00:00.000001Z');
  expect(expiryInstant('2027-01-31', 'Europe/Berlin')).toBe('2027-01-31T23:00:00.000000Z');
});

describe('the expiry of a receipt', () => {
  const goods = { shelfLifeDays: null, timezone: 'UTC' };

  test.each<[string, Partial<Parameters<typeof expiryOf>[0]>, string]>([
    ['is what the line says', { expiresAt: '2027-01-31' }, '2027-02-01T00:00:00.000000Z'],
    [
      'is what the line says, whatever the shelf life',
      { expiresAt: '2027-01-31', producedOn: '2026-11-01', shelfLifeDays: 10 },
      '2027-02-01T00:00:00.000000Z',
    ],
    [
      'follows from production and shelf life',
      { producedOn: '2026-11-01', shelfLifeDays: 10 },
      '2026-11-12T00:00:00.000000Z',
    ],
    [
      'is cut in the zone',
      { producedOn: '2026-11-01', shelfLifeDays: 10, timezone: 'Europe/Berlin' },
      '2026-11-11T23:00:00.000000Z',
    ],
    ['is never without a day of production', { shelfLifeDays: 10 }, NEVER],
    ['is never without a shelf life', { producedOn: '2026-11-01' }, NEVER],
    [
      'is never when it would lie beyond the last day there is',
      { producedOn: '9990-01-01', shelfLifeDays: 36_500 },
      NEVER,
    ],
  ])('%s', (_what, facts, expected) => {
    expect(expiryOf({ ...goods, ...facts })).toBe(expected);
  });
});
