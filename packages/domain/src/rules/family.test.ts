/** Kin of a batch: what it came from, where it went, and who is no kin at all. */
import { expect, test } from 'vitest';
import { familyOf, type Kin, reachOf } from './family.ts';

const lot = (batchId: string, more: Partial<Kin> = {}): Kin => ({
  batchId,
  batchNo: batchId,
  splitFrom: null,
  mergedInto: null,
  ...more,
});

test.for<[string, Kin[], string, Record<string, string>]>([
  ['a batch alone is itself', [lot('a'), lot('b')], 'a', { a: 'self' }],
  ['its number at other places is itself', [lot('a'), lot('n', { batchNo: 'a' })], 'a', { a: 'self', n: 'self' }],
  ['what it was split from', [lot('a'), lot('b', { splitFrom: 'a' })], 'b', { b: 'self', a: 'ancestor' }],
  ['what was split off it', [lot('a'), lot('b', { splitFrom: 'a' })], 'a', { a: 'self', b: 'descendant' }],
  ['what took it over', [lot('a', { mergedInto: 'm' }), lot('m')], 'a', { a: 'self', m: 'descendant' }],
  [
    'what it took over',
    [lot('a', { mergedInto: 'm' }), lot('b', { mergedInto: 'm' }), lot('m')],
    'm',
    { m: 'self', a: 'ancestor', b: 'ancestor' },
  ],
  [
    'not a sibling of a split',
    [lot('a'), lot('b', { splitFrom: 'a' }), lot('c', { splitFrom: 'a' })],
    'b',
    { b: 'self', a: 'ancestor' },
  ],
  [
    'not another source of a merge',
    [lot('a', { mergedInto: 'm' }), lot('b', { mergedInto: 'm' }), lot('m')],
    'a',
    { a: 'self', m: 'descendant' },
  ],
  [
    'over generations, and to the other places of each',
    [
      lot('a'),
      lot('b', { splitFrom: 'a', mergedInto: 'm' }),
      lot('m'),
      lot('m2', { batchNo: 'm' }),
      lot('c', { splitFrom: 'm2' }),
    ],
    'a',
    { a: 'self', b: 'descendant', m: 'descendant', m2: 'descendant', c: 'descendant' },
  ],
  [
    'also when two went into each other',
    [lot('a', { mergedInto: 'b' }), lot('b', { splitFrom: 'a' })],
    'a',
    { a: 'self', b: 'descendant' },
  ],
  [
    'on both sides what it was split from and went back into',
    [lot('a'), lot('b', { splitFrom: 'a', mergedInto: 'a' }), lot('c', { splitFrom: 'a' })],
    'b',
    { b: 'self', a: 'both', c: 'descendant' },
  ],
  [
    'on both sides what was split off it and came back',
    [lot('a'), lot('b', { splitFrom: 'a', mergedInto: 'a' })],
    'a',
    { a: 'self', b: 'both' },
  ],
])('%s', ([_what, batches, start, expected]) => {
  expect(Object.fromEntries(familyOf(batches, [start]))).toEqual(expected);
});

test('goods that were split off and merged back lie in what they came from', () => {
  const batches = [lot('a'), lot('b', { splitFrom: 'a', mergedInto: 'a' }), lot('c', { splitFrom: 'a' })];
  expect([...reachOf(batches, ['b'])].toSorted()).toEqual(['a', 'b', 'c']);
});

test('a sibling is not reached as long as nothing was merged back', () => {
  const batches = [lot('a'), lot('b', { splitFrom: 'a' }), lot('c', { splitFrom: 'a' })];
  expect([...reachOf(batches, ['b'])]).toEqual(['b']);
});
