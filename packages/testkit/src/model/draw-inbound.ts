/** Commands that bring stock in: receipts on top of old batches and into new ones, alike and not, dated and undated. */
import * as fc from 'fast-check';
import type { BatchCreateInput } from '@granary/contracts/batch';
import type { InboundInput, InboundLine } from '@granary/contracts/document';
import { entering } from './piece-names.ts';
import { draw, given, index, mostly, places, qualities, quantities, rarely, type Draw } from './picks.ts';
import { beside, dayOf, type ModelState } from './state.ts';

/** Never, soon (within the run), some days on as a date, or in a month. */
const expiries = mostly<{ kind: 'none' | 'soon' | 'date'; distance: number }>(
  [6, { kind: 'none', distance: 0 }],
  [2, { kind: 'soon', distance: 3 }],
  [2, { kind: 'soon', distance: 12 }],
  [2, { kind: 'date', distance: 2 }],
  [2, { kind: 'date', distance: 7 }],
  [1, { kind: 'date', distance: 40 }],
);

export const lot = fc.record({
  skuId: mostly([20, 'A'], [16, 'B'], [12, 'C'], [8, 'S'], [2, 'D'], [2, 'E'], [1, 'K']),
  locationId: places,
  quantity: quantities,
  unitCost: mostly([3, '1.00'], [2, '2.50'], [1, '0.333333'], [1, '0.00'], [1, '7.00']),
  qualityLevel: rarely(qualities),
  producedOn: rarely(mostly([2, -3], [1, -1])),
  expiry: expiries,
  at: index,
});

export function lineOf(
  drawn: { skuId: string; locationId: string; quantity: number; unitCost: string; at: number } & LotDates,
  state: ModelState,
) {
  const { qualityLevel = 'A', producedOn, expiry, at, ...rest } = drawn;
  return given({
    ...rest,
    qualityLevel,
    producedOn: producedOn === undefined ? undefined : dayOf(state, producedOn),
    expiresAt: expiryOf(state, expiry),
    serials: entering(state, { ...rest, at }),
  });
}

export interface LotDates {
  readonly qualityLevel: string | undefined;
  readonly producedOn: number | undefined;
  readonly expiry: { readonly kind: 'none' | 'soon' | 'date'; readonly distance: number };
}

function expiryOf(state: ModelState, expiry: LotDates['expiry']): string | undefined {
  switch (expiry.kind) {
    case 'none':
      return undefined;
    case 'soon':
      return beside(state, state.offset / 1000 + expiry.distance);
    case 'date':
      return dayOf(state, expiry.distance + Math.floor(state.offset / 86_400));
  }
}

export const batchNos = rarely(mostly([3, 'n1'], [3, 'n2'], [2, 'n3'], [1, 'n4']), 2);

const inboundDocument = fc.record({
  type: mostly<'purchase' | 'return' | 'production'>([4, 'purchase'], [1, 'return'], [1, 'production']),
  documentNo: fc.nat(25),
  occurred: rarely(mostly([3, -7], [2, -2], [1, 400]), 3),
  lines: fc.array(fc.record({ lot, batchNo: batchNos }), { minLength: 1, maxLength: 3 }),
});

export const receive: fc.Arbitrary<Draw> = draw(inboundDocument, (drawn, state) => {
  const occurredAt = drawn.occurred === undefined ? undefined : beside(state, state.offset / 1000 + drawn.occurred);
  const lines = drawn.lines.map(({ lot: each, batchNo }): InboundLine => given({ ...lineOf(each, state), batchNo }));
  const input: InboundInput = given({ documentNo: `d${drawn.documentNo}`, occurredAt, lines });
  // Who makes goods need not have bought them.
  if (drawn.type === 'production')
    return { procedure: 'inbound.production', input: given({ ...input, workOrderNo: 'w1' }) };
  return { procedure: `inbound.${drawn.type}`, input };
});

/** The same batch number with another quality or date: refused where the number is known. */
export const receiveOther: fc.Arbitrary<Draw> = draw(
  fc.record({ at: fc.nat(1000), documentNo: fc.nat(25), alike: fc.boolean() }),
  (drawn, state) => {
    const batches = [...state.world.batches.values()];
    const batch = batches[drawn.at % Math.max(1, batches.length)];
    if (batch === undefined) return undefined;
    const { skuId, locationId, batchNo, qualityLevel, producedOn, expiresAt } = batch;
    const dates = given({ producedOn: producedOn ?? undefined, expiresAt: expiresAt ?? undefined });
    const serials = entering(state, { skuId, quantity: 2, at: drawn.at });
    const line: InboundLine = given({
      skuId,
      locationId,
      batchNo,
      quantity: 2,
      unitCost: '3.00',
      qualityLevel: drawn.alike ? qualityLevel : `${qualityLevel}x`,
      ...dates,
      serials,
    });
    return { procedure: 'inbound.purchase', input: { documentNo: `t${drawn.documentNo}`, lines: [line] } };
  },
);

export const createBatch: fc.Arbitrary<Draw> = draw(
  fc.record({ lot, batchNo: fc.nat(12), empty: mostly([4, false], [1, true]) }),
  ({ lot: drawn, batchNo, empty }, state) => {
    const line = lineOf(drawn, state);
    const named = empty ? { ...line, quantity: 0, serials: undefined } : line;
    const input: BatchCreateInput = given({ ...named, batchNo: `n${batchNo}` });
    return { procedure: 'batch.create', input };
  },
);
