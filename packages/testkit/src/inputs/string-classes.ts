/** Class 7.2 of reliability.md: strings and identifiers. */
import { accepted, rawOf, refused, same, type BadInput, type Expectation, type Place } from './bad-input.ts';
import { isOwn } from './roles.ts';

/** What one kind of text field does with values that are fine as text. */
type Taste = (value: string) => Expectation;

export function stringInputs(place: Place): BadInput[] {
  const { kind } = place.field;
  if (kind === 'file') return fileInputs(place);
  const [asIdentifier, asText] = tastes(place);
  const always: Taste = () => refused;
  const plain = plainFor(place);
  return [
    ...plain(35, [''], place.field.mayBeEmpty ? accepted : always),
    ...plain(36, ['   '], always),
    ...plain(37, ['abc ', ' abc', '\u00a0abc'], asText),
    ...lookalikes(place, asIdentifier),
    ...plain(42, ['a\u200bb', '\ufeffabc', 'a\u2060b', 'a\u180eb'], always),
    ...plain(42, ['a\u200db', 'a\u200cb'], asText),
    ...plain(43, ['a\u202eb', 'a\u2066b'], always),
    ...plain(44, ['a\u0000b', 'a\u0001b', 'a\u007fb'], always),
    ...plain(45, ['a\r\nb', 'a\nb', 'a\u2028b'], (value) => (value.includes('\u2028') ? refused : asText(value))),
    ...plain(46, ['a\tb'], asText),
    ...plain(47, ['a\ud800b', '\udc00'], always),
    ...plain(48, ['a\uffffb', 'a\u{10ffff}b'], always),
    ...plain(49, ['a\u{1f600}b'], asIdentifier),
    ...lengths(place),
    ...LARGE,
    ...plain(55, ["' OR '1'='1", '"; DROP TABLE level;--', '\\', '%', '_', "a'b\\"], asIdentifier),
    ...plain(56, ['sleep(5)', '1;SELECT(sleep(5))'], asIdentifier),
    ...plain(57, ['<script>alert(1)</script>', '<img onerror=x>', 'javascript:alert(1)'], fitting(place, asIdentifier)),
    ...plain(58, ['=HYPERLINK("x")', '+1', '-1', '@x'], asIdentifier),
    ...plain(58, ['\t=1', '\r=1', '\n=1'], asText),
    ...plain(59, ['${{7*7}}', '{{7*7}}', '%s%n'], asIdentifier),
    ...plain(60, ['../../etc/passwd', 'C:\\', 'file://x'], asIdentifier),
    ...plain(61, ['a\r\nSet-Cookie: b=c'], asText),
    ...plain(62, ['__proto__', 'constructor', 'toString'], asIdentifier),
    ...plain(63, ['null', 'undefined', 'NaN', 'true'], asIdentifier),
    ...(kind === 'identifier' ? plain(64, ['0', '00', '0.0', '1e1'], asIdentifier) : []),
    ...(kind === 'id' ? ids(plain) : []),
    ...plain(66, [`${'a'.repeat(50_000)}!`, `${'1'.repeat(50_000)}x`], always).map((input) => ({
      ...input,
      withinMs: 1000,
    })),
    ...plain(67, [`a${'\u0301'.repeat(1000)}`], always),
  ];
}

/** A file may have anything in it that is Unicode: what its rows say is looked at when they are read. */
function fileInputs(place: Place): BadInput[] {
  const asValue = { ...place, field: { ...place.field, kind: 'opaque' as const } };
  return stringInputs(asValue).map((input) => {
    const value: unknown = JSON.parse(rawOf(input, place.base));
    const isFile = typeof value === 'string' && value !== '' && value.isWellFormed();
    return isFile && input.once !== true ? { ...input, expected: accepted(value) } : input;
  });
}

/** What is fine as an identifier, and what only as free text; every other kind of field takes neither. */
function tastes(place: Place): [Taste, Taste] {
  const { kind, maxLength } = place.field;
  const never: Taste = () => refused;
  if (kind === 'text') return [(value) => taken(value, maxLength), (value) => taken(value, maxLength)];
  if (kind !== 'identifier') return [never, never];
  return [isChoosy(place) ? never : (value) => taken(value, maxLength), never];
}

/** Whether hardly any text will do, however well it is formed. */
function isChoosy({ role }: Place): boolean {
  return role === 'strategy' || role === 'address';
}

function taken(value: string, maxLength: number): Expectation {
  return value.length > maxLength ? refused : accepted(value.normalize('NFC'));
}

function fitting(place: Place, taste: Taste): Taste {
  return (value) => (place.field.maxLength > 0 && value.length > place.field.maxLength ? refused : taste(value));
}

function plainFor(place: Place) {
  // A key is one call's own: the same one on another procedure would be refused for that.
  const key = isOwn(place.procedure, place.field);
  return (number: number, values: readonly string[], taste: Taste): BadInput[] =>
    values.map((value) => {
      const expected = taste(value);
      const sent = key && expected.kind === 'accepted' ? `${value}${place.procedure}` : value;
      return {
        class: number,
        what: JSON.stringify(value).slice(0, 40),
        raw: JSON.stringify(sent),
        expected: key ? taste(sent) : expected,
      };
    });
}

/** Values that look like the one in use: each is another identifier, except for the same one written in another form. */
function lookalikes(place: Place, taste: Taste): BadInput[] {
  const { base, field } = place;
  if (field.kind !== 'identifier' || typeof base !== 'string') return [];
  const isAddress = place.role === 'address';
  const folds = [
    [39, base.replace('a', '\u00e1')],
    [39, base.replace('ss', '\u00df')],
    [39, base.replace('1', '\uff11')],
    [39, base.replace('fi', '\ufb01')],
    [38, base.toUpperCase()],
    [38, base.slice(0, 1).toUpperCase() + base.slice(1)],
    [41, base.replace('a', '\u0430')],
  ] as const;
  const others = folds
    .filter(([, value]) => value !== base)
    .map(([number, value]) => ({
      class: number,
      what: 'a look-alike',
      raw: JSON.stringify(value),
      expected: isAddress ? ({ kind: 'either', as: value.normalize('NFC') } as const) : taste(value),
    }));
  const decomposed: BadInput = {
    class: 40,
    what: 'the same, decomposed',
    raw: (own) => JSON.stringify(String(own).normalize('NFD')),
    expected: same,
  };
  return [...others, decomposed];
}

function lengths(place: Place): BadInput[] {
  const { kind, maxLength } = place.field;
  if (kind !== 'identifier' && kind !== 'text') return [];
  const at = (number: number, value: string, expected: Expectation): BadInput => ({
    class: number,
    what: `${value.length} characters`,
    raw: JSON.stringify(value),
    expected,
  });
  // A key must be one call's own.
  const mark = isOwn(place.procedure, place.field) ? place.procedure : '';
  const wide = `${mark}${'\u{1f600}'.repeat(maxLength - mark.length)}`;
  const longest = place.procedure.padEnd(maxLength, 'x').slice(0, maxLength);
  return [
    at(50, longest, isChoosy(place) ? refused : accepted(longest)),
    at(50, 'x'.repeat(maxLength + 1), refused),
    at(51, wide, isChoosy(place) ? refused : { kind: 'either', as: wide }),
    at(52, '\u{1d160}'.repeat(maxLength), refused),
  ];
}

const quoted = (length: number): string => JSON.stringify('a'.repeat(length));

/** Made once: every field is offered them, and few are sent. */
const LARGE: readonly BadInput[] = [
  { class: 53, what: '10 MB', raw: quoted(10_000_000), expected: { kind: 'transport', status: 413 }, once: true },
  { class: 54, what: '1 MB, body under its limit', raw: quoted(1_000_000), expected: refused, once: true },
];

function ids(plain: ReturnType<typeof plainFor>): BadInput[] {
  return [
    ...plain(
      65,
      [
        '01JD7Z5K3M8Q2W4E6R7T8Y9ZA',
        '01JD7Z5K3M8Q2W4E6R7T8Y9ZABC',
        '81JD7Z5K3M8Q2W4E6R7T8Y9ZAB',
        '01jd7z5k3m8q2w4e6r7t8y9zab',
      ],
      () => refused,
    ),
    ...plain(65, ['2f1b5c52-8f6e-4f7f-9d5e-0e3f7c9a1b2c'], () => refused),
    ...plain(65, ['0000000000ZZZZZZZZZZZZZZZZ'], accepted),
  ];
}
