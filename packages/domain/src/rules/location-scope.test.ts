/** What a scope holds, and which places an input names that it does not. */
import { describe, expect, it } from 'vitest';
import { everywhere, isWhole, placeOutside, scopeOf } from './location-scope.ts';

const scope = scopeOf(['A', 'B']);
const lines = (...places: string[]) => ({ lines: places.map((locationId) => ({ locationId })) });

describe('a scope', () => {
  it.each([
    ['all of its lines within', lines('A', 'B', 'A'), true],
    ['one line outside', lines('A', 'C'), false],
    ['a place that only looks alike', lines('a'), false],
    ['no line at all', lines(), true],
  ])('%s', (_what, of, whole) => {
    expect(isWhole(scope, of)).toBe(whole);
    expect(isWhole(everywhere, of)).toBe(true);
  });

  it('of nothing holds nothing, and null is everywhere', () => {
    expect(scopeOf([]).holds('A')).toBe(false);
    expect(scopeOf(null)).toBe(everywhere);
  });
});

describe('a place outside', () => {
  it.each<[string, unknown, string | undefined]>([
    ['none named', { skuId: 'C', reason: 'C' }, undefined],
    ['one of its own', { locationId: 'A', lines: [{ locationId: 'B' }] }, undefined],
    ['at the top', { locationId: 'C' }, 'C'],
    ['in the second line', lines('A', 'C', 'D'), 'C'],
    ['under a longer name', { fromLocationId: 'A', toLocationId: 'C' }, 'C'],
    ['in something that a caller made up', { attributes: { locationId: 'C' } }, undefined],
    ['left out', { locationId: undefined }, undefined],
  ])('%s', (_what, input, outside) => {
    expect(placeOutside(scope, input)).toBe(outside);
    expect(placeOutside(everywhere, input)).toBeUndefined();
  });
});
