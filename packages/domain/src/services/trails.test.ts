/** Trails: where a plain SKU was looked for the last time, of as many SKUs as are remembered. */
import type { Instant } from '@granary/contracts/instant';
import { expect, test } from 'vitest';
import type { SkuRow } from '../entities/sku.ts';
import type { CandidateQuery } from '../persistence/batch-store.ts';
import { plainSku } from '../persistence/catalog-store.ts';
import { createTrails } from './trails.ts';

const now = '2026-01-01T00:00:00.000000Z' as Instant;
const ask = (skuId: string, more: Partial<CandidateQuery> = {}): CandidateQuery => ({
  ...{ skuId, locationIds: ['north', 'default'], scan: 'oldest', need: 1, now },
  ...more,
});
const draftOf = (skuIds: readonly string[], more: Partial<SkuRow> = {}) => ({
  skus: new Map(skuIds.map((skuId) => [skuId, { ...plainSku(skuId, now), ...more }])),
});

test('leads to the first place of the last question, for all that are asked or for none', () => {
  const trails = createTrails();
  trails.note(draftOf(['A', 'B']), [ask('A'), ask('B')]);
  trails.note(draftOf(['A']), [ask('A', { locationIds: ['default'], scan: 'expiry' })]);
  expect(trails.of(['A', 'A', 'B'])).toEqual([
    { skuId: 'A', locationId: 'default', scan: 'expiry' },
    { skuId: 'B', locationId: 'north', scan: 'oldest' },
  ]);
  expect(trails.of(['A', 'C'])).toBeUndefined();
  trails.forget(['A']);
  expect(trails.of(['A'])).toBeUndefined();
});

test('no trail of what is made of others, unknown, nowhere to be found, or chosen from all there is', () => {
  const trails = createTrails();
  trails.note(draftOf(['A'], { kind: 'bundle' }), [ask('A')]);
  trails.note(draftOf([]), [ask('B')]);
  trails.note(draftOf(['C', 'D']), [ask('C', { locationIds: [] }), ask('D', { scan: 'all' })]);
  expect(['A', 'B', 'C', 'D'].map((skuId) => trails.of([skuId]))).toEqual([undefined, undefined, undefined, undefined]);
});

test('of fifty thousand SKUs, then the oldest give way', () => {
  const trails = createTrails();
  const skuIds = Array.from({ length: 50_001 }, (_, at) => `S-${at}`);
  trails.note(
    draftOf(skuIds),
    skuIds.map((skuId) => ask(skuId)),
  );
  expect([trails.of(['S-0']), trails.of(['S-1', 'S-50000'])?.length]).toEqual([undefined, 2]);
});
