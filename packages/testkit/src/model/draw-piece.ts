/** Commands on pieces with names: sold, deducted, sent and split by name, and SKUs that begin or end to have them. */
import * as fc from 'fast-check';
import type { SalesInput } from '@granary/contracts/document';
import { heldOf, isHeld } from '../oracle/world.ts';
import { leaving } from './piece-names.ts';
import * as picks from './picks.ts';
import { draw, given, mostly, rarely, type Draw } from './picks.ts';
import { happened } from './state.ts';

/** Of an order that holds some of them, rather than of one that holds none. */
export const sell: fc.Arbitrary<Draw> = draw(
  fc.record({
    at: picks.index,
    order: picks.businessIds,
    quantity: mostly([3, 1], [2, 2], [1, 3]),
    beside: mostly<'no' | 'goods' | 'pieces'>([3, 'no'], [1, 'goods'], [1, 'pieces']),
    occurred: picks.happenings,
  }),
  ({ at, order, quantity, beside, occurred }, state) => {
    const holders = [...state.world.reservations.values()].filter(
      (each) => isHeld(each) && each.type === 'order' && each.skuId === 'S',
    );
    const orderNo = (at % 3 === 0 ? undefined : picks.pick(holders, at)?.businessId) ?? order;
    const serials = leaving(state, { skuId: 'S', quantity, at });
    const others = { no: [], goods: [{ skuId: 'A', quantity: 1 }], pieces: [{ skuId: 'S', quantity: 1 }] }[beside];
    const lines = [...others, given({ skuId: 'S', quantity: serials?.length ?? quantity, serials })];
    const input: SalesInput = { orderNo, documentNo: `${orderNo}/s${at % 60}`, ...happened(state, occurred), lines };
    return { procedure: 'outbound.sales', input };
  },
);

/** Of the batches that the reservation holds, or of any. */
export const deduct: fc.Arbitrary<Draw> = draw(
  fc.record({ at: picks.index, all: fc.boolean() }),
  ({ at, all }, state) => {
    const holds = [...state.world.reservations.values()].filter((each) => isHeld(each) && each.skuId === 'S');
    const hold = picks.pick(holds, at);
    if (hold === undefined) return undefined;
    const quantity = all ? heldOf(hold) : 1;
    const batchId = at % 6 === 0 ? undefined : hold.lines.find((line) => line.held > 0)?.batchId;
    const serials = leaving(state, { skuId: 'S', quantity, at, batchId });
    if (serials === undefined) return undefined;
    return { procedure: 'reservation.deduct', input: given({ id: hold.id, quantity: all ? undefined : 1, serials }) };
  },
);

export const send: fc.Arbitrary<Draw> = draw(
  fc.record({ at: picks.index, no: fc.nat(8), quantity: mostly([1, 1], [2, 2]), back: mostly([3, false], [1, true]) }),
  ({ at, no, quantity, back }, state) => {
    const [fromLocationId, toLocationId] = back ? ['east', 'default'] : ['default', 'east'];
    const serials = leaving(state, { skuId: 'S', quantity, at, locationId: fromLocationId });
    const input = {
      ...{ transferNo: `ts${no}`, fromLocationId, toLocationId },
      lines: [{ skuId: 'S', quantity: serials?.length ?? quantity }],
      serials: serials === undefined ? undefined : [{ line: at % 20 === 0 ? 2 : 1, serials }],
    };
    return { procedure: 'outbound.transfer', input: given(input) };
  },
);

export const split: fc.Arbitrary<Draw> = draw(
  fc.record({
    at: picks.index,
    quantities: mostly([2, [1]], [2, [1, 1]], [1, [2, 1]]),
    few: mostly([6, false], [1, true]),
  }),
  ({ at, quantities, few }, state) => {
    const batches = [...state.world.batches.values()].filter((batch) => batch.skuId === 'S' && batch.onHand > 0);
    const batch = picks.pick(batches, at);
    if (batch === undefined) return undefined;
    const all = quantities.reduce((sum, quantity) => sum + quantity, 0);
    const names = leaving(state, { skuId: 'S', quantity: all, at, batchId: batch.id });
    if (names === undefined || names.length < all) return undefined;
    let from = 0;
    const serials = quantities.map((quantity) => names.slice(from, (from += quantity)));
    const input = { batchId: batch.id, quantities, serials: few ? serials.slice(0, 1) : serials };
    return { procedure: 'batch.split', input };
  },
);

/** Where a piece is, and what it has been. */
export const ask: fc.Arbitrary<Draw> = draw(
  fc.record({ at: picks.index, ghost: mostly([6, false], [1, true]) }),
  ({ at, ghost }, { world }) => {
    const piece = ghost ? undefined : picks.pick([...world.pieces.values()], at);
    return {
      procedure: 'serial.get',
      input: { skuId: piece?.skuId ?? 'S', serial: piece?.serial ?? 'never' },
    };
  },
);

/** Refused while there is anything of it. */
export const turn: fc.Arbitrary<Draw> = draw(
  fc.record({ skuId: mostly([3, 'D'], [3, 'E'], [1, 'S'], [1, 'A']), isNew: rarely(fc.constant(true), 3) }),
  ({ skuId, isNew }, { world }) => {
    const known = world.skus.get(skuId);
    if (known === undefined) return { procedure: 'sku.create', input: { skuId, serialTracked: isNew === true } };
    return { procedure: 'sku.update', input: { skuId, serialTracked: !known.serialTracked } };
  },
);
