/** What becomes of goods on their way: they arrive, in one receipt or several, are lost, or come back. */
import type {
  Transfer,
  TransferCancelInput,
  TransferMove,
  TransferReceiveInput,
  TransferWriteOffInput,
} from '@granary/contracts/transfer';
import { formatMoney } from '@granary/contracts/money';
import { learnDocument } from './documents.ts';
import { checkOccurred } from './occurrence.ts';
import { toldOrigin } from './originals.ts';
import { movePieces } from './piece.ts';
import { checkReceipts, receive, type Receipt } from './receipt.ts';
import { met } from './sometimes.ts';
import { transferOf } from './transfer.ts';
import { expectRepeat, expectTransfer } from './transfer-told.ts';
import { onTheWay, rest, takeParts, type Taken } from './transfer-parts.ts';
import type { OracleTransfer } from './transfer-row.ts';
import { canonical, createRefusals, expectEqual, settle, type Outcome } from './verdict.ts';
import { batchOf, keyOf, standingFor, type World } from './world.ts';

const isOnItsWay = ({ state }: OracleTransfer): boolean => state === 'shipped' || state === 'partlyReceived';

export function judgeTransferReceive(world: World, input: TransferReceiveInput, outcome: Outcome<TransferMove>): void {
  const refusals = createRefusals();
  const transfer = transferOf(world, input);
  if (transfer === undefined) {
    refusals.must.set('INV_007', 'no such transfer');
    settle(outcome, refusals);
    return;
  }
  const documentNo = input.documentNo ?? transfer.transferNo;
  const { transferId: _id, transferNo: _no, documentNo: _documentNo, idempotencyKey: _key, ...said } = input;
  const content = canonical({ ...said, of: transfer.id });
  if (world.untold.has(keyOf('transferIn', documentNo))) refusals.must.set('INV_008', 'the number is taken');
  const known = world.documents.get(keyOf('transferIn', documentNo));
  if (known !== undefined) {
    if (known.content !== content) refusals.must.set('INV_008', 'the number has other content');
    if (settle(outcome, refusals)) expectRepeat(world, { transfer, documentId: known.id }, outcome.answer);
    return;
  }
  if (!isOnItsWay(transfer)) refusals.must.set('INV_010', 'nothing is on the way');
  checkOccurred(world, { occurredAt: input.occurredAt, skuIds: transfer.parts.map((part) => part.skuId) }, refusals);
  if (input.occurredAt !== undefined && transfer.shippedAt !== null && input.occurredAt < transfer.shippedAt)
    refusals.must.set('INV_005', 'received before it was shipped');
  const taken = takeParts(world, { transfer, lines: input.lines }, refusals);
  const missing = onTheWay(transfer) - taken.reduce((sum, { quantity }) => sum + quantity, 0);
  if (input.isFinal && missing > 0 && input.writeOff === undefined) refusals.must.set('INV_010', 'a silent shortage');
  const receipts = taken.map((each) => receiptOf(world, { transfer, taken: each, isBack: false }));
  checkReceipts(world, receipts, refusals);
  if (!settle(outcome, refusals)) return;
  const { document } = outcome.answer;
  const header = { type: 'transferIn' as const, documentNo, content };
  const occurredAt = learnDocument(world, header, {
    input: { ...said, supplier: undefined },
    answer: document,
    orderNo: null,
  });
  const expected = receipts.map((receipt, at) => {
    const row = document.lines[at];
    const told = { batchId: row?.batchId ?? '', serials: row?.serials, documentId: document.id };
    const batch = receive(world, receipt, { ...told, occurredAt });
    const { skuId, locationId, quantity, unitCost, origin } = receipt;
    return {
      ...{ line: receipt.at + 1, skuId, locationId, batchId: batch.id, batchNo: batch.batchNo, quantity },
      ...{ unitCost: formatMoney(unitCost), reservationId: null },
      original: origin === undefined ? undefined : toldOrigin(origin),
    };
  });
  const rows = document.lines.map((row) => ({ ...row, serials: undefined }));
  expectEqual('the lines received', rows, expected);
  end(transfer, taken, { as: 'received', reason: null });
  if (transfer.state === 'partlyReceived') met(world, 'a part of a transfer arrives');
  if (input.writeOff !== undefined && missing > 0) {
    met(world, 'a shortage of a transfer is written off');
    lose(world, transfer, rest(transfer));
    end(transfer, rest(transfer), { as: 'writtenOff', reason: input.writeOff.reason });
  }
  expectTransfer(outcome.answer.transfer, transfer);
}

export function judgeTransferWriteOff(world: World, input: TransferWriteOffInput, outcome: Outcome<Transfer>): void {
  const refusals = createRefusals();
  const transfer = transferOf(world, input);
  if (transfer === undefined) refusals.must.set('INV_007', 'no such transfer');
  else if (!isOnItsWay(transfer)) refusals.must.set('INV_010', 'nothing is on the way');
  const taken = transfer === undefined ? [] : takeParts(world, { transfer, lines: input.lines }, refusals);
  if (!settle(outcome, refusals) || transfer === undefined) return;
  lose(world, transfer, taken);
  end(transfer, taken, { as: 'writtenOff', reason: input.reason });
  expectTransfer(outcome.answer, transfer);
}

/** Before shipping nothing moved; afterwards what is still on the way comes back to the batches that it left. */
export function judgeTransferCancel(world: World, input: TransferCancelInput, outcome: Outcome<Transfer>): void {
  const refusals = createRefusals();
  const transfer = transferOf(world, input);
  if (transfer === undefined) refusals.must.set('INV_007', 'no such transfer');
  if (transfer?.state === 'done') refusals.must.set('INV_010', 'it is done');
  const isMoving = transfer !== undefined && isOnItsWay(transfer);
  const receipts = isMoving ? rest(transfer).map((taken) => receiptOf(world, { transfer, taken, isBack: true })) : [];
  checkReceipts(world, receipts, refusals);
  const documentNo = input.documentNo ?? `${transfer?.transferNo}-CANCEL`;
  const isTaken =
    world.documents.has(keyOf('transferIn', documentNo)) || world.untold.has(keyOf('transferIn', documentNo));
  if (isMoving && isTaken) refusals.must.set('INV_008', 'the number is taken');
  if (!settle(outcome, refusals) || transfer === undefined) return;
  if (transfer.state === 'draft') {
    Object.assign(transfer, { state: 'cancelled', endReason: input.reason, version: transfer.version + 1 });
  } else if (isMoving) {
    met(world, 'a transfer on its way comes back');
    for (const receipt of receipts) receive(world, receipt, { batchId: receipt.standsAs, occurredAt: world.now });
    end(transfer, rest(transfer), { as: 'returned', reason: input.reason });
    world.untold.add(keyOf('transferIn', documentNo));
  }
  expectTransfer(outcome.answer, transfer);
}

interface Coming {
  readonly transfer: OracleTransfer;
  readonly taken: Taken;
  readonly isBack: boolean;
}

/** The goods are what their batch at the source says; back there they join what stands for it by now. */
function receiptOf(world: World, { transfer, taken, isBack }: Coming): Receipt & { readonly standsAs: string } {
  const { part, quantity, pieces: serials } = taken;
  const batch = (isBack ? standingFor(world, part.batchId) : undefined) ?? batchOf(world, part.batchId);
  const { qualityLevel, producedOn, expiresAt, receivedAt } = batch;
  const line = transfer.parts.indexOf(part) + 1;
  return {
    ...{
      skuId: part.skuId,
      quantity,
      unitCost: part.unitCost,
      at: part.line - 1,
      standsAs: batch.id,
      receivedAt,
      serials,
    },
    locationId: isBack ? transfer.fromLocationId : transfer.toLocationId,
    batchNo: isBack ? batch.batchNo : part.batchNo,
    identity: { qualityLevel, producedOn, expiresAt },
    origin: {
      kind: 'document',
      id: transfer.documentId ?? '',
      line,
      batchId: part.batchId,
      quantity,
      unitCost: undefined,
    },
  };
}

/** What is lost lies nowhere, and was last where it left. */
function lose(world: World, transfer: OracleTransfer, taken: readonly Taken[]): void {
  for (const { part, pieces } of taken) {
    const batch = { id: part.batchId, skuId: part.skuId, locationId: transfer.fromLocationId };
    movePieces(world, pieces, { state: 'lost', batch, documentId: transfer.documentId });
  }
}

function end(
  transfer: OracleTransfer,
  taken: readonly Taken[],
  how: { as: 'received' | 'writtenOff' | 'returned'; reason: string | null },
): void {
  for (const { part, quantity, pieces } of taken) {
    part.pieces = part.pieces.filter((serial) => !pieces.includes(serial));
    part.inTransit -= quantity;
    part[how.as] += quantity;
  }
  transfer.version += 1;
  const isOver = onTheWay(transfer) === 0;
  const hasCome = transfer.parts.some((part) => part.received > 0);
  transfer.state = isOver ? (how.as === 'returned' ? 'cancelled' : 'done') : hasCome ? 'partlyReceived' : 'shipped';
  if (isOver) transfer.endReason = how.reason;
}
