/** Equal requests have equal texts, and of unequal ones the first field that differs can be named. */
import { describe, expect, test } from 'vitest';
import { canonicalJson, firstDifference } from './canonical-json.ts';

describe('the canonical text', () => {
  test.each<[string, unknown, string]>([
    ['sorts keys', { b: 1, a: 2 }, '{"a":2,"b":1}'],
    ['sorts keys at every depth', { z: [{ b: 1, a: 2 }] }, '{"z":[{"a":2,"b":1}]}'],
    ['keeps the order of lists', [3, 1, 2], '[3,1,2]'],
    ['leaves out what is undefined', { a: undefined, b: 1 }, '{"b":1}'],
    ['keeps what is null', { a: null }, '{"a":null}'],
    ['writes text as JSON does', { 'a"b': 'c\n"d"😀' }, '{"a\\"b":"c\\n\\"d\\"😀"}'],
    ['writes nothing as null', undefined, 'null'],
    ['sorts by code units, not by a language', { ä: 1, z: 2, Z: 3 }, '{"Z":3,"z":2,"ä":1}'],
    ['writes empty things', { a: {}, b: [] }, '{"a":{},"b":[]}'],
    ['writes minus zero as zero', { a: -0 }, '{"a":0}'],
  ])('%s', (_what, value, expected) => {
    expect(canonicalJson(value)).toBe(expected);
    expect(canonicalJson(JSON.parse(expected))).toBe(expected);
  });
});

describe('the first difference', () => {
  test.for<[string, unknown, unknown, string | undefined]>([
    ['is none between equals', { a: 1, b: [1, { c: 2 }] }, { b: [1, { c: 2 }], a: 1 }, undefined],
    ['is none between left out and undefined', { a: 1 }, { a: 1, b: undefined }, undefined],
    ['is a field', { skuId: 'S', quantity: 1 }, { skuId: 'S', quantity: 2 }, 'quantity'],
    ['is the first in the order of keys', { b: 1, a: 1 }, { b: 2, a: 2 }, 'a'],
    ['is a field that only one has', { a: 1 }, { a: 1, b: 2 }, 'b'],
    ['is a field that is null in one and left out in the other', { a: 1, spuId: null }, { a: 1 }, 'spuId'],
    ['lies in a line', { lines: [{ q: 1 }, { q: 2 }] }, { lines: [{ q: 1 }, { q: 3 }] }, 'lines.1.q'],
    ['is a line that only one has', { lines: [1] }, { lines: [1, 2] }, 'lines.1'],
    ['is a line that is null in one', { lines: [1, null] }, { lines: [1] }, 'lines.1'],
    ['is the first line, counted and not spelled', Array.from({ length: 12 }, (_, at) => at), Array(12).fill(-1), '0'],
    ['is line 2 and not line 10', [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10], [0, 1, -2, 3, 4, 5, 6, 7, 8, 9, -10], '2'],
    ['is where the kinds part', { a: [] }, { a: {} }, 'a'],
    ['is where a value became an object', { a: 1 }, { a: { b: 1 } }, 'a'],
    ['is the request when nothing smaller can be named', 1, 2, 'request'],
    ['tells the number from its text', { a: 1 }, { a: '1' }, 'a'],
  ])('%s', ([_what, one, other, expected]) => {
    expect(firstDifference(one, other)).toBe(expected);
    expect(firstDifference(other, one)).toBe(expected);
  });
});
