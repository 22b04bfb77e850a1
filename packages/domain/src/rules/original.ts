/** Goods that come back: how many of each line of the original are still out, and which of them a return takes. */
import type { Money } from '@granary/contracts/money';
import type { DocumentLineRow } from '../entities/document.ts';
import type { Hold, ReservationLineRow } from '../entities/reservation.ts';
import { accepted, invalidState, type Outcome, refused } from '../refusal.ts';
import type { Original } from './document-line.ts';

/** One batch of an original, and how much of it has not come back. */
export interface OutLine extends Original {
  readonly skuId: string;
  readonly batchId: string;
  /** What it left at; undefined of a reservation, where the batch tells. */
  readonly unitCost: Money | undefined;
  readonly reservationId: string | null;
  readonly moved: number;
  readonly back: number;
}

export type CameBackOf = (originalId: string, originalLine: number) => number;

/** What a document moved in the line of its answer, one entry for each batch. */
export function outOfDocument(lines: readonly DocumentLineRow[], cameBack: CameBackOf): readonly OutLine[] {
  return lines.map(({ documentId, lineNo, skuId, batchId, unitCost, quantity }) => ({
    ...{ skuId, batchId, unitCost, moved: quantity, back: cameBack(documentId, lineNo) },
    ...{ originalId: documentId, originalLine: lineNo, reservationId: null },
  }));
}

/**
 * What was deducted of a reservation without a document. Goods are taken from its lines in their order, so what documents
 * took is struck off line by line and the rest of what it has fulfilled fills what is left of them.
 */
export function outOfReservation(
  hold: Hold,
  { skuId, documented, cameBack }: { skuId: string; documented: readonly DocumentLineRow[]; cameBack: CameBackOf },
): readonly OutLine[] {
  const lines = hold.lines.filter((line) => line.skuId === skuId);
  const own = documented.filter((line) => line.reservationId === hold.reservationId && line.skuId === skuId);
  const sum = (rows: readonly { readonly quantity: number }[]) => rows.reduce((total, row) => total + row.quantity, 0);
  // A bundle counts itself in the header and its components in the lines; only whole ones are fulfilled. The product of
  // two quantities may be more than a number holds to the last unit.
  const fulfilled = Number((BigInt(hold.fulfilled) * BigInt(sum(lines))) / BigInt(hold.quantity));
  let deducted = fulfilled - sum(own);
  const struck = new Map<string, number>();
  for (const line of own) struck.set(line.batchId, (struck.get(line.batchId) ?? 0) + line.quantity);
  return lines.map((line) => {
    const byDocument = Math.min(struck.get(line.batchId) ?? 0, line.quantity);
    struck.set(line.batchId, (struck.get(line.batchId) ?? 0) - byDocument);
    const moved = Math.min(line.quantity - byDocument, deducted);
    deducted -= moved;
    return outLine(line, { moved, back: cameBack(line.reservationId, line.lineNo) });
  });
}

function outLine(line: ReservationLineRow, counts: { moved: number; back: number }): OutLine {
  const { reservationId, lineNo, skuId, batchId } = line;
  return {
    skuId,
    batchId,
    unitCost: undefined,
    reservationId,
    originalId: reservationId,
    originalLine: lineNo,
    ...counts,
  };
}

export interface Part {
  readonly from: OutLine;
  readonly quantity: number;
}

/** `taken` is what earlier lines of the same document take back of each line of an original. */
export function takeBack(
  out: readonly OutLine[],
  wanted: { readonly quantity: number; readonly taken: Map<string, number>; readonly name: string },
): Outcome<readonly Part[]> {
  let missing = wanted.quantity;
  const parts: Part[] = [];
  for (const from of out) {
    const key = `${from.originalId} ${from.originalLine}`;
    const taken = wanted.taken.get(key) ?? 0;
    const quantity = Math.min(missing, from.moved - from.back - taken);
    if (quantity <= 0) continue;
    wanted.taken.set(key, taken + quantity);
    parts.push({ from, quantity });
    missing -= quantity;
  }
  return missing === 0 ? accepted(parts) : refused(tooMany(wanted.name, wanted.quantity, wanted.quantity - missing));
}

function tooMany(name: string, asked: number, left: number) {
  return invalidState({
    noun: 'original',
    id: name,
    state: left === 0 ? 'returned' : 'partly returned',
    message: `${left} can still come back of ${name}, not ${asked}.`,
    hint: 'Return no more than moved and has not come back yet.',
  });
}
