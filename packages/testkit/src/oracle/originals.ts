/** What goods come or go back from: a line of a document that moved them, of which no more may come back than moved. */
import type { Document, DocumentType } from '@granary/contracts/document';
import { parseMoney } from '@granary/contracts/money';
import type { Refusals } from './verdict.ts';
import type { BroughtBack, OracleDocument } from './document-row.ts';
import { isTracked, pieceOf } from './piece.ts';
import { met } from './sometimes.ts';
import { keyOf, standingFor, type World } from './world.ts';

export interface OriginalLine {
  readonly skuId: string;
  readonly quantity: number;
  readonly originalDocumentId?: string | undefined;
  readonly originalDocumentNo?: string | undefined;
  readonly originalLine?: number | undefined;
  readonly serials?: readonly string[] | undefined;
}

/** So many units of one line of an original. */
export interface Origin {
  readonly kind: 'document' | 'reservation';
  readonly id: string;
  /** Its place in the lines of that document's answer, or the number of the reservation's line; from 1. */
  readonly line: number;
  readonly batchId: string;
  readonly quantity: number;
  /** What it left at; of a reservation the batch tells. */
  readonly unitCost: bigint | undefined;
  /** Pieces that may be meant: they left by it, out of this batch. */
  readonly serials?: readonly string[] | undefined;
}

export interface Naming {
  readonly lines: readonly OriginalLine[];
  /** The types that goods may come back from; a number names one of the first. */
  readonly from: readonly [DocumentType, ...DocumentType[]];
  readonly by: 'return' | 'supplierReturn';
  readonly occurredAt: string | undefined;
}

export function namesDocument(line: OriginalLine): boolean {
  return (line.originalDocumentId ?? line.originalDocumentNo) !== undefined;
}

/** What each line takes back, batch by batch in the order in which it moved; nothing of a line without an original document. */
export function originPartsOf(world: World, naming: Naming, refusals: Refusals): Origin[][] {
  const taken = new Map<string, number>();
  return naming.lines.map((line) => {
    if (!namesDocument(line)) return [];
    const document = documentOf(world, line, naming.from);
    if (document === undefined) {
      refusals.must.set('INV_007', 'no such original');
      return [];
    }
    if (naming.occurredAt !== undefined && naming.occurredAt < document.answer.occurredAt)
      refusals.must.set('INV_005', 'comes back before it left');
    if (document.reversedBy !== null) refusals.must.set('INV_010', 'the original is reversed');
    return takeBack(world, { line, document, by: naming.by, taken }, refusals);
  });
}

/** Where a line of the original is one batch. */
export function originalsOf(world: World, naming: Naming, refusals: Refusals): (Origin | undefined)[] {
  return originPartsOf(world, naming, refusals).map(([part]) => part);
}

function documentOf(world: World, line: OriginalLine, from: Naming['from']): OracleDocument | undefined {
  const { originalDocumentId: id, originalDocumentNo: no } = line;
  if (id === undefined) return world.documents.get(keyOf(from[0], no));
  return [...world.documents.values()].find((each) => each.id === id && from.includes(each.type));
}

function takeBack(
  world: World,
  what: { line: OriginalLine; document: OracleDocument; by: Naming['by']; taken: Map<string, number> },
  refusals: Refusals,
): Origin[] {
  const { line, document, by, taken } = what;
  const rows = [...document.answer.lines.entries()].filter(([, row]) => row.line === line.originalLine);
  const own = rows.filter(([, row]) => row.skuId === line.skuId);
  if (rows.length === 0) refusals.must.set('INV_007', 'no such line of the original');
  else if (own.length === 0) refusals.must.set('INV_005', 'the original is of another SKU');
  const wishes = by === 'return' ? wishesOf(world, { line, leftBy: { documentId: document.id } }, refusals) : [line];
  return wishes.flatMap((wish) => {
    let missing = wish.quantity;
    const parts: Origin[] = [];
    for (const [index, row] of own) {
      if (!isOfWish(world, wish, row.batchId)) continue;
      const of = { by, id: document.id, line: index + 1 };
      const quantity = stillOut(world, { ...of, moved: row.quantity, missing, taken });
      if (quantity === 0) continue;
      missing -= quantity;
      const { batchId, unitCost } = row;
      parts.push({ kind: 'document', ...of, batchId, quantity, unitCost: parseMoney(unitCost), serials: wish.serials });
    }
    if (missing > 0) refusals.must.set('INV_010', 'more comes back than moved');
    return parts;
  });
}

interface Wish {
  readonly quantity: number;
  /** Of pieces: what the batch that they left has become. */
  readonly batchId?: string;
  readonly serials?: readonly string[] | undefined;
}

/** Each piece goes back into the batch that it left, so pieces of several batches are several wishes, in the order in which they are named. */
export function wishesOf(
  world: World,
  naming: { line: OriginalLine; leftBy: { documentId?: string; reservationId?: string } },
  refusals: Refusals,
): Wish[] {
  const { line, leftBy } = naming;
  if (line.serials === undefined || !isTracked(world, line.skuId)) return [line];
  const groups = new Map<string, string[]>();
  for (const serial of line.serials) {
    const piece = pieceOf(world, line.skuId, serial);
    const isOut = piece !== undefined && piece.state !== 'inStock' && piece.state !== 'withdrawn';
    const { documentId = null, reservationId } = leftBy;
    const isOwn = piece?.documentId === documentId && (reservationId ?? piece.reservationId) === piece.reservationId;
    if (!isOut || !isOwn) {
      refusals.must.set('INV_010', `${serial} did not leave by it`);
      continue;
    }
    const batchId = standingFor(world, piece.batchId)?.id ?? piece.batchId;
    groups.set(batchId, [...(groups.get(batchId) ?? []), serial]);
  }
  if (groups.size > 0) met(world, 'pieces come back from what they left by');
  return [...groups].map(([batchId, serials]) => ({ batchId, serials, quantity: serials.length }));
}

export function isOfWish(world: World, wish: Wish, batchId: string): boolean {
  return wish.batchId === undefined || standingFor(world, batchId)?.id === wish.batchId;
}

interface Out {
  readonly by: BroughtBack['by'];
  readonly id: string;
  readonly line: number;
  readonly moved: number;
  readonly missing: number;
  /** What earlier lines of the same call take back. */
  readonly taken: Map<string, number>;
}

/** How much of what is missing this line still has out; counted as taken. */
export function stillOut(world: World, { by, id, line, moved, missing, taken }: Out): number {
  const key = keyOf(by, id, line);
  const before = taken.get(key) ?? 0;
  const quantity = Math.max(0, Math.min(missing, moved - (world.cameBack.get(key) ?? 0) - before));
  taken.set(key, before + quantity);
  return quantity;
}

/** Remembers what came back; `sign` -1 when it did not after all. */
export function noteBack(world: World, brought: readonly BroughtBack[], sign: 1 | -1): void {
  for (const { by, id, line, quantity } of brought) {
    const key = keyOf(by, id, line);
    world.cameBack.set(key, (world.cameBack.get(key) ?? 0) + sign * quantity);
  }
}

/** How a line of a document names its original. */
export function toldOrigin(origin: Origin): NonNullable<Document['lines'][number]['original']> {
  return origin.kind === 'document' ? { documentId: origin.id, line: origin.line } : { reservationId: origin.id };
}
