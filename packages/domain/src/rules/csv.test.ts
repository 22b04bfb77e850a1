/** CSV as RFC 4180 has it, read in pieces of every size. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readCsv } from './csv.ts';

describe('a text', () => {
  test.each<[string, string, (readonly string[])[]]>([
    [
      'rows and values',
      'a,b\r\nc,d\r\n',
      [
        ['a', 'b'],
        ['c', 'd'],
      ],
    ],
    [
      'no end of line at the end',
      'a,b\nc,d',
      [
        ['a', 'b'],
        ['c', 'd'],
      ],
    ],
    ['ends of line of every kind', 'a\r\nb\nc\rd', [['a'], ['b'], ['c'], ['d']]],
    [
      'empty values',
      ',\r\n"",\r\n',
      [
        ['', ''],
        ['', ''],
      ],
    ],
    ['an empty line', 'a\r\n\r\nb\r\n', [['a'], [], ['b']]],
    ['quoted commas, quotes and line ends', '"a,b","c""d","e\r\nf"\r\n', [['a,b', 'c"d', 'e\r\nf']]],
    ['white space as it is', ' a , b\t\r\n', [[' a ', ' b\t']]],
    ['letters of any script', '库存,é😀\r\n', [['库存', 'é😀']]],
    ['nothing', '', []],
  ])('%s', (_what, text, rows) => {
    expect(readCsv(text, true)).toEqual({ rows, consumed: text.length });
  });

  test.each([
    ['a quote that is never closed', 'a\n"b', 'never closed'],
    ['a quote within a value', 'a\nb"c\n', 'not quoted'],
    ['text behind a quote', 'a\n"b"c\n', 'behind a closing quote'],
  ])('with %s ends before it', (_what, text, problem) => {
    const read = readCsv(text, true);
    expect(read).toMatchObject({ rows: [['a']], consumed: 2, problem: expect.stringContaining(problem) });
  });

  test('whose quote swallows the rest is given up, not kept for ever', () => {
    expect(readCsv(`"${'x'.repeat(100_001)}`, false).problem).toContain('longer than');
  });
});

test('cut anywhere it says the same as in one piece', () => {
  const cell = fc.string({ unit: fc.constantFrom('a', '"', ',', '\r', '\n', '库'), maxLength: 5 });
  const quoted = (text: string) => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  const rows = fc.array(fc.array(cell, { minLength: 2, maxLength: 4 }), { minLength: 1, maxLength: 6 });
  fc.assert(
    fc.property(
      rows,
      fc.constantFrom('\r\n', '\n', '\r'),
      fc.array(fc.nat(60), { maxLength: 8 }),
      (table, end, cuts) => {
        const text = table.map((row) => row.map(quoted).join(',') + end).join('');
        const places = [0, ...cuts.map((cut) => Math.min(cut, text.length)).toSorted((a, b) => a - b), text.length];
        const read: (readonly string[])[] = [];
        let carry = '';
        for (const [at, place] of places.slice(1).entries()) {
          const piece = carry + text.slice(places[at], place);
          const isEnd = at === places.length - 2;
          const { rows: found, consumed, problem } = readCsv(piece, isEnd);
          expect(problem).toBeUndefined();
          read.push(...found);
          carry = piece.slice(consumed);
        }
        expect(carry).toBe('');
        expect(read).toEqual(table);
      },
    ),
    { numRuns: 500 },
  );
});
