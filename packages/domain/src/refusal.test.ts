import { describe, expect, test } from 'vitest';
import { asRefusal, duplicate, invariant, notFound, present, quote } from './refusal.ts';

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

describe('what can only be a bug', () => {
  test('is loud: a condition that does not hold, and a value that is missing', () => {
    expect(() => invariant(false, 'a sum is off')).toThrow('invariant broken: a sum is off');
    for (const nothing of [undefined, null]) expect(() => present(nothing, 'a row')).toThrow('a row is missing');
    for (const something of [0, '', false]) expect(present(something, 'a row')).toBe(something);
  });

  test('is never taken for a refusal', () => {
    const refusal = notFound('batch', 'B');
    expect(asRefusal(refusal)).toBe(refusal);
    const bug = new TypeError('x is not a function');
    expect(() => asRefusal(bug)).toThrow(bug);
  });
});
