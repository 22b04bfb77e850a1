/** Taking a document back, once: found, held still, and undone by a document of type `reversal`. */
import type { Document, DocumentType, ReverseInput } from '@granary/contracts/document';
import { outboundType } from '@granary/contracts/document';
import type { GranaryError } from '@granary/contracts/error';
import type { Call } from '../call.ts';
import type { DocumentLineRow, DocumentRow } from '../entities/document.ts';
import { findDocument, readDocumentLines } from '../persistence/document-store.ts';
import { findReversals, lockDocuments, readCameBack, readDeficits } from '../persistence/original-store.ts';
import type { Tx } from '../persistence/transaction.ts';
import { accepted, invalidState, notFound, type Outcome, present, quote, refused } from '../refusal.ts';
import { ownsNoLevel } from '../rules/assembly.ts';
import { decideReversal, type Reversal } from '../rules/reverse.ts';
import type { Draft } from '../rules/draft.ts';
import { isWhole } from '../rules/location-scope.ts';
import { contentHashOf, documentRow, earlierDocument, recordDocument } from './document-record.ts';
import { type Decision, draftNow, type Engine, execute } from './execution.ts';
import { checkOccurrence, occurrenceOf, tooEarlyFor } from './occurrence.ts';
import { reversed } from './originals.ts';
import { settleSerials } from './serials.ts';
import { nameReversed } from './serials-reversing.ts';
import { expireInTheWay, knownStrategy, loadDraft } from './stock-loader.ts';
import { loadTaken } from './taken-batches.ts';

export interface Reversing {
  readonly procedure: 'inbound.reverse' | 'outbound.reverse';
  /** The types that this door takes back. */
  readonly types: readonly DocumentType[];
  readonly input: ReverseInput;
  readonly call: Call;
}

export async function reverseDocument(engine: Engine, reversing: Reversing): Promise<Document> {
  const { procedure, input, call } = reversing;
  return await execute(engine, {
    procedure,
    input,
    call,
    lock: { scope: 'document', keys: [`document:${input.documentId}`] },
    decide: (tx, grown) => decide(tx, engine, { ...reversing, grown }),
  });
}

async function decide(
  tx: Tx,
  engine: Engine,
  { types, input, grown }: Reversing & { readonly grown: readonly string[] },
): Promise<Decision<Document>> {
  const original = await findDocument(tx, { id: input.documentId });
  if (original === undefined || ![...types, 'reversal'].includes(original.type))
    return { draft: await draftNow(tx, engine), outcome: refused(notFound('document', input.documentId)) };
  const lines = await readDocumentLines(tx, original.documentId);
  const deficits = await readDeficits(tx, original);
  if (!isWhole(tx.scope, { lines: deficits }))
    return { draft: await draftNow(tx, engine), outcome: refused(notFound('document', input.documentId)) };
  const skuIds = [...new Set([...lines, ...deficits].map((line) => line.skuId))];
  const pairs = [...lines, ...deficits].map(({ skuId, locationId }) => ({ skuId, locationId }));
  const draft = await loadDraft(tx, engine, { levels: { skuIds: [], pairs }, skuIds, grown });
  const documentNo = input.documentNo ?? `REV-${original.documentId}`;
  const contentHash = contentHashOf(input);
  const earlier = await earlierDocument(tx, { type: 'reversal', documentNo, contentHash });
  if (earlier !== undefined) return { draft, outcome: earlier };
  await lockDocuments(tx, [original.documentId]);
  const refusal =
    (await forbids(tx, original)) ??
    // What is a bundle by now has no level that could take its goods back.
    ownsNoLevel(draft, skuIds) ??
    (await checkOccurrence(tx, draft.now, { occurredAt: input.occurredAt, skuIds })) ??
    tooEarlyFor(input.occurredAt, [original]);
  if (refusal !== undefined) return { draft, outcome: refused(refusal) };

  const isOutbound = outboundType.options.some((type) => type === original.type);
  const ids = lines.map((line) => line.batchId);
  const standing = await loadTaken(tx, draft, ids);
  const gone = await nameReversed(tx, draft, { original, lines, isOutbound, standing });
  if (gone !== undefined) return { draft, outcome: refused(gone) };
  const documentId = engine.ports.ids();
  const occurredAt = occurrenceOf(input.occurredAt, draft.now);
  const outcome = await undo(tx, engine, {
    draft,
    ...{ commandId: tx.commandId, documentId, original, lines, deficits, isOutbound, occurredAt },
    standing: (batchId) => present(standing(batchId), 'a batch of the original').batchId,
    reason: input.reason,
  });
  if (!outcome.ok) return { draft, outcome };
  // What a return brought back is with the customer again.
  const reversedAs = original.type === 'return' ? 'sold' : 'withdrawn';
  await settleSerials(tx, draft, { lines: outcome.answer, reversedAs });
  const row = documentRow(draft, {
    ...{ documentId, contentHash, occurredAt, type: 'reversal', commandId: tx.commandId },
    input: { ...input, documentNo, ...headerOf(original) },
    reversesId: original.documentId,
    lineCount: outcome.answer.length,
  });
  noteReversed(draft, original, row);
  const event = isOutbound ? 'stock.inbound' : 'stock.outbound';
  return { draft, outcome: accepted(recordDocument(draft, { row, lines: outcome.answer, event })) };
}

/** What only overdue holds keep from leaving again expires them first, as a sale does. */
async function undo(
  tx: Tx,
  engine: Engine,
  { draft, ...reversal }: Reversal & { readonly draft: Draft },
): Promise<Outcome<readonly DocumentLineRow[]>> {
  const first = decideReversal(draft, reversal);
  if (first.ok || reversal.isOutbound || first.refusal.kind !== 'invalidState') return first;
  const strategy = knownStrategy(engine, engine.config.defaultStrategy, 'documentId');
  const demands = reversal.lines.map(({ skuId, locationId, quantity }) => {
    return { skuId, quantity, criteria: { locationId }, strategy };
  });
  return (await expireInTheWay(tx, draft, demands)) ? decideReversal(draft, reversal) : first;
}

/** A reversal belongs to the order and the supplier of what it takes back. */
function headerOf({ orderNo, supplier, workOrderNo }: DocumentRow) {
  return { orderNo: orderNo ?? undefined, supplier: supplier ?? undefined, workOrderNo: workOrderNo ?? undefined };
}

/** Asked under the document's lock: whoever returns goods of it waits for that as well. */
async function forbids(tx: Tx, original: DocumentRow): Promise<GranaryError | undefined> {
  const { documentId, type, documentNo } = original;
  if (type === 'reversal') return irreversible(original, `${quote(documentNo)} is a reversal itself.`);
  const reversals = await findReversals(tx, [documentId]);
  if (reversals.has(documentId)) return reversed(original, reversals);
  for (const by of ['return', 'supplierReturn'] as const) {
    const [back] = await readCameBack(tx, [documentId], by);
    if (back !== undefined)
      return irreversible(original, `Goods of ${type} ${quote(documentNo)} have been returned already.`);
  }
  return undefined;
}

function irreversible({ documentId, type }: DocumentRow, message: string): GranaryError {
  return invalidState({
    noun: 'document',
    id: documentId,
    state: type === 'reversal' ? 'reversal' : 'returned',
    message,
    hint: 'Reverse the returns first, or correct the stock with a document of its own.',
  });
}

/** The original's own second version: it stands as it was posted, and is taken back. */
function noteReversed(draft: Draft, { documentId, type, documentNo }: DocumentRow, by: DocumentRow): void {
  const about = { documentId, type, documentNo };
  draft.facts.push({
    ...{ type: 'stock.document.reversed', kind: 'document', id: documentId, from: 1, to: 2, commandId: by.commandId },
    before: { ...about, reversedBy: null },
    after: { ...about, reversedBy: by.documentId, reason: by.reason },
  });
}
