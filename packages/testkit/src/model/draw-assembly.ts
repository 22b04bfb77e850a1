/** Commands on what is made of others: the bundle K and the virtual SKU V are defined, changed, removed, and held. */
import * as fc from 'fast-check';
import { assemblyOf } from '../oracle/making.ts';
import * as picks from './picks.ts';
import { draw, given, mostly, rarely, type Draw } from './picks.ts';

const components = fc.uniqueArray(
  fc.record({
    skuId: mostly([6, 'A'], [6, 'B'], [6, 'C'], [2, 'S'], [1, 'V'], [1, 'unknown']),
    quantity: mostly([5, 1], [2, 2]),
  }),
  { minLength: 2, maxLength: 3, selector: (each) => each.skuId },
);

/** Rarely of a SKU that cannot become one. */
export const defineBundle: fc.Arbitrary<Draw> = draw(
  fc.record({ skuId: mostly([10, 'K'], [1, 'A'], [1, 'V']), components, again: mostly([4, false], [1, true]) }),
  ({ skuId, components: parts, again }, { world }) => {
    if (parts.some((each) => each.skuId === skuId)) return undefined;
    const isThere = assemblyOf(world, skuId) !== undefined;
    return { procedure: isThere !== again ? 'bundle.update' : 'bundle.create', input: { skuId, components: parts } };
  },
);

export const defineVirtual: fc.Arbitrary<Draw> = draw(
  fc.record({
    skuId: mostly([10, 'V'], [1, 'B'], [1, 'K']),
    realSkuId: mostly([5, 'A'], [3, 'C'], [1, 'S'], [1, 'K'], [1, 'unknown']),
    batch: rarely(picks.index, 3),
    ratio: mostly([3, 2], [2, 1], [1, 3]),
    cap: rarely(mostly<number | null>([2, 2], [1, 4], [1, null]), 2),
    again: mostly([4, false], [1, true]),
  }),
  ({ skuId, realSkuId, batch, ratio, cap, again }, { world }) => {
    const chosen = batch === undefined ? undefined : picks.pick([...world.batches.values()], batch);
    const aim = chosen === undefined ? { realSkuId } : { batchId: chosen.id };
    if (skuId === realSkuId || chosen?.skuId === skuId) return undefined;
    const isThere = assemblyOf(world, skuId) !== undefined;
    const input = given({ skuId, ...aim, ratio, cap });
    return { procedure: isThere !== again ? 'virtual.update' : 'virtual.create', input };
  },
);

export const remove: fc.Arbitrary<Draw> = draw(mostly([3, 'K'], [3, 'V'], [1, 'A']), (skuId) =>
  skuId === 'V' ? { procedure: 'virtual.remove', input: { skuId } } : { procedure: 'bundle.remove', input: { skuId } },
);

export const reserveMade: fc.Arbitrary<Draw> = draw(
  fc.record({
    skuId: mostly([1, 'K'], [1, 'V']),
    quantity: mostly([4, 1], [2, 2], [1, 3]),
    type: picks.types,
    businessId: picks.businessIds,
    lineId: picks.lineIds,
    locationId: rarely(picks.places, 4),
    replace: mostly([2, false], [1, true]),
  }),
  (drawn) => ({ procedure: 'reservation.reserve', input: given(drawn) }),
);
