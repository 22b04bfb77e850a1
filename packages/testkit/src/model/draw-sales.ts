/** Sales: of an order that holds something, of one that does not, of several documents for one order. */
import * as fc from 'fast-check';
import type { SalesInput, SalesLine } from '@granary/contracts/document';
import { isHeld } from '../oracle/world.ts';
import { ordersWithHolds } from './draw-reservation.ts';
import * as picks from './picks.ts';
import { draw, given, mostly, rarely, type Draw } from './picks.ts';
import { beside, type ModelState } from './state.ts';

const line = fc.record({
  skuId: picks.skuIds,
  /** Rather one that the order holds. */
  held: mostly([3, true], [2, false]),
  at: picks.index,
  quantity: picks.quantities,
  strategy: rarely(picks.strategies, 3),
  locationId: rarely(picks.places),
  qualityLevel: rarely(picks.qualities, 6),
  minRemainingDays: rarely(picks.remainingDays, 6),
});

export const sell: fc.Arbitrary<Draw> = draw(
  fc.record({
    order: picks.businessIds,
    ofHolder: mostly([3, true], [2, false]),
    at: picks.index,
    documentNo: rarely(fc.nat(8), 2),
    occurred: rarely(mostly([3, -4], [1, 200]), 8),
    lines: fc.array(line, { minLength: 1, maxLength: 3 }),
  }),
  (drawn, state) => {
    const orderNo = (drawn.ofHolder ? picks.pick(ordersWithHolds(state), drawn.at) : undefined) ?? drawn.order;
    const documentNo =
      drawn.documentNo === undefined ? freshOrOwn(state, orderNo, drawn.at) : `${orderNo}/${drawn.documentNo}`;
    const occurredAt = drawn.occurred === undefined ? undefined : beside(state, state.offset / 1000 + drawn.occurred);
    const input: SalesInput = given({
      orderNo,
      documentNo,
      occurredAt,
      lines: settleLines(
        state,
        orderNo,
        drawn.lines.map((each) => aimed(state, orderNo, each)),
      ),
    });
    return { procedure: 'outbound.sales', input };
  },
);

type DrawnLine = typeof line extends fc.Arbitrary<infer T> ? T : never;

function aimed(state: ModelState, orderNo: string, drawn: DrawnLine): DrawnLine {
  const held = drawn.held ? picks.pick([...heldSkus(state, orderNo)], drawn.at) : undefined;
  return held === undefined ? drawn : { ...drawn, skuId: held };
}

function heldSkus(state: ModelState, orderNo: string): ReadonlySet<string> {
  const holds = [...state.world.reservations.values()].filter(isHeld);
  return new Set(
    holds.filter((each) => each.type === 'order' && each.businessId === orderNo).map((each) => each.skuId),
  );
}

/** Left out, the document has the number of the order: that can be new only once per order. */
function freshOrOwn(state: ModelState, orderNo: string, at: number): string | undefined {
  const used = [...state.world.documents.values()].some((each) => each.type === 'sales' && each.documentNo === orderNo);
  return used && at % 4 !== 0 ? `${orderNo}/more-${at % 50}` : undefined;
}

/**
 * Lines of one SKU share their criteria, and ask for no quality or date where the order holds goods: which of two overlapping wishes comes first,
 * and whether a hold must meet a wish that it was not made with, SPEC leaves open.
 */
function settleLines(state: ModelState, orderNo: string, lines: readonly SalesLine[]): SalesLine[] {
  const holds = heldSkus(state, orderNo);
  return lines.map((each) => {
    const first = lines.find((other) => other.skuId === each.skuId) ?? each;
    const { locationId, qualityLevel, minRemainingDays } = first;
    const criteria = holds.has(each.skuId) ? { locationId } : { locationId, qualityLevel, minRemainingDays };
    return given({ skuId: each.skuId, quantity: each.quantity, strategy: each.strategy, ...criteria });
  });
}

/** A part of what an order holds, where some of it is paid and some is not yet: which goes first is a rule of its own. */
export const sellPart: fc.Arbitrary<Draw> = draw(
  fc.record({ at: picks.index, quantity: mostly([3, 1], [1, 2]) }),
  ({ at, quantity }, state) => {
    const held = [...state.world.reservations.values()].filter((each) => isHeld(each) && each.type === 'order');
    const paid = held.filter((each) => each.state === 'confirmed');
    const waits = (order: { businessId: string; skuId: string }) =>
      held.some(
        (each) => each.state === 'active' && each.businessId === order.businessId && each.skuId === order.skuId,
      );
    const chosen = picks.pick(paid.filter(waits), at);
    if (chosen === undefined) return undefined;
    const documentNo = `${chosen.businessId}/part-${at % 50}`;
    return {
      procedure: 'outbound.sales',
      input: { orderNo: chosen.businessId, documentNo, lines: [{ skuId: chosen.skuId, quantity }] },
    };
  },
);
