import { describe, expect, test } from 'vitest';
import { duplicate, notFound, quote } from './refusal.ts';

describe('what a caller sent is told back only so far', () => {
  test('an identifier as a whole, a longer text by its beginning', () => {
    const longest = 'x'.repeat(100);
    expect(notFound('batch', longest).details).toMatchObject({ id: longest });
    expect(duplicate('batch', longest, '').details).toMatchObject({ id: longest });
    expect(notFound('batch', `${longest}y`).details).toMatchObject({ id: `${'x'.repeat(99)}…` });
    expect(duplicate('batch', `${longest}y`, '').details).toMatchObject({ id: `${'x'.repeat(99)}…` });
    expect(quote('x'.repeat(65))).toBe(`"${'x'.repeat(63)}…"`);
  });

  test('never with half of a character', () => {
    expect(quote('😀'.repeat(40)).isWellFormed()).toBe(true);
  });
});
