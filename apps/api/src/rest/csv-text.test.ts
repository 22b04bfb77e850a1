/** One cell at a time: quoting as RFC 4180 has it, and nothing that a spreadsheet would run. */
import { describe, expect, test } from 'vitest';
import { csvLine, csvRow } from './csv-text.ts';

const cell = (value: unknown): string => csvLine([value]).slice(0, -2);

describe('a cell', () => {
  test.each<[string, unknown, string]>([
    ['text as it is', 'Cap, red'.replace(',', ''), 'Cap red'],
    ['a comma quoted', 'a,b', '"a,b"'],
    ['quotes doubled', 'say "hi"', '"say ""hi"""'],
    ['a line feed quoted', 'a\nb', '"a\nb"'],
    ['a carriage return quoted', 'a\rb', '"a\rb"'],
    ['nothing for null', null, ''],
    ['nothing for what is not there', undefined, ''],
    ['nothing for an empty text', '', ''],
    ['a number', 12, '12'],
    ['a negative number', -12, '-12'],
    ['a negative number as text', '-12.50', '-12.50'],
    ['a signed number as text', '+3', '+3'],
    ['a flag', false, 'false'],
    ['a list as JSON', ['a', 1], '"[""a"",1]"'],
    ['an object as JSON', { a: '=1' }, '"{""a"":""=1""}"'],
    ['letters of any script', '库存 é', '库存 é'],
  ])('%s', (_what, value, written) => {
    expect(cell(value)).toBe(written);
  });

  test.each([
    '=1+1',
    '+1+1',
    '-1+1',
    '@SUM(A1)',
    '\t=1',
    '\r=1',
    '\n=1',
    '=HYPERLINK("http://x","y")',
    '-cmd|calc',
    '+',
    '-',
    '＝1',
    '＋1',
    '－1',
    '＠x',
    "'=1",
    "''-x",
  ])('what may be a formula begins with an apostrophe: %j', (text) => {
    const written = cell(text);
    expect(written.replace(/^"/, '').startsWith("'")).toBe(true);
    // Nothing is lost.
    expect(written.replace(/^"|"$/g, '').replaceAll('""', '"')).toBe(`'${text}`);
  });

  test.each(['a=1', ' =1', "'1", '1-1', 'x@y', '1e5'])('what is none stays: %j', (text) => {
    expect(cell(text)).toBe(text);
  });
});

test('a row has its columns in order, and an end of line as the standard has it', () => {
  expect(csvRow(['b', 'a', 'c'], { a: 1, b: 'x', d: 'not asked for' })).toBe('x,1,\r\n');
  expect(csvRow(['a'], null)).toBe('\r\n');
});

test('a column that is named like a part of every object is empty where the row lacks it', () => {
  expect(csvRow(['constructor', '__proto__'], {})).toBe(',\r\n');
});
