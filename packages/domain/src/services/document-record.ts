/** Documents: their rows, their answers, and the rule that one number has one content. */
import type { AdjustmentReasonCode } from '@granary/contracts/adjustment';
import type { Document, DocumentType } from '@granary/contracts/document';
import type { EventType } from '@granary/contracts/event';
import type { Instant } from '@granary/contracts/instant';
import { formatMoney } from '@granary/contracts/money';
import type { DocumentLineRow, DocumentRow } from '../entities/document.ts';
import { bySerial } from '../entities/serial.ts';
import { findNumbered, readDocumentLines } from '../persistence/document-store.ts';
import { byBytes } from '../persistence/level-store.ts';
import { type DeficitLine, findReversals, readDeficits } from '../persistence/original-store.ts';
import { type MovedPiece, readMovedPieces } from '../persistence/serial-store.ts';
import type { Tx } from '../persistence/transaction.ts';
import { accepted, duplicate, type Outcome, present, quote, refused } from '../refusal.ts';
import { isWhole } from '../rules/location-scope.ts';
import { canonicalJson } from '../rules/canonical-json.ts';
import type { Draft } from '../rules/draft.ts';
import { sha256 } from './execution.ts';

/** Everything that the caller said, without the key. */
export function contentHashOf({
  idempotencyKey: _key,
  ...said
}: object & { readonly idempotencyKey?: string | undefined }): string {
  return sha256(canonicalJson(said));
}

interface Numbered {
  readonly type: DocumentType;
  readonly documentNo: string;
  readonly contentHash: string;
}

/** The first answer for the same content, a refusal for other content, undefined for a new number. */
export async function earlierDocument(
  tx: Tx,
  { type, documentNo, contentHash }: Numbered,
): Promise<Outcome<Document> | undefined> {
  const row = await findNumbered(tx, { type, documentNo });
  if (row === undefined) return undefined;
  if (row.contentHash === contentHash) {
    const document = await readDocument(tx, row);
    if (isSeen(tx, document)) return accepted(document);
  }
  // One sentence for every number that is taken, so that it does not tell by whom.
  return refused(
    duplicate(`${type} document`, documentNo, `There is a ${type} document ${quote(documentNo)} with other content.`),
  );
}

/** The contract asks for an id, or for a type and a number. */
export function documentBy<T extends DocumentType>({
  id,
  type,
  documentNo,
}: {
  readonly id?: string | undefined;
  readonly type?: T | undefined;
  readonly documentNo?: string | undefined;
}): { readonly id: string } | { readonly type: T; readonly documentNo: string } {
  if (id !== undefined) return { id };
  return { type: present(type, 'the type of a document'), documentNo: present(documentNo, 'the number of a document') };
}

interface DocumentFacts {
  readonly documentId: string;
  readonly type: DocumentType;
  readonly input: {
    readonly documentNo?: string | undefined;
    readonly orderNo?: string | undefined;
    readonly supplier?: string | undefined;
    readonly operator?: string | undefined;
    readonly reason?: string | undefined;
    readonly workOrderNo?: string | undefined;
    readonly reasonCode?: AdjustmentReasonCode | undefined;
  };
  /** Of a reversal. */
  readonly reversesId?: string | undefined;
  readonly contentHash: string;
  readonly occurredAt: Instant;
  readonly lineCount: number;
  readonly commandId: string;
}

export function documentRow(draft: Draft, { input, ...facts }: DocumentFacts): DocumentRow {
  return {
    ...facts,
    documentNo: present(input.documentNo ?? input.orderNo, 'the number of a document'),
    orderNo: input.orderNo ?? null,
    supplier: input.supplier ?? null,
    operator: input.operator ?? null,
    reason: input.reason ?? null,
    workOrderNo: input.workOrderNo ?? null,
    reasonCode: input.reasonCode ?? null,
    reversesId: facts.reversesId ?? null,
    recordedAt: draft.now,
  };
}

/** Puts the document into the plan and answers it. */
export function recordDocument(
  draft: Draft,
  what: { row: DocumentRow; lines: readonly DocumentLineRow[]; event: EventType; tell?: object },
): Document {
  const { row, lines, event, tell } = what;
  draft.documents.push(row);
  draft.documentLines.push(...lines);
  const { documentId, type, documentNo, orderNo, occurredAt, lineCount, commandId } = row;
  const after = { documentId, type, documentNo, orderNo, occurredAt, lineCount, ...tell };
  draft.facts.push({ type: event, kind: 'document', id: documentId, from: 0, to: 1, commandId, before: null, after });
  const deficits = draft.movements
    .filter((movement) => movement.documentId === documentId && movement.batchId === null)
    .map(({ skuId, locationId, deficitDelta }) => ({ skuId, locationId, quantity: deficitDelta }));
  return toDocument(row, lines, { deficits: deficits.toSorted(byBytes), pieces: piecesOf(draft, documentId) });
}

/** The types whose documents may have sold what was not there, or taken that back. */
const DEFICIT_TYPES: ReadonlySet<DocumentType> = new Set(['sales', 'pick', 'reversal']);

/** A document as it stands: with what took it back since, if anything did. */
export async function readDocument(tx: Tx, row: DocumentRow): Promise<Document> {
  const { documentId } = row;
  const lines = await readDocumentLines(tx, documentId);
  const reversedBy = (await findReversals(tx, [documentId])).get(documentId);
  const deficits = DEFICIT_TYPES.has(row.type) ? await readDeficits(tx, row) : [];
  const pieces = await readMovedPieces(tx, documentId);
  return toDocument(row, lines, { reversedBy, deficits, pieces });
}

/** As they will be read: line by line, lowest first. */
function piecesOf(draft: Draft, documentId: string): readonly MovedPiece[] {
  return draft.serials.events
    .filter((event) => event.documentId === documentId)
    .map(({ lineNo, skuId, serial }) => ({ lineNo: present(lineNo, 'the line of a piece'), skuId, serial }))
    .toSorted((a, b) => a.lineNo - b.lineNo || bySerial(a.serial, b.serial));
}

/** What it sold short stands at places as well. */
export function isSeen(tx: Tx, { lines, deficits = [] }: Pick<Document, 'lines' | 'deficits'>): boolean {
  return isWhole(tx.scope, { lines: [...lines, ...deficits] });
}

interface Beside {
  readonly reversedBy?: string | undefined;
  readonly deficits?: readonly DeficitLine[];
  readonly pieces?: readonly MovedPiece[];
}

function toDocument(
  row: DocumentRow,
  lines: readonly DocumentLineRow[],
  { reversedBy, deficits = [], pieces = [] }: Beside = {},
): Document {
  const ofLine = new Map<number, string[]>();
  for (const { lineNo, serial } of pieces) {
    const serials = ofLine.get(lineNo) ?? [];
    serials.push(serial);
    ofLine.set(lineNo, serials);
  }
  return {
    ...headerOf(row, reversedBy),
    ...(deficits.length === 0 ? {} : { deficits: [...deficits] }),
    lines: lines.map((line) => ({ ...toLine(line), ...serialsOf(ofLine.get(line.lineNo)) })),
  };
}

/** What documents have in common in an answer and in a list; what was not said is left out. */
export function headerOf(row: DocumentRow, reversedBy: string | undefined): Omit<Document, 'lines' | 'deficits'> {
  const { documentId, type, documentNo, orderNo, supplier, operator, reason, occurredAt, recordedAt } = row;
  return {
    id: documentId,
    ...{ type, documentNo, orderNo, supplier, operator, reason, occurredAt, recordedAt },
    ...(row.reasonCode === null ? {} : { reasonCode: row.reasonCode }),
    ...(row.workOrderNo === null ? {} : { workOrderNo: row.workOrderNo }),
    ...(row.reversesId === null ? {} : { reverses: row.reversesId }),
    ...(reversedBy === undefined ? {} : { reversedBy }),
  };
}

function toLine(line: DocumentLineRow): Document['lines'][number] {
  const { requestLine, skuId, locationId, batchId, batchNo, quantity, unitCost, reservationId } = line;
  return {
    line: requestLine,
    ...{ skuId, locationId, batchId, batchNo, quantity, reservationId },
    unitCost: formatMoney(unitCost),
    ...(line.price === null ? {} : { price: line.price }),
    ...originalOf(line),
  };
}

function serialsOf(serials: string[] | undefined) {
  return serials === undefined ? {} : { serials };
}

function originalOf({ originalId, originalLine, reservationId }: DocumentLineRow) {
  if (originalId === null || originalLine === null) return {};
  if (originalId === reservationId) return { original: { reservationId } };
  return { original: { documentId: originalId, line: originalLine } };
}
