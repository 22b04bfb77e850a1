/** Commands on what is expected: purchases told of, changed, called off, and received. */
import * as fc from 'fast-check';
import type { InboundInput, InboundLine } from '@granary/contracts/document';
import type { InTransitCreateInput, InTransitUpdateInput } from '@granary/contracts/in-transit';
import type { OracleExpected } from '../oracle/expected-row.ts';
import { entering } from './piece-names.ts';
import * as picks from './picks.ts';
import { draw, given, mostly, rarely, type Draw } from './picks.ts';
import { beside, type ModelState } from './state.ts';

/** Soon, later, or when it should have come already. */
const etas = mostly([3, 4], [2, 9], [1, -3]);

const line = fc.record({
  skuId: mostly([8, 'A'], [6, 'B'], [4, 'C'], [2, 'S'], [1, 'D'], [1, 'K']),
  locationId: picks.places,
  quantity: mostly([3, 2], [2, 4], [1, 9]),
});

export const create: fc.Arbitrary<Draw> = draw(
  fc.record({
    reference: mostly([1, 'o1'], [1, 'o2'], [1, 'o3'], [1, 'o4'], [1, 'o5'], [1, 'o6']),
    supplier: rarely(fc.constant('Acme'), 3),
    eta: etas,
    lines: fc.array(line, { minLength: 1, maxLength: 2 }),
    again: mostly([5, false], [1, true]),
  }),
  ({ reference, supplier, eta, lines, again }, state) => {
    const known = [...state.world.expected.values()].find((each) => each.reference === reference);
    if (again && known !== undefined)
      return { procedure: 'inTransit.create', input: JSON.parse(known.content) as InTransitCreateInput };
    const expectedAt = beside(state, state.offset / 1000 + eta);
    const input: InTransitCreateInput = given({ reference, supplier, source: 'purchase', expectedAt, lines });
    return { procedure: 'inTransit.create', input };
  },
);

/** Rather one that is open; rarely a transfer, which changes by its own calls, or nothing that anybody knows. */
function idOf(state: ModelState, { at, stray }: { at: number; stray: boolean }): string {
  const all: readonly OracleExpected[] = [...state.world.expected.values()];
  const open = all.filter((each) => each.status === 'expected' || each.status === 'partlyReceived');
  if (!stray && open.length > 0) return picks.pick(open, at)?.id ?? picks.UNKNOWN_ID;
  const transfers = [...state.world.transfers.values()].filter((each) => each.documentId !== null);
  return picks.pick([...all, ...transfers], at)?.id ?? picks.UNKNOWN_ID;
}

const target = fc.record({ at: picks.index, stray: mostly([5, false], [1, true]) });

export const update: fc.Arbitrary<Draw> = draw(
  fc.record({
    target,
    eta: rarely(etas, 2),
    lines: rarely(
      fc.array(fc.record({ line: mostly([5, 1], [2, 2], [1, 9]), quantity: mostly([3, 1], [3, 3], [2, 6]) }), {
        minLength: 1,
        maxLength: 2,
      }),
      2,
    ),
  }),
  ({ target: aim, eta, lines }, state) => {
    if (eta === undefined && lines === undefined) return undefined;
    const expectedAt = eta === undefined ? undefined : beside(state, state.offset / 1000 + eta);
    const input: InTransitUpdateInput = given({ inTransitId: idOf(state, aim), expectedAt, lines });
    return { procedure: 'inTransit.update', input };
  },
);

export const cancel: fc.Arbitrary<Draw> = draw(target, (aim, state) => ({
  procedure: 'inTransit.cancel',
  input: { inTransitId: idOf(state, aim), reason: 'called off' },
}));

/** Some of what is expected, all of it, or more, by id or by reference. */
export const receive: fc.Arbitrary<Draw> = draw(
  fc.record({
    target,
    documentNo: fc.nat(30),
    byReference: fc.boolean(),
    how: mostly<'all' | 'one' | 'more'>([3, 'all'], [3, 'one'], [1, 'more']),
  }),
  ({ target: aim, documentNo, byReference, how }, state) => {
    const inTransitId = idOf(state, aim);
    const expected = state.world.expected.get(inTransitId);
    const wanted = expected?.lines ?? [];
    const lines = wanted.map(({ skuId, locationId, outstanding }): InboundLine => {
      const quantity = { all: Math.max(1, outstanding), one: 1, more: outstanding + 2 }[how];
      const serials = entering(state, { skuId, quantity, at: aim.at });
      return given({ skuId, locationId, quantity, unitCost: '2.00', qualityLevel: 'A', serials });
    });
    const stray = { skuId: 'A', locationId: 'default', unitCost: '2.00', qualityLevel: 'A', quantity: 1 };
    const name = byReference && expected !== undefined ? { expectedReference: expected.reference } : { inTransitId };
    const input: InboundInput = { documentNo: `e${documentNo}`, ...name, lines: lines.length > 0 ? lines : [stray] };
    return { procedure: 'inbound.purchase', input };
  },
);
