/** Class 7.3 of reliability.md: moments, dates and what lies between two of them. */
import { accepted, type BadInput, type Place, refused } from './bad-input.ts';
import { MAX_TTL_SECONDS } from './ranges.ts';
import { at } from './wire.ts';

/** What is sent, and how it is told: UTC with six decimals, or the day itself. */
type Written = readonly [number, string, string];

const MOMENTS: readonly Written[] = [
  [70, '2024-02-29T00:00:00Z', '2024-02-29T00:00:00.000000Z'],
  [73, '1970-01-01T00:00:00Z', '1970-01-01T00:00:00.000000Z'],
  [73, '2038-01-19T03:14:08Z', '2038-01-19T03:14:08.000000Z'],
  [73, '2106-02-07T06:28:16Z', '2106-02-07T06:28:16.000000Z'],
  [75, '2026-01-05T01:30:00+02:00', '2026-01-04T23:30:00.000000Z'],
  [75, '2026-01-05T13:30:00-12:00', '2026-01-06T01:30:00.000000Z'],
  [75, '2026-01-05T13:30:00+14:00', '2026-01-04T23:30:00.000000Z'],
  // Neither an hour that Berlin leaves out nor one that it has twice is anything special in UTC.
  [77, '2026-03-29T01:30:00Z', '2026-03-29T01:30:00.000000Z'],
  [77, '2026-10-25T00:30:00Z', '2026-10-25T00:30:00.000000Z'],
  [77, '2026-10-25T01:30:00Z', '2026-10-25T01:30:00.000000Z'],
  [78, '2026-01-05T12:00:00.123456Z', '2026-01-05T12:00:00.123456Z'],
];
/** Goods are good for all of the day that is named. */
const EXPIRY_DAYS: readonly Written[] = [
  [70, '2024-02-29', '2024-03-01T00:00:00.000000Z'],
  [73, '1970-01-01', '1970-01-02T00:00:00.000000Z'],
  [73, '2038-01-19', '2038-01-20T00:00:00.000000Z'],
  [73, '2106-02-07', '2106-02-08T00:00:00.000000Z'],
];
const DAYS: readonly Written[] = [
  [70, '2024-02-29', '2024-02-29'],
  [73, '1970-01-01', '1970-01-01'],
  [73, '2038-01-19', '2038-01-19'],
  [73, '2106-02-07', '2106-02-07'],
];

const NO_MOMENTS: readonly (readonly [number, string])[] = [
  [69, '2026-02-30T00:00:00Z'],
  [69, '2025-02-29T00:00:00Z'],
  [71, '2016-12-31T23:59:60Z'],
  [72, '0000-00-00T00:00:00Z'],
  [72, '0000-01-01T00:00:00Z'],
  [72, '-0001-01-01T00:00:00Z'],
  [72, '10000-01-01T00:00:00Z'],
  [72, '+275760-09-13T00:00:00Z'],
  [74, '2026-10-25T02:30:00'],
  [76, '2026-01-05T12:00:00+99:99'],
  [78, '2026-01-05T12:00:00.123456789Z'],
];
const NO_DAYS: readonly (readonly [number, string])[] = [
  [69, '2026-02-30'],
  [69, '2025-02-29'],
  [72, '0000-00-00'],
  [72, '0000-01-01'],
  [72, '-001-01-01'],
  [72, '10000-01-01'],
  [72, '+275760-09-13'],
];
const NEITHER: readonly (readonly [number, string])[] = [
  [79, '1767225600'],
  [79, '"1767225600"'],
  [79, '"now"'],
  [79, '"yesterday"'],
];

export function timeInputs(place: Place): BadInput[] {
  const { kind } = place.field;
  const quoted = (list: readonly (readonly [number, string])[]) =>
    list.map(([number, text]) => [number, JSON.stringify(text)] as const);
  const wrong = [
    ...(kind === 'date' ? [] : quoted(NO_MOMENTS)),
    ...(kind === 'instant' ? [] : quoted(NO_DAYS)),
    ...NEITHER,
  ];
  const written = [...(kind === 'date' ? DAYS : MOMENTS), ...(kind === 'expiry' ? EXPIRY_DAYS : [])];
  return [
    ...wrong.map(([number, raw]) => ({ class: number, what: raw, raw, expected: refused })),
    ...written.flatMap(([number, text, told]) => tried(place, number, { text, told })),
    ...rulesOf(place),
  ];
}

function tried(place: Place, number: number, { text, told }: { text: string; told: string }): BadInput[] {
  const isAllowed = fits(place, told);
  // That the first of two days is after the other is told of the other, on which the rule is tried.
  if (!isAllowed && ['produced', 'starts', 'from'].includes(timeRoleOf(place.field))) return [];
  return [{ class: number, what: text, raw: JSON.stringify(text), expected: isAllowed ? accepted(told) : refused }];
}

/** Whether the rules of the field let a moment be, which is written as it is told. */
function fits({ procedure, field, call }: Place, told: string): boolean {
  const beside = (name: string) => at(call, [...field.path.slice(0, -1), name]);
  const isAfter = (a: unknown, b: unknown) => typeof a === 'string' && typeof b === 'string' && a > b;
  switch (timeRoleOf(field)) {
    case 'past':
      return Date.parse(told) <= Date.now();
    case 'deadline':
      return Date.parse(told) > Date.now() && Date.parse(told) <= latest(procedure);
    case 'from':
      return !isAfter(told, beside('to')) && isNear(told, beside('to'));
    case 'to':
      return !isAfter(beside('from'), told) && isNear(beside('from'), told);
    case 'produced':
      return !isAfter(told, beside('expiresAt'));
    case 'starts':
      return !isAfter(told, beside('endsOn'));
    case 'ends':
      return !isAfter(beside('startsOn'), told);
    case 'expiry':
      return !isAfter(beside('producedOn'), told.slice(0, 10));
    case 'any':
      return true;
  }
}

type TimeRole = 'past' | 'deadline' | 'from' | 'to' | 'produced' | 'starts' | 'ends' | 'expiry' | 'any';

function timeRoleOf({ name, kind }: Place['field']): TimeRole {
  if (['occurredAt', 'asOf', 'at'].includes(name)) return 'past';
  if (name === 'expiresAt') return kind === 'expiry' ? 'expiry' : 'deadline';
  if (name === 'from' || name === 'to') return name;
  return DAY_ROLES[name] ?? 'any';
}

const DAY_ROLES: Readonly<Record<string, TimeRole>> = { producedOn: 'produced', startsOn: 'starts', endsOn: 'ends' };

/** Only a hold has a longest life. */
function latest(procedure: string): number {
  return procedure.startsWith('reservation.') ? Date.now() + MAX_TTL_SECONDS * 1000 : Number.POSITIVE_INFINITY;
}

const YEAR_MS = 365.25 * 86_400_000;

/** A range may be a hundred years long. */
function isNear(from: unknown, to: unknown): boolean {
  return typeof from !== 'string' || typeof to !== 'string' || Date.parse(to) - Date.parse(from) <= 100 * YEAR_MS;
}

/** What a moment may not be because of what it is for. */
function rulesOf({ procedure, field }: Place): BadInput[] {
  const inSeconds = (seconds: number) => JSON.stringify(new Date(Date.now() + seconds * 1000).toISOString());
  const no = (number: number, what: string, raw: string): BadInput => ({ class: number, what, raw, expected: refused });
  switch (timeRoleOf(field)) {
    case 'past': {
      const number = field.name === 'at' ? 88 : 85;
      return [no(number, 'in an hour', inSeconds(3600)), no(number, 'in the year 9000', '"9000-01-01T00:00:00Z"')];
    }
    case 'deadline': {
      const passed = [no(83, 'an hour ago', inSeconds(-3600)), no(83, 'a moment ago', inSeconds(-1))];
      if (!procedure.startsWith('reservation.')) return passed;
      return [...passed, no(84, 'past the longest life', inSeconds(MAX_TTL_SECONDS + 60))];
    }
    case 'to':
      return [
        no(80, 'before the start', '"2026-01-02T03:04:04.999999Z"'),
        no(81, 'a thousand years after the start', '"3026-01-01T00:00:00Z"'),
      ];
    case 'expiry':
      return [no(82, 'before it was made', '"2025-12-31"'), no(82, 'before it was made', '"2025-12-31T23:59:59Z"')];
    case 'from':
    case 'produced':
    case 'starts':
    case 'ends':
    case 'any':
      return [];
  }
}
