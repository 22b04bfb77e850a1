/** What a definition of a bundle or a virtual SKU may say. */
import { describe, expect, test } from 'vitest';
import { bundleCreateInput, MAX_COMPONENTS } from './bundle.ts';
import { virtualCreateInput, virtualUpdateInput } from './virtual.ts';

const ID = '01JD7Z5K3M8Q2W4E6R7T8Y9ZAB';
const parts = (count: number, quantity = 1) =>
  Array.from({ length: count }, (_, each) => ({ skuId: `P${each}`, quantity }));
const pathsOf = (result: { error?: { issues: readonly { path: readonly PropertyKey[] }[] } | undefined }) =>
  result.error?.issues.map(({ path }) => path.join('.'));

describe('a bundle', () => {
  test.each([
    ['two components', { skuId: 'S', components: parts(2) }, undefined],
    ['as many as there may be', { skuId: 'S', components: parts(MAX_COMPONENTS) }, undefined],
    ['one more', { skuId: 'S', components: parts(MAX_COMPONENTS + 1) }, ['components']],
    ['one alone, which is virtual stock', { skuId: 'S', components: parts(1) }, ['components']],
    ['a component twice', { skuId: 'S', components: [...parts(2), { skuId: 'P1', quantity: 3 }] }, ['components']],
    ['itself', { skuId: 'P1', components: parts(2) }, ['components']],
    [
      'none of a component',
      { skuId: 'S', components: parts(2, 0) },
      ['components.0.quantity', 'components.1.quantity'],
    ],
    ['most of it', { skuId: 'S', components: parts(2, 2_147_483_647) }, undefined],
    ['a field that is not known', { skuId: 'S', components: parts(2), price: 1 }, ['']],
  ])('of %s', (_what, input, paths) => {
    expect(pathsOf(bundleCreateInput.safeParse(input))).toEqual(paths);
  });
});

describe('a virtual SKU', () => {
  test.each([
    ['of a SKU', { skuId: 'V', realSkuId: 'R', ratio: 12, cap: 0 }, undefined],
    ['of a batch', { skuId: 'V', batchId: ID, ratio: 1, cap: null }, undefined],
    ['of both', { skuId: 'V', realSkuId: 'R', batchId: ID, ratio: 1 }, ['realSkuId']],
    ['of neither', { skuId: 'V', ratio: 1 }, ['realSkuId']],
    ['of itself', { skuId: 'V', realSkuId: 'V', ratio: 1 }, ['realSkuId']],
    ['of no units', { skuId: 'V', realSkuId: 'R', ratio: 0 }, ['ratio']],
    ['of half a unit', { skuId: 'V', realSkuId: 'R', ratio: 0.5 }, ['ratio']],
    ['without a ratio', { skuId: 'V', realSkuId: 'R' }, ['ratio']],
    ['with a cap below nothing', { skuId: 'V', realSkuId: 'R', ratio: 1, cap: -1 }, ['cap']],
  ])('%s', (_what, input, paths) => {
    expect(pathsOf(virtualCreateInput.safeParse(input))).toEqual(paths);
  });

  test('is changed field by field, and never to two things at once', () => {
    expect(virtualUpdateInput.safeParse({ skuId: 'V', ratio: 6 }).success).toBe(true);
    expect(pathsOf(virtualUpdateInput.safeParse({ skuId: 'V', realSkuId: 'R', batchId: ID }))).toEqual(['realSkuId']);
  });
});
