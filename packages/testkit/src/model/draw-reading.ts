/** Questions: their answers are compared with the oracle, lists page by page. */
import * as fc from 'fast-check';
import type { StockAllocateInput, StockAvailableInput } from '@granary/contracts/stock';
import { plusSeconds } from '@granary/contracts/instant';
import * as picks from './picks.ts';
import { draw, given, mostly, rarely, type Draw } from './picks.ts';
import { beside, type Step } from './state.ts';

const limit = mostly([1, 1], [1, 3], [1, 500]);

export const check: fc.Arbitrary<Draw> = draw(picks.skuIds, (skuId) => ({
  procedure: 'stock.check',
  input: { skuId },
}));

export const checkMany: fc.Arbitrary<Draw> = draw(fc.array(picks.skuIds, { minLength: 1, maxLength: 4 }), (skuIds) => ({
  procedure: 'stock.checkMany',
  input: { skuIds },
}));

const criteria = fc.record({
  locationId: rarely(picks.places, 3),
  qualityLevel: rarely(picks.qualities),
  minRemainingDays: rarely(picks.remainingDays),
});

export const available: fc.Arbitrary<Draw> = draw(
  fc.record({
    skuId: picks.skuIds,
    bySpu: mostly([5, false], [1, true]),
    criteria,
    wide: mostly([4, false], [1, true]),
  }),
  ({ skuId, bySpu, criteria: drawn, wide }) => {
    const input: StockAvailableInput = { ...given(drawn), excludeExpired: !wide, includeReserved: wide };
    return { procedure: 'stock.available', input: { ...input, ...(bySpu ? { spuId: 'P' } : { skuId }) } };
  },
);

export const allocate: fc.Arbitrary<Draw> = draw(
  fc.record({ skuId: picks.skuIds, quantity: picks.quantities, strategy: rarely(picks.strategies, 2), criteria }),
  ({ criteria: drawn, ...rest }) => ({
    procedure: 'stock.allocate',
    input: given<StockAllocateInput>({ ...rest, ...drawn }),
  }),
);

export const explain: fc.Arbitrary<Draw> = draw(picks.skuIds, (skuId) => ({
  procedure: 'stock.explain',
  input: { skuId },
}));

/** Before the first movement, between two moves of the clock, or in the future. */
export const asOf: fc.Arbitrary<Draw> = draw(
  fc.record({
    skuId: picks.skuIds,
    locationId: picks.places,
    back: fc.nat(20),
    kind: mostly<'past' | 'before' | 'future'>([6, 'past'], [1, 'before'], [1, 'future']),
  }),
  (drawn, state) => {
    const { skuId, locationId, back, kind } = drawn;
    const now = state.offset / 1000;
    if (kind === 'past' && now === 0) return undefined;
    const at = {
      past: beside(state, Math.max(0, now - 1 - back)),
      before: plusSeconds(state.base, -500),
      future: beside(state, now + 9),
    }[kind];
    return { procedure: 'stock.asOf', input: { skuId, locationId, at } };
  },
);

export const movements: fc.Arbitrary<Draw> = draw(
  fc.record({ skuId: picks.skuIds, locationId: rarely(picks.places, 2), limit: mostly([1, 3], [2, 500]) }),
  (input) => ({
    procedure: 'stock.movements',
    input: given(input),
  }),
);

const stateFilter = mostly<'active' | 'confirmed' | 'fulfilled' | 'released' | 'expired'>(
  [1, 'active'],
  [1, 'confirmed'],
  [1, 'fulfilled'],
  [1, 'released'],
  [1, 'expired'],
);

const listFilters = fc.record({
  limit,
  skuId: rarely(picks.skuIds, 2),
  locationId: rarely(picks.places, 3),
  businessId: rarely(picks.businessIds, 2),
  type: rarely(picks.types, 3),
  state: rarely(stateFilter, 2),
  status: rarely(mostly<'active' | 'inactive'>([1, 'active'], [1, 'inactive']), 3),
  batchStatus: rarely(mostly<'available' | 'depleted'>([1, 'available'], [1, 'depleted']), 3),
  inboundType: rarely(mostly<'purchase' | 'return'>([1, 'purchase'], [1, 'return']), 2),
});
type Filters = typeof listFilters extends fc.Arbitrary<infer T> ? T : never;

const lists: readonly ((filters: Filters) => Step)[] = [
  ({ limit: rows, status }) => ({ procedure: 'sku.list', input: given({ limit: rows, status }) }),
  ({ limit: rows }) => ({ procedure: 'location.list', input: { limit: rows } }),
  ({ limit: rows, skuId, locationId, batchStatus }) => ({
    procedure: 'batch.list',
    input: given({ limit: rows, skuId, locationId, status: batchStatus }),
  }),
  ({ limit: rows, skuId, locationId }) => ({
    procedure: 'stock.levels',
    input: given({ limit: rows, skuId, locationId }),
  }),
  ({ limit: rows, skuId, businessId, type, state }) => ({
    procedure: 'reservation.list',
    input: given({
      limit: rows,
      skuId,
      businessId,
      type,
      state: (state ?? (skuId ?? businessId) === undefined) ? (state ?? 'active') : undefined,
    }),
  }),
  ({ limit: rows, inboundType }) => ({ procedure: 'inbound.list', input: given({ limit: rows, type: inboundType }) }),
  ({ limit: rows, businessId }) => ({ procedure: 'outbound.list', input: given({ limit: rows, orderNo: businessId }) }),
];

export const list: fc.Arbitrary<Draw> = draw(
  fc.record({ filters: listFilters, which: fc.nat(lists.length - 1) }),
  ({ filters, which }) => lists[which]?.(filters),
);

/** Single rows, known and unknown. */
export const get: fc.Arbitrary<Draw> = draw(
  fc.record({
    at: picks.index,
    which: fc.nat(5),
    skuId: picks.skuIds,
    locationId: picks.places,
    ghost: mostly([6, false], [1, true]),
  }),
  (drawn, state) => {
    const { world } = state;
    const from = <T>(map: ReadonlyMap<string, T>) =>
      drawn.ghost ? undefined : picks.pick([...map.values()], drawn.at);
    const document = from(world.documents);
    const aim =
      document === undefined
        ? { id: picks.UNKNOWN_ID }
        : drawn.at % 2 === 0
          ? { id: document.id }
          : { type: document.type, documentNo: document.documentNo };
    const steps: Step[] = [
      { procedure: 'sku.get', input: { skuId: drawn.skuId } },
      { procedure: 'location.get', input: { locationId: drawn.locationId } },
      { procedure: 'batch.get', input: { batchId: from(world.batches)?.id ?? picks.UNKNOWN_ID } },
      { procedure: 'reservation.get', input: { id: from(world.reservations)?.id ?? picks.UNKNOWN_ID } },
      { procedure: document?.type === 'sales' ? 'outbound.get' : 'inbound.get', input: aim },
      { procedure: document?.type === 'sales' ? 'outbound.get' : 'inbound.get', input: aim },
    ];
    return steps[drawn.which];
  },
);
