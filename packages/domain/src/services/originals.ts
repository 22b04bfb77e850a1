/** Finding what goods come back from, holding it still, and saying how much of it is still out. */
import type { DocumentType } from '@granary/contracts/document';
import type { Originals as Naming } from '@granary/contracts/original';
import type { DocumentLineRow, DocumentRow } from '../entities/document.ts';
import type { Hold } from '../entities/reservation.ts';
import {
  findDocuments,
  findReversals,
  lockDocuments,
  readCameBack,
  readLinesOf,
} from '../persistence/original-store.ts';
import { lockHolds } from '../persistence/reservation-store.ts';
import type { Tx } from '../persistence/transaction.ts';
import { accepted, invalidInput, invalidState, notFound, type Outcome, present, quote, refused } from '../refusal.ts';
import { isWhole } from '../rules/location-scope.ts';
import { type CameBackOf, type OutLine, outOfDocument, outOfReservation } from '../rules/original.ts';

export interface NamingLine extends Naming {
  readonly skuId: string;
}

export interface OriginalKinds {
  /** The types that goods may come back from; a number names one of the first. */
  readonly from: readonly [DocumentType, ...DocumentType[]];
  /** The type of the document that brings them back. */
  readonly by: DocumentType;
}

export interface FoundOriginals {
  readonly documents: readonly DocumentRow[];
  readonly lines: readonly DocumentLineRow[];
}

/** By a plain read, to learn where their goods lie. Neither a document nor its lines ever change. */
export async function findOriginals(
  tx: Tx,
  naming: readonly NamingLine[],
  { from }: OriginalKinds,
): Promise<FoundOriginals> {
  const documents = await findDocuments(tx, {
    ids: given(naming.map((line) => line.originalDocumentId)),
    type: from[0],
    numbers: given(naming.map((line) => line.originalDocumentNo)),
  });
  const known = documents.filter((document) => from.includes(document.type));
  const lines = await readLinesOf(
    tx,
    known.map((document) => document.documentId),
  );
  const isSeen = ({ documentId }: DocumentRow) =>
    isWhole(tx.scope, { lines: lines.filter((line) => line.documentId === documentId) });
  return { documents: known.filter(isSeen), lines };
}

export interface LockedOriginals extends FoundOriginals {
  readonly holds: ReadonlyMap<string, Hold>;
  readonly reversals: ReadonlyMap<string, string>;
  readonly cameBack: CameBackOf;
}

/** After the levels: reservations, then documents; from here on nobody else takes back from them. */
export async function lockOriginals(
  tx: Tx,
  found: FoundOriginals,
  { naming, by }: { naming: readonly NamingLine[]; by: DocumentType },
): Promise<LockedOriginals> {
  const holdIds = given(naming.map((line) => line.reservationId)).toSorted();
  const documentIds = found.documents.map((document) => document.documentId).toSorted();
  const holds = (await lockHolds(tx, holdIds)).filter((hold) => isWhole(tx.scope, hold));
  await lockDocuments(tx, documentIds);
  const back = new Map<string, number>();
  for (const { originalId, originalLine, quantity } of await readCameBack(tx, [...documentIds, ...holdIds], by))
    back.set(`${originalId} ${originalLine}`, quantity);
  return {
    ...found,
    holds: new Map(holds.map((hold) => [hold.reservationId, hold])),
    reversals: await findReversals(tx, documentIds),
    cameBack: (originalId, originalLine) => back.get(`${originalId} ${originalLine}`) ?? 0,
  };
}

export interface StillOut {
  readonly out: readonly OutLine[];
  /** The original in words, for a refusal. */
  readonly name: string;
}

/** What of the original of one line is still out; `at` is the line's index. */
export function stillOut(originals: LockedOriginals, line: NamingLine, at: number): Outcome<StillOut> {
  return line.reservationId === undefined
    ? outOfLine(originals, line, at)
    : outOfHold(originals, line, { reservationId: line.reservationId, at });
}

function outOfHold(
  { holds, cameBack }: LockedOriginals,
  { skuId }: NamingLine,
  { reservationId, at }: { reservationId: string; at: number },
): Outcome<StillOut> {
  const hold = holds.get(reservationId);
  if (hold === undefined) return refused(notFound('reservation', reservationId));
  if (!hold.lines.some((line) => line.skuId === skuId)) return refused(otherSku(at));
  const out = outOfReservation(hold, { skuId, cameBack });
  return accepted({ out, name: `reservation ${reservationId}` });
}

function outOfLine(originals: LockedOriginals, line: NamingLine, at: number): Outcome<StillOut> {
  const { originalDocumentId, originalDocumentNo, originalLine } = line;
  const document = originals.documents.find(({ documentId, documentNo }) =>
    originalDocumentId === undefined ? documentNo === originalDocumentNo : documentId === originalDocumentId,
  );
  const said = present(originalDocumentId ?? originalDocumentNo, 'the original of a line');
  if (document === undefined) return refused(notFound('document', said));
  if (originals.reversals.has(document.documentId)) return refused(reversed(document, originals.reversals));
  const lines = originals.lines.filter(
    ({ documentId, requestLine }) => documentId === document.documentId && requestLine === originalLine,
  );
  if (lines.length === 0) return refused(notFound('document line', `${said}/${originalLine}`));
  const own = lines.filter(({ skuId }) => skuId === line.skuId);
  if (own.length === 0) return refused(otherSku(at));
  const name = `line ${originalLine} of ${document.type} ${quote(document.documentNo)}`;
  return accepted({ out: outOfDocument(own, originals.cameBack), name });
}

export function reversed({ documentId, type, documentNo }: DocumentRow, reversals: ReadonlyMap<string, string>) {
  return invalidState({
    noun: 'document',
    id: documentId,
    state: 'reversed',
    message: `The ${type} document ${quote(documentNo)} is reversed: nothing of it is out any more.`,
    hint: 'details.cause is the reversal.',
    cause: present(reversals.get(documentId), 'a reversal'),
  });
}

function otherSku(at: number) {
  return invalidInput([{ path: `lines.${at}.skuId`, message: 'is not the SKU of the original' }]);
}

function given(values: readonly (string | undefined)[]): readonly string[] {
  return [...new Set(values.flatMap((value) => value ?? []))];
}
