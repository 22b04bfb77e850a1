import { describe, expect, it } from 'vitest';
import { createAnswerShelf, type KeptAnswer } from './answer-shelf.ts';

const kept = (answer: string, facts: Partial<KeptAnswer> = {}): KeptAnswer => ({
  ...{ answer, sources: ['A'], mark: 1, readAtMs: 100, untilMs: 1000, isShared: false },
  ...facts,
});

describe('a shelf of answers', () => {
  it.each([
    ['an earlier mark, though it came later', { mark: 0 }],
    ['the same mark, read earlier', { readAtMs: 99 }],
  ])('does not put an answer of %s in the place of a newer one', (_what, facts) => {
    const shelf = createAnswerShelf(2);
    shelf.put('A', kept('newer'));
    shelf.put('A', kept('older', facts));
    expect(shelf.find('A')?.answer).toBe('newer');
  });

  it.each([
    ['a later mark', { mark: 2, readAtMs: 99 }],
    ['the same mark, read as late', {}],
  ])('puts an answer of %s there', (_what, facts) => {
    const shelf = createAnswerShelf(2);
    shelf.put('A', kept('older'));
    shelf.put('A', kept('newer', facts));
    expect(shelf.find('A')?.answer).toBe('newer');
  });

  it('lets go of what was asked for the longest time ago', () => {
    const shelf = createAnswerShelf(2);
    for (const key of ['A', 'B']) shelf.put(key, kept(key));
    shelf.find('A');
    shelf.put('C', kept('C'));
    expect(['A', 'B', 'C'].map((key) => shelf.find(key)?.answer)).toEqual(['A', undefined, 'C']);
  });
});
