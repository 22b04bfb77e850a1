/** Arriving: goods on their way are received at the destination, or come back to the source, by a document of type transferIn. */
import type { Document } from '@granary/contracts/document';
import type { TransferPart } from '@granary/contracts/transfer';
import type { GranaryError } from '@granary/contracts/error';
import type { BatchRow } from '../entities/batch.ts';
import type { Transfer } from '../entities/transfer.ts';
import { loadBatches } from '../persistence/batch-store.ts';
import { ensureSkus } from '../persistence/catalog-store.ts';
import { ensureLevels } from '../persistence/level-store.ts';
import { lockTransfer } from '../persistence/transfer-store.ts';
import type { Tx } from '../persistence/transaction.ts';
import { accepted, invalidInput, invariant, type Outcome, present, refused } from '../refusal.ts';
import type { Draft } from '../rules/draft.ts';
import type { Receipt } from '../rules/receipt.ts';
import { decideReceipts } from '../rules/receive.ts';
import { isOnItsWay, type Taken, takeParts, wrongState } from '../rules/transfer.ts';
import { documentRow, earlierDocument, recordDocument } from './document-record.ts';
import type { Engine } from './execution.ts';
import { checkOccurrence, occurrenceOf } from './occurrence.ts';
import { loadNumbers } from './number-loader.ts';
import { recallConflict } from './recall-guard.ts';
import { settleSerials } from './serials.ts';
import { byPieces, loadTravelling, nameArriving, type OnTheWay, piecesTaken, without } from './serials-travelling.ts';
import { loadDraft } from './stock-loader.ts';
import { loadTaken } from './taken-batches.ts';

export interface Arriving {
  /** As it was read without a lock. */
  readonly transfer: Transfer;
  /** Back to the source, into the batches that the goods left; else to the destination. */
  readonly isBack: boolean;
  readonly lines: readonly TransferPart[] | undefined;
  readonly documentNo: string;
  readonly contentHash: string;
  readonly occurredAt?: string | undefined;
  readonly operator?: string | undefined;
  readonly reason?: string | undefined;
}

export interface Arrived {
  /** As it is under its lock. */
  readonly before: Transfer;
  readonly taken: readonly Taken[];
  /** The pieces that are still on their way. */
  readonly left: OnTheWay;
  readonly document: Document;
}

/**
 * The levels of everything that may still arrive are locked, the SKU rows before them, so that a batch number keeps one
 * meaning. By the lines, which never change: there are no parts yet where it is shipped while this call waits for it.
 */
export async function loadArrival(tx: Tx, engine: Engine, { transfer, isBack }: Arriving): Promise<Draft> {
  const skuIds = [...new Set(transfer.lines.map((line) => line.skuId))];
  const locationId = isBack ? transfer.fromLocationId : transfer.toLocationId;
  const pairs = skuIds.map((skuId) => ({ skuId, locationId }));
  await ensureSkus(tx, skuIds, await tx.now());
  await ensureLevels(tx, pairs);
  return await loadDraft(tx, engine, { levels: { skuIds: [], pairs }, skuIds });
}

export async function arrive(
  tx: Tx,
  engine: Engine,
  { draft, arriving }: { readonly draft: Draft; readonly arriving: Arriving },
): Promise<Outcome<Arrived>> {
  const { isBack, documentNo, contentHash, occurredAt: moment } = arriving;
  const before = await lockTransfer(tx, arriving.transfer.transferId);
  invariant(before !== undefined, 'a transfer that was read is gone');
  // Whoever waited for the lock may find its own receipt posted by now.
  const earlier = await earlierDocument(tx, { type: 'transferIn', documentNo, contentHash });
  if (earlier !== undefined)
    return earlier.ok
      ? accepted({ before, taken: [], left: new Map(), document: earlier.answer })
      : refused(earlier.refusal);
  const refusal =
    (isOnItsWay(before) ? undefined : notOnItsWay(before)) ?? (await tooEarly(tx, draft, { before, moment }));
  if (refusal !== undefined) return refused(refusal);
  const onTheWay = await loadTravelling(tx, draft, before);
  const said = byPieces(draft, { transfer: before, onTheWay, lines: arriving.lines });
  if (!said.ok) return said;
  const taken = takeParts(before, said.answer);
  if (!taken.ok) return taken;
  const pieces = piecesTaken({ onTheWay, lines: said.answer }, taken.answer);
  nameArriving(draft, pieces);
  const receipts = await receiptsOf(tx, draft, { transfer: before, taken: taken.answer, isBack });
  await loadNumbers(tx, draft, receipts);
  const recalled = await recallConflict(tx, draft, receipts);
  if (recalled !== undefined) return refused(recalled);
  const ids = { documentId: engine.ports.ids(), commandId: tx.commandId };
  const occurredAt = occurrenceOf(moment, draft.now);
  const reason = arriving.reason ?? null;
  const [outcome] = decideReceipts(draft, [{ ...ids, kind: 'transferIn', lines: receipts, occurredAt, reason }]);
  invariant(outcome !== undefined, 'a receipt decision answered nothing');
  if (!outcome.ok) return outcome;
  await settleSerials(tx, draft, { lines: outcome.answer });
  const row = documentRow(draft, {
    ...{ ...ids, type: 'transferIn', input: arriving, contentHash, occurredAt, lineCount: outcome.answer.length },
  });
  const document = recordDocument(draft, { row, lines: outcome.answer, event: 'stock.inbound' });
  return accepted({ before, taken: taken.answer, left: without(onTheWay, pieces), document });
}

export function notOnItsWay(transfer: Transfer): GranaryError {
  return wrongState(transfer, transfer.state === 'draft' ? 'nothing has left yet' : 'nothing is on the way any more');
}

async function tooEarly(
  tx: Tx,
  draft: Draft,
  { before, moment }: { before: Transfer; moment: string | undefined },
): Promise<GranaryError | undefined> {
  const skuIds = [...new Set(before.parts.map((part) => part.skuId))];
  const refusal = await checkOccurrence(tx, draft.now, { occurredAt: moment, skuIds });
  if (refusal !== undefined || moment === undefined) return refusal;
  if (before.shippedAt === null || moment >= before.shippedAt) return undefined;
  return invalidInput([{ path: 'occurredAt', message: 'must not be before the goods were shipped' }]);
}

interface Coming {
  readonly transfer: Transfer;
  readonly taken: readonly Taken[];
  readonly isBack: boolean;
}

/** The goods are what their batch at the source says; back there, they join whatever batch stands for it by now. */
async function receiptsOf(tx: Tx, draft: Draft, { transfer, taken, isBack }: Coming): Promise<readonly Receipt[]> {
  const ids = taken.map(({ part }) => part.batchId);
  const standing = isBack ? await loadTaken(tx, draft, ids) : undefined;
  const sources = new Map((await loadBatches(tx, ids)).map((batch) => [batch.batchId, batch]));
  return taken.map(({ part, quantity }) => {
    const batch = standing === undefined ? sources.get(part.batchId) : standing(part.batchId);
    invariant(batch !== undefined, `batch ${part.batchId} of a transfer is not there`);
    return {
      ...identityOf(batch),
      ...{ skuId: part.skuId, quantity, unitCost: part.unitCost, at: part.lineNo - 1 },
      locationId: isBack ? transfer.fromLocationId : transfer.toLocationId,
      batchNo: isBack ? batch.batchNo : part.batchNo,
      original: { originalId: present(transfer.documentId, 'the document of a transfer'), originalLine: part.partNo },
    };
  });
}

function identityOf({ qualityLevel, producedOn, expiresAt, attributes, receivedAt }: BatchRow) {
  return { qualityLevel, producedOn, expiresAt, attributes, receivedAt };
}
