/** Commands on documents beside receipts and sales: opening balances, goods that leave otherwise, that come back, and documents taken back. */
import * as fc from 'fast-check';
import type { DamageInput, ReturnLine, SupplierReturnLine, TakingLine } from '@granary/contracts/document';
import type { OracleDocument } from '../oracle/document-row.ts';
import { isTracked } from '../oracle/piece.ts';
import { lineOf, lot } from './draw-inbound.ts';
import { entering, leaving } from './piece-names.ts';
import * as picks from './picks.ts';
import { draw, given, mostly, rarely, type Draw } from './picks.ts';
import { beside, happened, type ModelState } from './state.ts';

/** Of SKUs that have not moved yet, or have. */
export const open: fc.Arbitrary<Draw> = draw(
  fc.record({
    skuId: mostly([1, 'O1'], [1, 'O2'], [1, 'O3'], [1, 'O4'], [1, 'A']),
    lot,
    documentNo: fc.nat(9),
    back: mostly([5, -3], [1, 300]),
  }),
  ({ skuId, lot: drawn, documentNo, back }, state) => ({
    procedure: 'inbound.opening',
    input: {
      documentNo: `open-${documentNo}`,
      asOf: beside(state, state.offset / 1000 + back),
      lines: [{ ...lineOf({ ...drawn, skuId }, state), batchNo: 'n1' }],
    },
  }),
);

const INBOUND = ['purchase', 'production', 'return', 'opening'];
const OUTBOUND = ['sales', 'damage', 'pick', 'supplierReturn'];

function documentsOf(state: ModelState, types: readonly string[]): OracleDocument[] {
  return [...state.world.documents.values()].filter((each) => types.includes(each.type));
}

/** Most often one that can still be taken back, through its own door. */
export const takeBack: fc.Arbitrary<Draw> = draw(
  fc.record({
    at: picks.index,
    isOut: fc.boolean(),
    any: mostly([5, false], [1, true]),
    ghost: mostly([12, false], [1, true]),
    wrongDoor: mostly([12, false], [1, true]),
    documentNo: rarely(mostly([1, 'r1'], [1, 'r2']), 4),
    occurred: picks.happenings,
  }),
  ({ at, isOut, any, ghost, wrongDoor, documentNo, occurred }, state) => {
    const all = documentsOf(state, [...(isOut ? OUTBOUND : INBOUND), ...(any ? ['reversal'] : [])]);
    const chosen = picks.pick(any ? all : all.filter((each) => each.reversedBy === null), at);
    const documentId = ghost ? picks.UNKNOWN_ID : chosen?.id;
    if (documentId === undefined) return undefined;
    const said = { operator: 'op', reason: 'a mistake', ...happened(state, occurred) };
    const input = given({ documentId, documentNo, ...said });
    return { procedure: isOut === wrongDoor ? 'inbound.reverse' : 'outbound.reverse', input };
  },
);

const part = fc.record({
  at: picks.index,
  row: picks.index,
  quantity: mostly<'one' | 'all' | 'more'>([4, 'one'], [3, 'all'], [1, 'more']),
  locationId: rarely(picks.places, 3),
  ghost: mostly([15, false], [1, true]),
  byNumber: mostly([2, false], [1, true]),
});
type DrawnPart = typeof part extends fc.Arbitrary<infer T> ? T : never;

function amountOf(moved: number, { quantity }: DrawnPart): number {
  return { one: 1, all: Math.max(1, moved), more: Math.min(moved + 1, 2_147_483_647) }[quantity];
}

/** Goods of a document, or of a reservation that was deducted without one, in the same quality or another. */
export const comeBack: fc.Arbitrary<Draw> = draw(
  fc.record({
    part,
    documentNo: fc.nat(25),
    ofHold: mostly([2, false], [1, true]),
    qualityLevel: rarely(picks.qualities, 3),
    batchNo: rarely(mostly([1, 'n1'], [1, 'back']), 8),
  }),
  ({ part: drawn, documentNo, ofHold, qualityLevel, batchNo }, state) => {
    const aim = ofHold ? deductedOf(state, drawn) : shippedOf(state, drawn);
    if (aim === undefined) return undefined;
    const { pieces, ...of } = aim;
    const serials = namesBack(state, { ...of, pieces, at: drawn.at });
    const locationId = drawn.locationId ?? of.locationId;
    const line: ReturnLine = given({ ...of, locationId, qualityLevel, batchNo, serials });
    return { procedure: 'inbound.return', input: { documentNo: `back-${documentNo}`, lines: [line] } };
  },
);

/** Most often pieces that left by it. */
function namesBack(
  state: ModelState,
  of: { skuId: string; quantity: number; pieces: readonly string[]; at: number },
): string[] | undefined {
  const { skuId, quantity, pieces, at } = of;
  if (!isTracked(state.world, skuId) || at % 8 === 0) return entering(state, { skuId, quantity, at });
  return pieces.slice(0, Math.min(quantity, 20));
}

function deductedOf(state: ModelState, drawn: DrawnPart) {
  const holds = [...state.world.reservations.values()].filter((each) => each.lines.some((line) => line.deducted > 0));
  const hold = picks.pick(holds, drawn.at);
  const line = picks.pick(hold?.lines.filter((each) => each.deducted > 0) ?? [], drawn.row);
  const batch = state.world.batches.get(line?.batchId ?? '');
  if (hold === undefined || line === undefined || batch === undefined) return undefined;
  const { skuId, locationId } = batch;
  const reservationId = drawn.ghost ? picks.UNKNOWN_ID : hold.id;
  const left = [...state.world.pieces.values()].filter(
    (piece) => piece.reservationId === hold.id && piece.documentId === null && piece.state === 'sold',
  );
  const pieces = left.map((piece) => piece.serial);
  return { skuId, locationId, reservationId, quantity: amountOf(line.deducted, drawn), pieces };
}

function shippedOf(state: ModelState, drawn: DrawnPart) {
  const document = picks.pick(documentsOf(state, OUTBOUND), drawn.at);
  const row = picks.pick(document?.answer.lines ?? [], drawn.row);
  if (document === undefined || row === undefined) return undefined;
  return {
    ...originOf(document, drawn),
    skuId: row.skuId,
    locationId: row.locationId,
    originalLine: row.line,
    quantity: amountOf(row.quantity, drawn),
    pieces: row.serials ?? [],
  };
}

/** By its number only where that says which document it is. */
function originOf({ id, type, documentNo }: OracleDocument, { ghost, byNumber }: DrawnPart) {
  const isFirst = type === 'sales' || type === 'purchase';
  if (byNumber && isFirst) return { originalDocumentNo: documentNo };
  return { originalDocumentId: ghost ? picks.UNKNOWN_ID : id };
}

const takingLine = fc.record({
  skuId: picks.skuIds,
  quantity: mostly([6, 1], [3, 2], [2, 4], [1, 2_147_483_647]),
  strategy: rarely(picks.strategies, 5),
  locationId: rarely(picks.places, 3),
  qualityLevel: rarely(picks.qualities, 6),
  named: rarely(picks.index, 3),
  at: picks.index,
});
type DrawnTaking = typeof takingLine extends fc.Arbitrary<infer T> ? T : never;

/** Lines of one SKU ask for the same; one that names a batch asks for nothing else. */
function takingOf(state: ModelState, { named, at, ...drawn }: DrawnTaking): TakingLine {
  const batch = named === undefined ? undefined : picks.pick([...state.world.batches.values()], named);
  const { skuId: asked, quantity, locationId } = drawn;
  const serials = at % 2 === 0 ? undefined : leaving(state, { skuId: asked, quantity, at, locationId });
  if (batch === undefined) return given({ ...drawn, serials });
  return {
    skuId: named !== undefined && named % 9 === 0 ? drawn.skuId : batch.skuId,
    quantity: drawn.quantity,
    batchId: batch.id,
  };
}

const taken = fc.record({
  documentNo: fc.nat(20),
  lines: fc.uniqueArray(takingLine, { minLength: 1, maxLength: 2, selector: (each) => each.skuId }),
  occurred: picks.happenings,
});

export const damage: fc.Arbitrary<Draw> = draw(taken, ({ documentNo, lines, occurred }, state) => {
  const input: DamageInput = {
    documentNo: `x${documentNo}`,
    reason: 'broken',
    ...happened(state, occurred),
    lines: lines.map((each) => takingOf(state, each)),
  };
  return { procedure: 'outbound.damage', input };
});

export const pick: fc.Arbitrary<Draw> = draw(taken, ({ documentNo, lines, occurred }, state) => ({
  procedure: 'outbound.pick',
  input: {
    ...{ documentNo: `p${documentNo}`, workOrderNo: 'w1', ...happened(state, occurred) },
    lines: lines.map((each) => takingOf(state, each)),
  },
}));

/** To the supplier, from the line of the purchase that brought the goods, or from any stock. */
export const sendBack: fc.Arbitrary<Draw> = draw(
  fc.record({ part, line: takingLine, plain: mostly([3, false], [1, true]), documentNo: fc.nat(20) }),
  ({ part: drawn, line, plain, documentNo }, state) => {
    const document = picks.pick(documentsOf(state, ['purchase']), drawn.at);
    const row = picks.pick(document?.answer.lines ?? [], drawn.row);
    const input = { documentNo: `s${documentNo}`, supplier: 'Acme' };
    if (plain || document === undefined || row === undefined)
      return { procedure: 'outbound.supplierReturn', input: { ...input, lines: [takingOf(state, line)] } };
    const back: SupplierReturnLine = given({
      ...originOf(document, drawn),
      ...{ skuId: row.skuId, originalLine: row.line, quantity: amountOf(row.quantity, drawn) },
      locationId: drawn.locationId,
    });
    return { procedure: 'outbound.supplierReturn', input: { ...input, lines: [back] } };
  },
);
