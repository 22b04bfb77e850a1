/** The judge itself: a harness that cannot see what is wrong proves nothing. */
import { describe, expect, test } from 'vitest';
import { judge } from './judge.ts';
import type { Note } from './note.ts';
import type { Expected } from './witness.ts';

const happened = (aggregate: string, from: number, to: number): Expected => ({
  ...{ id: `${aggregate}:${to}`, aggregate, type: 'stock.sku.updated', from, to },
});
const told = (aggregate: string, from: number, to: number): Note => ({
  ...happened(aggregate, from, to),
  ...{ recordedAt: 1_000, heardAt: 1_100, taken: true, movements: 1 },
});

const expected = [happened('a', 0, 1), happened('a', 1, 3), happened('a', 3, 4), happened('b', 0, 1)];
const whole = [told('a', 0, 1), told('b', 0, 1), told('a', 1, 3), told('a', 3, 4)];
const [first, second, third, last] = [told('a', 0, 1), told('b', 0, 1), told('a', 1, 3), told('a', 3, 4)];

describe('a consumer', () => {
  test.each<[string, readonly Note[], number]>([
    ['that heard everything in order', whole, 0],
    ['that heard some of it again, at once and late', [...whole, ...whole, first, last], 6],
    ['that refused at first', [{ ...told('a', 0, 1), taken: false }, ...whole], 0],
  ])('%s is content', (_what, notes, repeats) => {
    const verdict = judge({ consumer: 'one', journal: { notes, strays: [] }, expected });
    expect(verdict).toMatchObject({ problems: [], delivered: 4, repeats, movements: 4, p99Ms: 100 });
  });

  test.each<[string, readonly Note[], RegExp]>([
    ['lacks the last', [first, second, third], /a:4 was never delivered/],
    ['lacks one in the middle', [first, second, last], /a:3 was never delivered/],
    ['only refused one', [first, second, third, { ...last, taken: false }], /a:4 was never delivered/],
    ['heard two the wrong way round', [first, second, last, third], /a:4 was told where a:3 was due/],
    ['heard one that began elsewhere', [first, second, { ...third, from: 2 }, last], /a:3 was told from 2 to 3/],
    ['heard what never happened', [...whole, told('c', 0, 1)], /c:1 was told and never happened/],
  ])('that %s is not', (_what, notes, problem) => {
    const { problems } = judge({ consumer: 'one', journal: { notes, strays: [] }, expected });
    expect(problems.join('\n')).toMatch(problem);
  });

  test('that was called by a stranger is not', () => {
    const journal = { notes: whole, strays: ['not verified'] };
    expect(judge({ consumer: 'one', journal, expected }).problems).toEqual(['one: not verified']);
  });

  test('may hear what was replayed at any time, and must hear it', () => {
    const replayed = new Set(['a:3']);
    const late = { consumer: 'one', journal: { notes: [first, second, last, third], strays: [] }, expected, replayed };
    expect(judge(late).problems).toEqual([]);
    expect(judge({ ...late, journal: { notes: [first, second, last], strays: [] } }).problems).toEqual([
      'one: a:3 was never delivered',
    ]);
  });
});
