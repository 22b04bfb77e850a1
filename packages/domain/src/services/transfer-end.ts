/** What ends a transfer, or a part of it: a receipt, a write-off of what was lost, a cancellation. */
import type {
  Transfer as TransferAnswer,
  TransferCancelInput,
  TransferMove,
  TransferReceiveInput,
  TransferWriteOffInput,
} from '@granary/contracts/transfer';
import type { Transfer } from '../entities/transfer.ts';
import { returnToSavepoint, setSavepoint } from '../persistence/savepoint.ts';
import { lockTransfer } from '../persistence/transfer-store.ts';
import type { Tx } from '../persistence/transaction.ts';
import { accepted, invalidState, invariant, type Outcome, quote, refused } from '../refusal.ts';
import type { Draft } from '../rules/draft.ts';
import {
  cancelledDraft,
  isOnItsWay,
  loseGoods,
  noteTransfer,
  onTheWay,
  settled,
  takeParts,
  wrongState,
} from '../rules/transfer.ts';
import { toTransfer } from '../rules/transfer-answer.ts';
import { contentHashOf, earlierDocument } from './document-record.ts';
import { type Decision, draftNow, type Engine } from './execution.ts';
import { occurrenceOf } from './occurrence.ts';
import { arrive, type Arrived, type Arriving, loadArrival, notOnItsWay } from './transfer-arrival.ts';
import { byPieces, losePieces, loadTravelling, piecesTaken } from './serials-travelling.ts';
import { namedTransfer, writeStep } from './transfer-plan.ts';

export async function decideReceive(
  tx: Tx,
  engine: Engine,
  input: TransferReceiveInput,
): Promise<Decision<TransferMove>> {
  const outside = await draftNow(tx, engine);
  const named = await namedTransfer(tx, input);
  if (!named.ok) return { draft: outside, outcome: named };
  const transfer = named.answer;
  const { transferId: _id, transferNo: _no, documentNo = transfer.transferNo, ...said } = input;
  // By either name it is the same receipt.
  const content = { ...said, transferId: transfer.transferId };
  const contentHash = contentHashOf(content);
  const earlier = await earlierDocument(tx, { type: 'transferIn', documentNo, contentHash });
  if (earlier !== undefined)
    return { draft: outside, outcome: earlier.ok ? accepted(move(transfer, earlier.answer)) : earlier };
  const { lines, occurredAt, operator, reason } = said;
  const arriving = { transfer, isBack: false, lines, documentNo, contentHash, occurredAt, operator, reason };
  const work = async (draft: Draft, arrived: Arrived): Promise<Outcome<Transfer>> =>
    finish(tx, draft, { input, arrived });
  return await landing(tx, engine, { outside, arriving, work, answer: move });
}

function move(transfer: Transfer, document: TransferMove['document']): TransferMove {
  return { transfer: toTransfer(transfer), document };
}

/** The goods have arrived; with isFinal what is missing is written off, or must be nothing. */
function finish(
  tx: Tx,
  draft: Draft,
  { input, arrived }: { readonly input: TransferReceiveInput; readonly arrived: Arrived },
): Outcome<Transfer> {
  const how = { commandId: tx.commandId, now: draft.now };
  const { before, taken, left } = arrived;
  const after = settled(before, taken, { ...how, as: 'received', reason: null });
  const missing = onTheWay(after);
  if (input.isFinal && missing > 0 && input.writeOff === undefined) return refused(stillMissing(after, missing));
  noteTransfer(draft, 'stock.transfer.received', { before, after });
  if (input.writeOff === undefined || missing === 0) return accepted(after);
  const rest = after.parts.map((part) => ({ part, quantity: part.inTransit }));
  const last = settled(after, rest, { ...how, as: 'writtenOff', reason: input.writeOff.reason });
  noteTransfer(draft, 'stock.transfer.lost', { before: after, after: last });
  const pieces = piecesTaken({ onTheWay: left, lines: undefined }, rest);
  losePieces(draft, before, { pieces, commandId: tx.commandId });
  const occurredAt = occurrenceOf(input.occurredAt, draft.now);
  loseGoods(draft, before, { taken: rest, commandId: tx.commandId, occurredAt });
  return accepted(last);
}

function stillMissing({ transferId, transferNo }: Transfer, missing: number) {
  return invalidState({
    noun: 'transfer',
    id: transferId,
    state: `${missing} in transit`,
    message: `The receipt is said to be the last of transfer ${quote(transferNo)}, and ${missing} would still be on the way.`,
    hint: 'Name writeOff with a reason, or leave isFinal out.',
  });
}

interface Landing<T> {
  /** For a refusal: SKU and level rows that only this arrival would have needed must not outlive it. */
  readonly outside: Draft;
  readonly arriving: Arriving;
  readonly work: (draft: Draft, arrived: Arrived) => Promise<Outcome<Transfer>>;
  readonly answer: (transfer: Transfer, document: TransferMove['document']) => T;
}

async function landing<T>(
  tx: Tx,
  engine: Engine,
  { outside, arriving, work, answer }: Landing<T>,
): Promise<Decision<T>> {
  await setSavepoint(tx);
  const draft = await loadArrival(tx, engine, arriving);
  const arrived = await arrive(tx, engine, { draft, arriving });
  if (arrived.ok && arrived.answer.taken.length === 0) {
    const { before, document } = arrived.answer;
    return { draft, outcome: accepted(answer(before, document)) };
  }
  const after = arrived.ok ? await work(draft, arrived.answer) : arrived;
  if (!after.ok) {
    await returnToSavepoint(tx);
    return { draft: outside, outcome: after };
  }
  invariant(arrived.ok, 'a refused arrival has changed its transfer');
  const { before, document } = arrived.answer;
  return {
    draft,
    outcome: accepted(answer(after.answer, document)),
    write: () => writeStep(tx, before, after.answer),
  };
}

/** Moves no stock: it left the source already, and never came. */
export async function decideWriteOff(
  tx: Tx,
  engine: Engine,
  input: TransferWriteOffInput,
): Promise<Decision<TransferAnswer>> {
  const named = await namedTransfer(tx, input);
  if (!named.ok) return { draft: await draftNow(tx, engine), outcome: named };
  const before = await lockTransfer(tx, named.answer.transferId);
  invariant(before !== undefined, 'a transfer that was read is gone');
  const draft = await draftNow(tx, engine);
  if (!isOnItsWay(before)) return { draft, outcome: refused(notOnItsWay(before)) };
  const onTheWay = await loadTravelling(tx, draft, before);
  const said = byPieces(draft, { transfer: before, onTheWay, lines: input.lines });
  if (!said.ok) return { draft, outcome: said };
  const taken = takeParts(before, said.answer);
  if (!taken.ok) return { draft, outcome: taken };
  const pieces = piecesTaken({ onTheWay, lines: said.answer }, taken.answer);
  losePieces(draft, before, { pieces, commandId: tx.commandId });
  const how = { as: 'writtenOff', commandId: tx.commandId, now: draft.now, reason: input.reason } as const;
  const after = settled(before, taken.answer, how);
  noteTransfer(draft, 'stock.transfer.lost', { before, after });
  loseGoods(draft, before, { taken: taken.answer, commandId: tx.commandId, occurredAt: draft.now });
  return { draft, outcome: accepted(toTransfer(after)), write: () => writeStep(tx, before, after) };
}

/** Before shipping nothing moved; afterwards what is still on the way comes back to the batches that it left. */
export async function decideCancel(
  tx: Tx,
  engine: Engine,
  input: TransferCancelInput,
): Promise<Decision<TransferAnswer>> {
  const named = await namedTransfer(tx, input);
  const outside = await draftNow(tx, engine);
  if (!named.ok) return { draft: outside, outcome: named };
  const transfer = named.answer;
  if (transfer.state === 'cancelled') return { draft: outside, outcome: accepted(toTransfer(transfer)) };
  if (transfer.state === 'draft') return await cancelDraft(tx, engine, { transfer, reason: input.reason });
  const { documentNo = `${transfer.transferNo}-CANCEL`, reason } = input;
  const content = { transferId: transfer.transferId, documentNo, reason, isBack: true };
  const contentHash = contentHashOf(content);
  const arriving = { transfer, isBack: true, lines: undefined, documentNo, contentHash, reason };
  return await landing(tx, engine, {
    ...{ outside, arriving, answer: (after: Transfer) => toTransfer(after) },
    work: async (draft, { before, taken }) => {
      const after = settled(before, taken, { as: 'returned', commandId: tx.commandId, now: draft.now, reason });
      noteTransfer(draft, 'stock.transfer.cancelled', { before, after });
      return accepted(after);
    },
  });
}

async function cancelDraft(
  tx: Tx,
  engine: Engine,
  { transfer, reason }: { readonly transfer: Transfer; readonly reason: string },
): Promise<Decision<TransferAnswer>> {
  const before = await lockTransfer(tx, transfer.transferId);
  invariant(before !== undefined, 'a transfer that was read is gone');
  const draft = await draftNow(tx, engine);
  if (before.state === 'cancelled') return { draft, outcome: accepted(toTransfer(before)) };
  // Shipped in the meantime: its levels are not locked here, and the caller did not mean goods on their way.
  if (before.state !== 'draft') return { draft, outcome: refused(wrongState(before, 'it was shipped meanwhile')) };
  const after = cancelledDraft(before, { commandId: tx.commandId, now: draft.now, reason });
  noteTransfer(draft, 'stock.transfer.cancelled', { before, after });
  return { draft, outcome: accepted(toTransfer(after)), write: () => writeStep(tx, before, after) };
}
