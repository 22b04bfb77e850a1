/** Attributes: any JSON object, unless it is built to hurt. */
import { describe, expect, test } from 'vitest';
import { attributes } from './attributes.ts';

const MAX_BYTES = 16_384;

/** An object whose innermost value lies so many objects deep. */
function nested(depth: number): unknown {
  let value: unknown = 'innermost';
  for (let each = 0; each < depth; each += 1) value = { a: value };
  return value;
}

function messageOf(given: unknown): string | undefined {
  return attributes.safeParse(given).error?.issues[0]?.message;
}

describe('attributes', () => {
  test.each([
    ['nothing', {}],
    ['plain values', { colour: 'blue', weight: 1.5, fragile: true, note: null }],
    ['lists and objects', { sizes: ['S', 'M'], box: { width: 1 } }],
    ['eight objects deep', nested(8)],
    ['as large as allowed', { text: 'x'.repeat(MAX_BYTES - '{"text":""}'.length) }],
    ['as many values as allowed', Object.fromEntries(Array.from({ length: 500 }, (_, at) => [`k${at}`, at]))],
    ['names of things that JavaScript objects have', { constructor: 'x', toString: 'y' }],
    ['joined emoji', { emoji: '👩\u200d👧' }],
  ])('are accepted: %s', (_what, given) => {
    expect(attributes.parse(given)).toEqual(given);
  });

  test.each([
    ['null', null, /object/],
    ['nothing at all', undefined, /object/],
    ['JSON as text', '{}', /object/],
    ['a number', 5, /object/],
    ['a list', ['a'], /object/],
    ['nine objects deep', nested(9), /nested deeper/],
    ['lists deeper than allowed', { list: [[[[[[[[1]]]]]]]] }, /nested deeper/],
    ['too many values', Object.fromEntries(Array.from({ length: 501 }, (_, at) => [`k${at}`, at])), /more than 500/],
    ['a list of a hundred thousand', { list: Array.from({ length: 100_000 }, () => 0) }, /more than 500/],
    ['too large', { text: 'x'.repeat(MAX_BYTES) }, /larger than/],
    ['too large in bytes, though not in characters', { text: '字'.repeat(10_000) }, /larger than/],
    ['a key that could change every object', JSON.parse('{"__proto__": {"admin": true}}'), /key/],
    ['the same key further in', JSON.parse('{"box": {"__proto__": 1}}'), /key/],
    ['a key with a NUL', { 'a\0b': 1 }, /key/],
    ['a key that is half of a surrogate pair', { '\ud800': 1 }, /key/],
    ['a NUL', { text: 'a\0b' }, /well-formed/],
    ['half of a surrogate pair', { text: ['\ud800'] }, /well-formed/],
    ['a number too large to be one, which would be stored as null', JSON.parse('{"weight": 1e309}'), /JSON/],
    ['what is no number', { weight: Number.NaN }, /JSON/],
    ['a bigint', { weight: 5n }, /JSON/],
    ['a function', { at: () => 1 }, /JSON/],
  ])('are refused: %s', (_what, given, message) => {
    expect(messageOf(given)).toMatch(message);
  });

  test('a hundred thousand objects inside each other are refused, not died of', () => {
    const start = performance.now();
    expect(messageOf(nested(100_000))).toMatch(/nested deeper/);
    expect(messageOf({ list: JSON.parse(`${'['.repeat(5000)}${']'.repeat(5000)}`) })).toMatch(/nested deeper/);
    expect(performance.now() - start).toBeLessThan(500);
  });

  test('an object that contains itself is refused', () => {
    const round: Record<string, unknown> = {};
    round['self'] = round;
    expect(messageOf(round)).toMatch(/nested deeper|more than 500/);
  });

  test('no prototype was touched', () => {
    attributes.safeParse(JSON.parse('{"__proto__": {"admin": true}, "constructor": {"prototype": {"admin": true}}}'));
    expect(Reflect.get({}, 'admin')).toBeUndefined();
  });
});
