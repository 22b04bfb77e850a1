/** Commands on SKUs, locations and level settings. */
import * as fc from 'fast-check';
import type { SkuCreateInput } from '@granary/contracts/sku';
import { draw, given, mostly, newSkuIds, places, rarely, skuIds, strategies, type Draw } from './picks.ts';

const settings = fc.record({
  spuId: rarely(mostly<string | null>([2, 'P'], [1, null])),
  status: rarely(mostly<'active' | 'inactive'>([3, 'active'], [2, 'inactive']), 2),
  shelfLifeDays: rarely(mostly<number | null>([2, 10], [1, null])),
  defaultStrategy: rarely(fc.oneof(strategies, fc.constant(null)), 3),
  name: rarely(fc.constant('A name')),
});

export const createSku: fc.Arbitrary<Draw> = draw(
  fc.record({ skuId: newSkuIds, settings }),
  ({ skuId, settings: drawn }) => ({
    procedure: 'sku.create',
    input: given<SkuCreateInput>({ skuId, ...drawn }),
  }),
);

export const updateSku: fc.Arbitrary<Draw> = draw(
  fc.record({ skuId: skuIds, settings }),
  ({ skuId, settings: drawn }) => ({
    procedure: 'sku.update',
    input: given({ skuId, ...drawn }),
  }),
);

/** A SKU that was switched off must not stay so for long, or the run learns nothing more. */
export const activateSku: fc.Arbitrary<Draw> = draw(skuIds, (skuId, state) => {
  const off = [...state.world.skus.values()].find((sku) => sku.status === 'inactive');
  return { procedure: 'sku.update', input: { skuId: off?.skuId ?? skuId, status: 'active' } };
});

const place = fc.record({
  priority: rarely(mostly([1, 0], [1, 1], [1, 2]), 2),
  isActive: rarely(mostly([3, true], [1, false]), 3),
});

export const createLocation: fc.Arbitrary<Draw> = draw(
  fc.record({ locationId: mostly([1, 'default'], [3, 'east'], [3, 'west'], [2, 'north']), place }),
  ({ locationId, place: drawn }) => ({ procedure: 'location.create', input: given({ locationId, ...drawn }) }),
);

export const updateLocation: fc.Arbitrary<Draw> = draw(
  fc.record({ locationId: places, place }),
  ({ locationId, place: drawn }) => ({
    procedure: 'location.update',
    input: given({ locationId, ...drawn }),
  }),
);

export const openLocation: fc.Arbitrary<Draw> = draw(places, (locationId, state) => {
  const shut = [...state.world.locations.values()].find((location) => !location.isActive);
  return { procedure: 'location.update', input: { locationId: shut?.locationId ?? locationId, isActive: true } };
});

const threshold = rarely(mostly<number | null>([1, 0], [2, 5], [2, 12], [1, null]), 3);

export const configureLevel: fc.Arbitrary<Draw> = draw(
  fc.record({
    skuId: skuIds,
    locationId: places,
    warningThreshold: threshold,
    criticalThreshold: threshold,
    highThreshold: threshold,
    isActive: rarely(mostly([3, true], [1, false]), 2),
  }),
  (input) => ({ procedure: 'stock.configure', input: given(input) }),
);

export const openLevel: fc.Arbitrary<Draw> = draw(fc.record({ skuId: skuIds, locationId: places }), (drawn, state) => {
  const shut = [...state.world.levels.values()].find((level) => !level.isActive);
  const { skuId, locationId } = shut ?? drawn;
  return { procedure: 'stock.configure', input: { skuId, locationId, isActive: true } };
});
