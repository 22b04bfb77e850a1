/** Commands on transfers: planned, shipped, received in one go or in parts, lost, called off. */
import * as fc from 'fast-check';
import type { TransferCreateInput } from '@granary/contracts/transfer';
import type { OracleTransfer } from '../oracle/transfer-row.ts';
import * as picks from './picks.ts';
import { draw, given, mostly, rarely, type Draw } from './picks.ts';
import { beside, happened, type ModelState } from './state.ts';

const line = fc.record({
  skuId: picks.skuIds,
  quantity: mostly([5, 1], [4, 2], [2, 4], [1, 2_147_483_647]),
  strategy: rarely(picks.strategies, 5),
  qualityLevel: rarely(picks.qualities, 8),
  named: rarely(picks.index, 5),
});

const plan = fc.record({
  no: fc.nat(12),
  places: mostly(
    [8, ['default', 'east']],
    [4, ['east', 'default']],
    [2, ['default', 'west']],
    [1, ['nowhere', 'east']],
  ),
  lines: fc.uniqueArray(line, { minLength: 1, maxLength: 2, selector: (each) => each.skuId }),
  eta: rarely(fc.constant(5), 4),
});
type DrawnPlan = typeof plan extends fc.Arbitrary<infer T> ? T : never;

function planOf(state: ModelState, { no, places, lines, eta }: DrawnPlan): TransferCreateInput {
  const [fromLocationId = '', toLocationId = ''] = places;
  return given({
    ...{ transferNo: `t${no}`, fromLocationId, toLocationId },
    expectedAt: eta === undefined ? undefined : beside(state, state.offset / 1000 + eta),
    lines: lines.map(({ named, ...asked }) => {
      const fits = [...state.world.batches.values()].filter((batch) => batch.skuId === asked.skuId);
      const batch = named === undefined ? undefined : picks.pick(fits, named);
      return batch === undefined ? given(asked) : { skuId: asked.skuId, quantity: asked.quantity, batchId: batch.id };
    }),
  });
}

export const create: fc.Arbitrary<Draw> = draw(plan, (drawn, state) => ({
  procedure: 'transfer.create',
  input: planOf(state, drawn),
}));

export const send: fc.Arbitrary<Draw> = draw(plan, (drawn, state) => ({
  procedure: 'outbound.transfer',
  input: planOf(state, drawn),
}));

const target = fc.record({ at: picks.index, any: mostly([4, false], [1, true]), byId: fc.boolean() });
type DrawnTarget = typeof target extends fc.Arbitrary<infer T> ? T : never;

function targetOf(state: ModelState, { at, any }: DrawnTarget, states: readonly OracleTransfer['state'][]) {
  return picks.pick(
    [...state.world.transfers.values()].filter((each) => any || states.includes(each.state)),
    at,
  );
}

function nameOf(transfer: OracleTransfer | undefined, { byId }: DrawnTarget) {
  if (transfer === undefined) return { transferNo: 'never' };
  return byId ? { transferId: transfer.id } : { transferNo: transfer.transferNo };
}

export const ship: fc.Arbitrary<Draw> = draw(
  fc.record({ target, occurred: picks.happenings }),
  ({ target: drawn, occurred }, state) => ({
    procedure: 'transfer.ship',
    input: { ...nameOf(targetOf(state, drawn, ['draft']), drawn), ...happened(state, occurred) },
  }),
);

const parts = fc.record({
  row: picks.index,
  byBatch: mostly([2, false], [1, true]),
  quantity: mostly([4, 1], [2, 2], [1, 9]),
});

function partsOf(transfer: OracleTransfer | undefined, drawn: { row: number; byBatch: boolean; quantity: number }) {
  const part = picks.pick(transfer?.parts ?? [], drawn.row);
  const batchNo = drawn.byBatch ? part?.batchNo : undefined;
  const { row, quantity } = drawn;
  const named = row % 2 === 0 ? undefined : part?.pieces.toReversed().slice(0, quantity);
  const serials = named?.length === quantity ? named : undefined;
  return [given({ line: part?.line ?? 1 + (row % 2), batchNo, quantity, serials })];
}

export const receive: fc.Arbitrary<Draw> = draw(
  fc.record({
    target,
    some: rarely(parts, 2),
    documentNo: fc.nat(15),
    isFinal: mostly([3, false], [1, true]),
    writeOff: fc.boolean(),
    inbound: fc.boolean(),
    occurred: picks.happenings,
  }),
  ({ target: aim, some, documentNo, isFinal, writeOff, inbound, occurred }, state) => {
    const transfer = targetOf(state, aim, ['shipped', 'partlyReceived']);
    const input = given({
      ...nameOf(transfer, aim),
      lines: some === undefined ? undefined : partsOf(transfer, some),
      documentNo: some === undefined ? undefined : `in-${documentNo}`,
      isFinal,
      ...happened(state, occurred),
      writeOff: isFinal && writeOff ? { reason: 'lost' } : undefined,
    });
    return { procedure: inbound ? 'inbound.transfer' : 'transfer.receive', input };
  },
);

export const writeOff: fc.Arbitrary<Draw> = draw(
  fc.record({ target, some: rarely(parts, 2) }),
  ({ target: aim, some }, state) => {
    const transfer = targetOf(state, aim, ['shipped', 'partlyReceived']);
    const lines = some === undefined ? undefined : partsOf(transfer, some);
    return { procedure: 'transfer.writeOff', input: given({ ...nameOf(transfer, aim), lines, reason: 'lost' }) };
  },
);

export const cancel: fc.Arbitrary<Draw> = draw(target, (drawn, state) => ({
  procedure: 'transfer.cancel',
  input: { ...nameOf(targetOf(state, drawn, ['draft', 'shipped', 'partlyReceived']), drawn), reason: 'called off' },
}));
