/** Goods that come back: how many of each line of the original are still out, and which of them a return takes. */
import type { GranaryError } from '@granary/contracts/error';
import type { Money } from '@granary/contracts/money';
import type { DocumentLineRow } from '../entities/document.ts';
import type { Hold } from '../entities/reservation.ts';
import { accepted, invalidInput, invalidState, type Outcome, refused } from '../refusal.ts';
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

/** What was deducted of a reservation without a document, line by line. */
export function outOfReservation(
  hold: Hold,
  { skuId, cameBack }: { skuId: string; cameBack: CameBackOf },
): readonly OutLine[] {
  const lines = hold.lines.filter((line) => line.skuId === skuId);
  return lines.map(({ reservationId, lineNo, batchId, deducted }) => ({
    ...{ skuId, batchId, unitCost: undefined, reservationId, originalId: reservationId, originalLine: lineNo },
    ...{ moved: deducted, back: cameBack(reservationId, lineNo) },
  }));
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

/** The refusal of a moment at which the goods had not moved yet. */
export function beforeItMoved(): GranaryError {
  return invalidInput([{ path: 'occurredAt', message: 'must not be before what it takes back happened' }]);
}
