/** Taking a document back, once: the opposite of every line, in the batches that stand for them now, at the same costs. */
import type { Document, ReverseInput } from '@granary/contracts/document';
import { parseMoney } from '@granary/contracts/money';
import { contentOfDocument, judgeKnown, learnDocument } from './documents.ts';
import { move, owe, settleDeficit } from './ledger.ts';
import { checkOccurred } from './occurrence.ts';
import { noteBack } from './originals.ts';
import { checkCapacity, meanWith } from './receipt.ts';
import { isTracked, movePieces, pieceOf } from './piece.ts';
import { met } from './sometimes.ts';
import { freeOf, openDraft } from './stock-draft.ts';
import { createRefusals, expectEqual, settle, type Outcome, type Refusals } from './verdict.ts';
import type { OracleDocument } from './document-row.ts';
import { allowExpiry, untilTheWayIsClear } from './way.ts';
import { keyOf, standingFor, type OracleBatch, type World } from './world.ts';

export type Door = 'inbound' | 'outbound';

const DOORS: Record<Door, readonly string[]> = {
  inbound: ['purchase', 'production', 'return', 'opening'],
  outbound: ['sales', 'damage', 'pick', 'supplierReturn'],
};

export function judgeReverse(
  world: World,
  call: { door: Door; input: ReverseInput },
  outcome: Outcome<Document>,
): void {
  const { door, input } = call;
  const refusals = createRefusals();
  const original = [...world.documents.values()].find((each) => each.id === input.documentId);
  if (original === undefined || ![...DOORS[door], 'reversal'].includes(original.type)) {
    refusals.must.set('INV_007', 'no such document to take back');
    settle(outcome, refusals);
    return;
  }
  const moved = [...original.answer.lines, ...(original.answer.deficits ?? [])];
  checkOccurred(world, { occurredAt: input.occurredAt, skuIds: moved.map((line) => line.skuId) }, refusals);
  if (input.occurredAt !== undefined && input.occurredAt < original.answer.occurredAt)
    refusals.must.set('INV_005', 'taken back before it happened');
  const documentNo = input.documentNo ?? `REV-${original.id}`;
  const header = { type: 'reversal' as const, documentNo, content: contentOfDocument(input), reverses: original.id };
  if (judgeKnown(world, header, { outcome, refusals })) return;
  forbid(world, original, refusals);
  if (original.type !== 'reversal') forbidByStock(world, { door, original }, refusals);
  if (!settle(outcome, refusals)) return;
  const { answer } = outcome;
  const { orderNo, supplier, workOrderNo } = original.answer;
  const said = { ...input, supplier: supplier ?? undefined, workOrderNo };
  learnDocument(world, header, { input: said, answer, orderNo });
  original.reversedBy = answer.id;
  noteBack(world, original.brought, -1);
  met(world, 'a document taken back');
  apply(world, { door, original, answer });
}

function forbid(world: World, { type, id, reversedBy }: OracleDocument, refusals: Refusals): void {
  if (type === 'reversal') refusals.must.set('INV_010', 'it is a reversal itself');
  if (reversedBy !== null) refusals.must.set('INV_010', 'it was taken back before');
  const returned = [...world.documents.values()].some(
    (each) => each.reversedBy === null && each.brought.some((back) => back.id === id),
  );
  if (returned) refusals.must.set('INV_010', 'goods of it were returned already');
}

/** Goods that came in must be free still; those that left must fit, and what they owed must still be owed. */
function forbidByStock(
  world: World,
  { door, original }: { door: Door; original: OracleDocument },
  refusals: Refusals,
): void {
  const { lines, deficits = [] } = original.answer;
  const wanted = new Map<OracleBatch, number>();
  for (const line of lines) checkPieces(world, { door, original, line }, refusals);
  for (const line of lines) {
    const batch = standing(world, line.batchId);
    wanted.set(batch, (wanted.get(batch) ?? 0) + line.quantity);
    if (batch.frozenBy !== null) refusals.must.set('INV_016', `batch ${batch.id} is frozen`);
  }
  if (door === 'inbound') {
    forbidTaken(world, wanted, refusals);
    return;
  }
  checkCapacity(world, lines, refusals);
  for (const { skuId, locationId, quantity } of deficits)
    if ((world.levels.get(keyOf(skuId, locationId))?.deficit ?? 0) < quantity)
      refusals.must.set('INV_010', 'what it owed was settled since');
}

/** What only overdue holds keep from leaving again expires them first, as a sale does. */
function forbidTaken(world: World, wanted: ReadonlyMap<OracleBatch, number>, refusals: Refusals): void {
  const isShort = () => [...wanted].some(([batch, quantity]) => freeOf(batch, openDraft()) < quantity);
  const skuIds = new Set([...wanted.keys()].map((batch) => batch.skuId));
  const levels = new Set([...wanted.keys()].map(({ skuId, locationId }) => keyOf(skuId, locationId)));
  if (refusals.must.size > 0) allowExpiry(world, skuIds);
  else untilTheWayIsClear<object>(world, skuIds, () => (isShort() ? { short: [], levels } : {}));
  if (isShort()) refusals.must.set('INV_010', 'its goods are not free any more');
}

/** Exactly the pieces that it moved go back, as long as they are where it left them. */
function checkPieces(
  world: World,
  of: { door: Door; original: OracleDocument; line: Document['lines'][number] },
  refusals: Refusals,
): void {
  const { door, original, line } = of;
  if (!isTracked(world, line.skuId)) return;
  const { serials = [] } = line;
  if (serials.length < Math.abs(line.quantity)) refusals.must.set('INV_010', 'its goods had no names');
  for (const serial of serials) {
    const piece = pieceOf(world, line.skuId, serial);
    const isThere = piece?.state === 'inStock' && piece.batchId === standing(world, line.batchId).id;
    const isOut = piece?.state !== 'inStock' && piece?.documentId === original.id;
    if (!(door === 'inbound' ? isThere : isOut)) refusals.must.set('INV_010', `piece ${serial} has moved since`);
  }
}

function standing(world: World, batchId: string): OracleBatch {
  const batch = standingFor(world, batchId);
  if (batch === undefined) throw new Error(`the oracle knows no batch ${batchId}`);
  return batch;
}

function apply(
  world: World,
  { door, original, answer }: { door: Door; original: OracleDocument; answer: Document },
): void {
  const { lines, deficits = [] } = original.answer;
  const sign = door === 'inbound' ? -1 : 1;
  const owed = deficits.map(({ quantity, ...at }) => ({ ...at, quantity: -quantity }));
  for (const each of owed) owe(world, each);
  expectEqual('what is no longer owed', answer.deficits ?? [], owed);
  const expected = lines.map((line, index) => {
    const batch = standing(world, line.batchId);
    const quantity = sign * line.quantity;
    batch.unitCost = meanWith(batch, { quantity, unitCost: parseMoney(line.unitCost) });
    move(world, batch, { onHand: quantity });
    if (door === 'outbound') settleDeficit(world, batch, quantity);
    const pieces = isTracked(world, batch.skuId) ? line.serials : undefined;
    const gone = original.type === 'return' ? 'sold' : 'withdrawn';
    const state = door === 'inbound' ? gone : 'inStock';
    movePieces(world, pieces ?? [], { state, batch, documentId: answer.id });
    const { id: batchId, batchNo, skuId, locationId } = batch;
    return {
      ...{ line: line.line, skuId, locationId, batchId, batchNo, quantity, unitCost: line.unitCost },
      ...{ serials: pieces, reservationId: null, original: { documentId: original.id, line: index + 1 } },
    };
  });
  expectEqual('the lines of the reversal', answer.lines, expected);
}
