/** Questions: their answers are compared with the oracle, lists page by page. */
import * as fc from 'fast-check';
import type { BatchStatus } from '@granary/contracts/batch';
import type { InTransitSource, InTransitStatus } from '@granary/contracts/in-transit';
import type { SerialState } from '@granary/contracts/serial';
import type { StockAllocateInput, StockAvailableInput } from '@granary/contracts/stock';
import type { DocumentType } from '@granary/contracts/document';
import { plusSeconds } from '@granary/contracts/instant';
import type { World } from '../oracle/world.ts';
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
  batchStatus: rarely(
    mostly<BatchStatus>([1, 'available'], [1, 'depleted'], [1, 'frozen'], [1, 'expired'], [1, 'merged']),
    3,
  ),
  inboundType: rarely(mostly<'purchase' | 'return' | 'reversal'>([1, 'purchase'], [1, 'return'], [1, 'reversal']), 2),
  outboundType: rarely(mostly<'sales' | 'pick' | 'damage'>([1, 'sales'], [1, 'pick'], [1, 'damage']), 3),
  lockState: rarely(mostly<'active' | 'released' | 'expired'>([1, 'active'], [1, 'released'], [1, 'expired']), 2),
  expected: rarely(
    mostly<InTransitStatus>([2, 'expected'], [2, 'partlyReceived'], [1, 'received'], [1, 'cancelled']),
    2,
  ),
  piece: rarely(mostly<SerialState>([2, 'inStock'], [1, 'sold'], [1, 'inTransit']), 2),
  source: rarely(mostly<InTransitSource>([1, 'purchase'], [1, 'transfer']), 3),
  definition: mostly<'active' | 'removed'>([2, 'active'], [1, 'removed']),
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
  ({ limit: rows, businessId, outboundType }) => ({
    procedure: 'outbound.list',
    input: given({ limit: rows, orderNo: businessId, type: outboundType }),
  }),
  ({ limit: rows, skuId, lockState }) => ({
    procedure: 'lock.list',
    input: given({ limit: rows, skuId, state: lockState }),
  }),
  ({ limit: rows }) => ({ procedure: 'adjustment.list', input: { limit: rows } }),
  ({ limit: rows, skuId }) => ({ procedure: 'transfer.list', input: given({ limit: rows, skuId }) }),
  ({ limit: rows, skuId, locationId, expected: status, source }) => ({
    procedure: 'inTransit.list',
    input: given({ limit: rows, skuId, locationId, status, source }),
  }),
  ({ limit: rows, locationId, piece: state }) => ({
    procedure: 'serial.list',
    input: given({ limit: rows, skuId: 'S', locationId, state }),
  }),
  ({ limit: rows, definition }) => ({ procedure: 'bundle.list', input: { limit: rows, state: definition } }),
  ({ limit: rows, definition }) => ({ procedure: 'virtual.list', input: { limit: rows, state: definition } }),
];

export const list: fc.Arbitrary<Draw> = draw(
  fc.record({ filters: listFilters, which: fc.nat(lists.length - 1) }),
  ({ filters, which }) => lists[which]?.(filters),
);

/** Single rows, known and unknown. */
export const get: fc.Arbitrary<Draw> = draw(
  fc.record({
    at: picks.index,
    which: fc.nat(11),
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
      { procedure: doorOf(document?.type), input: aim },
      { procedure: 'lock.get', input: { lockId: from(world.locks)?.id ?? picks.UNKNOWN_ID } },
      { procedure: 'transfer.get', input: { transferId: from(world.transfers)?.id ?? picks.UNKNOWN_ID } },
      { procedure: 'bundle.get', input: { skuId: 'K' } },
      { procedure: 'virtual.get', input: { skuId: 'V' } },
      { procedure: 'outbound.get', input: outboundAim(world, drawn) },
      { procedure: 'adjustment.get', input: adjustmentAim(world, drawn.at) },
      { procedure: 'inTransit.get', input: { inTransitId: expectedId(world, drawn) } },
    ];
    return steps[drawn.which];
  },
);

function doorOf(type: DocumentType | undefined): 'inbound.get' | 'outbound.get' {
  return ['sales', 'damage', 'pick', 'supplierReturn', 'transferOut'].includes(type ?? '')
    ? 'outbound.get'
    : 'inbound.get';
}

function adjustmentAim(world: World, at: number) {
  const found = picks.pick(
    [...world.documents.values()].filter((each) => each.type === 'adjustment' || each.type === 'count'),
    at,
  );
  return { id: found?.id ?? picks.UNKNOWN_ID };
}

function expectedId(world: World, { at, ghost }: { at: number; ghost: boolean }): string {
  const all = [...world.expected.values(), ...world.transfers.values()];
  return ghost ? picks.UNKNOWN_ID : (picks.pick(all, at)?.id ?? picks.UNKNOWN_ID);
}

/** Of what left there are far fewer documents. */
function outboundAim(world: World, { at, ghost }: { at: number; ghost: boolean }) {
  const left = [...world.documents.values()].filter((each) => doorOf(each.type) === 'outbound.get');
  const found = ghost ? undefined : picks.pick(left, at);
  return { id: found?.id ?? picks.UNKNOWN_ID };
}
