/** Class 7.4 of reliability.md, as far as it is about the shape of an input: keys, lists, nesting, words of a closed list, cursors, addresses. */
import { accepted, type BadInput, malformed, type Place, refused, same } from './bad-input.ts';
import { mostOf } from './ranges.ts';
import { sheetOf } from './sheets/all.ts';

const no = (number: number, what: string, raw: BadInput['raw']): BadInput => ({
  ...{ class: number, what, raw, expected: refused },
});

/** An object with more in it than it has; the text comes first, so that it may repeat a key. */
const withMore = (more: string) => (own: unknown) => {
  const text = JSON.stringify(own);
  return text === '{}' ? `{${more}}` : `{${more},${text.slice(1)}`;
};

export function objectInputs({ field, base, isPage }: Place): BadInput[] {
  const [first] = Object.keys(base ?? {});
  const isRoot = field.path.length === 0;
  const twice: BadInput = {
    ...{ class: 91, what: 'a key twice, first with another value', expected: same },
    raw: withMore(`${JSON.stringify(first)}:{"no":"value"}`),
  };
  const sorted = ['"sort":"1;DROP TABLE sku"', '"orderBy":"no_column"', '"sort":"sleep(5)"'];
  return [
    ...['admin', 'version', 'onHand', 'isAdmin'].map((key) => no(89, `another key, ${key}`, withMore(`"${key}":1`))),
    no(90, 'a prototype', withMore('"__proto__":{"polluted":1}')),
    no(90, 'a constructor', withMore('"constructor":{"prototype":{"polluted":1}}')),
    no(95, 'a list of it', (own) => JSON.stringify([own])),
    no(95, 'an empty list', '[]'),
    ...(isRoot || field.nullable ? [] : [no(95, 'nothing', 'null')]),
    no(95, 'a number', '5'),
    no(95, 'a text', '"x"'),
    ...(isRoot && first !== undefined ? [twice] : []),
    ...(isRoot && isPage ? sorted.map((more) => no(119, more, withMore(more))) : []),
  ];
}

export function listInputs({ procedure, field, base }: Place): BadInput[] {
  const many = (count: number) => (own: unknown) =>
    JSON.stringify(Array.from({ length: count }, () => (Array.isArray(own) ? own[0] : own)));
  const most = mostOf(procedure, field);
  const isPlain = Array.isArray(base) && typeof base[0] !== 'object';
  return [
    ...(field.mayBeEmpty ? [] : [no(92, 'nothing in it', '[]')]),
    { ...no(93, `${most + 1} in it`, many(most + 1)), tells: String(most) },
    no(94, 'null in it', '[null]'),
    { class: 94, what: 'a gap in it', raw: '[,]', expected: malformed },
    no(95, 'an object', '{}'),
    no(95, 'an object of it', (own) => JSON.stringify(Object.fromEntries(Object.entries(own ?? {})))),
    // A query says a list of one as a text.
    ...(sheetOf(procedure)?.writes === undefined ? [] : [no(95, 'a text', '"x"')]),
    // Of lines, so many are too large a body before anybody counts them.
    ...(isPlain ? [{ ...no(120, '10,001 in it', many(10_001)), tells: String(most) }] : []),
  ];
}

/** Attributes, which are any JSON within bounds. */
export function freeInputs(_place: Place): BadInput[] {
  const nested = (depth: number) => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`;
  const keys = Object.fromEntries(Array.from({ length: 1000 }, (_each, index) => [`k${index}`, index]));
  return [
    ...[33, 5000, 100_000].map((depth) => no(96, `${depth} deep`, nested(depth))),
    no(96, 'lists 5,000 deep', `{"a":${'['.repeat(5000)}${']'.repeat(5000)}}`),
    no(97, '1,000 keys', JSON.stringify(keys)),
    no(97, '64 kB', JSON.stringify({ a: 'a'.repeat(65_536) })),
    no(90, 'a prototype', '{"__proto__":{"polluted":1}}'),
    ...['[]', '"x"', '5'].map((raw) => no(95, raw, raw)),
  ];
}

/** A word of a closed list, and the name of a strategy: a refusal tells those that there are. */
export function wordInputs({ base }: Place): BadInput[] {
  const known = String(base);
  return [
    { ...no(103, 'a word that nobody knows', '"no-such-word"'), tells: known },
    { ...no(104, 'in capitals', (own) => JSON.stringify(String(own).toUpperCase())), tells: known },
  ];
}

/** A name that nothing has. */
export function unknownInputs({ field, role }: Place): BadInput[] {
  if (role !== 'lookup' && role !== 'filter') return [];
  const value = field.kind === 'id' ? '0000000000ZZZZZZZZZZZZZZZZ' : 'nobody-has-this';
  return [{ class: 105, what: value, raw: JSON.stringify(value), expected: accepted(value) }];
}

export function cursorInputs(_place: Place): BadInput[] {
  const made = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  return ['x', 'not a cursor', made(['a']), made({ after: 1 }), made([1, 2, 3, 4, 5]), made(null)].map((value) =>
    no(118, value, JSON.stringify(value)),
  );
}

export function keyInputs(_place: Place): BadInput[] {
  return [
    no(122, 'empty', '""'),
    no(122, '256 characters', JSON.stringify('k'.repeat(256))),
    no(122, 'a control character', JSON.stringify('a\u0007b')),
    no(122, 'a list', '["a"]'),
  ];
}

/** Addresses inside, or made to look as if they were not. */
export function addressInputs(_place: Place): BadInput[] {
  return [
    ...['http://hooks.example.com/', 'https://localhost/', 'https://169.254.169.254/latest', 'https://[::1]/'],
    ...[
      'https://0x7f000001/',
      'https://2130706433/',
      'https://127.1/',
      'https://10.0.0.1/',
      'https://[::ffff:10.0.0.1]/',
    ],
    ...['https://user:pass@hooks.example.com/', 'https://hooks.example.com:22/', 'ftp://hooks.example.com/'],
    `https://hooks.example.com/${'a'.repeat(3000)}`,
  ].map((url) => no(121, url.slice(0, 40), JSON.stringify(url)));
}
