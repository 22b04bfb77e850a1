/** Pieces on their way: they arrive, come back or are lost by name, or the lowest of what is on the way do. */
import type { TransferPart } from '@granary/contracts/transfer';
import { bySerial } from '../entities/serial.ts';
import type { Transfer } from '../entities/transfer.ts';
import { readMovedPieces } from '../persistence/serial-store.ts';
import type { Tx } from '../persistence/transaction.ts';
import { accepted, invalidInput, notFound, type Outcome, refused } from '../refusal.ts';
import type { Draft } from '../rules/draft.ts';
import { movePiece, serialOf } from '../rules/serial-book.ts';
import type { Taken } from '../rules/transfer.ts';
import { loadNamed, loadTracked, namedTwice, unfit } from './serials.ts';

/** What is on its way of each part, by its number, lowest first. */
export type OnTheWay = ReadonlyMap<number, readonly string[]>;

/** To be asked under the lock of the transfer, which every change of these pieces holds. */
export async function loadTravelling(tx: Tx, draft: Draft, transfer: Transfer): Promise<OnTheWay> {
  const { documentId, parts } = transfer;
  const isTracked = await loadTracked(
    tx,
    draft,
    parts.map((part) => part.skuId),
  );
  const onTheWay = new Map<number, string[]>();
  if (documentId === null || !parts.some((part) => isTracked(part.skuId))) return onTheWay;
  const pieces = await readMovedPieces(tx, documentId);
  await loadNamed(
    tx,
    draft,
    pieces.map(({ skuId, serial }) => ({ skuId, serials: [serial] })),
  );
  for (const { lineNo, skuId, serial } of pieces) {
    const row = serialOf(draft.serials, skuId, serial);
    if (row?.state !== 'inTransit' || row.documentId !== documentId) continue;
    const own = onTheWay.get(lineNo) ?? [];
    own.push(serial);
    onTheWay.set(lineNo, own);
  }
  return onTheWay;
}

export interface Travelling {
  readonly transfer: Transfer;
  readonly onTheWay: OnTheWay;
  readonly lines: readonly TransferPart[] | undefined;
}

/** A line that names pieces means the batches in which they travel. */
export function byPieces(
  draft: Draft,
  { transfer, onTheWay, lines }: Travelling,
): Outcome<readonly TransferPart[] | undefined> {
  if (lines === undefined || lines.every((line) => line.serials === undefined)) return accepted(lines);
  const naming = lines.map(({ line, quantity, serials }, at) => {
    const skuId = transfer.lines.find((each) => each.lineNo === line)?.skuId ?? '';
    return { skuId, quantity, serials, at, path: `lines.${at}.` };
  });
  const issues = naming.flatMap((line) =>
    unfit(line, { isTracked: draft.serials.tracked.get(line.skuId) === true, isNeeded: false }),
  );
  const all = [...issues, ...namedTwice(naming)];
  if (all.length > 0) return refused(invalidInput(all));
  const expanded: TransferPart[] = [];
  for (const said of lines) {
    if (said.serials === undefined) {
      expanded.push(said);
      continue;
    }
    const known = new Set<string>();
    for (const part of transfer.parts) {
      if (part.lineNo !== said.line || (said.batchNo ?? part.batchNo) !== part.batchNo) continue;
      const own = said.serials.filter((serial) => onTheWay.get(part.partNo)?.includes(serial));
      if (own.length > 0) expanded.push({ line: said.line, batchNo: part.batchNo, quantity: own.length, serials: own });
      for (const serial of own) known.add(serial);
    }
    const lost = said.serials.find((serial) => !known.has(serial));
    // Whoever it is of, it is not on its way by this line.
    if (lost !== undefined) return refused(notFound('serial', lost));
  }
  return accepted(expanded);
}

/** The pieces of each part that is taken: those that are named, then the lowest that nobody names. */
export function piecesTaken(
  { onTheWay, lines }: Pick<Travelling, 'onTheWay' | 'lines'>,
  taken: readonly Taken[],
): ReadonlyMap<Taken, readonly string[]> {
  const named = new Set(
    (lines ?? []).flatMap(({ line, serials = [] }) => serials.map((serial) => `${line}\0${serial}`)),
  );
  return new Map(
    taken.map((each) => {
      const { part, quantity } = each;
      const own = onTheWay.get(part.partNo) ?? [];
      const isNamed = (serial: string) => named.has(`${part.lineNo}\0${serial}`);
      const inOrder = [...own.filter(isNamed), ...own.filter((serial) => !isNamed(serial))];
      return [each, inOrder.slice(0, quantity)];
    }),
  );
}

/** They come in with the receipts of their parts, which are made in the same order. */
export function nameArriving(draft: Draft, pieces: ReadonlyMap<Taken, readonly string[]>): void {
  for (const [{ part }, serials] of pieces) {
    if (serials.length === 0) continue;
    const at = part.lineNo - 1;
    const known = draft.serials.named.get(at)?.serials ?? [];
    draft.serials.named.set(at, { skuId: part.skuId, serials: [...known, ...serials] });
  }
}

/** A loss moves no stock: it left its place when it was shipped. */
export function losePieces(
  draft: Draft,
  transfer: Transfer,
  { pieces, commandId }: { pieces: ReadonlyMap<Taken, readonly string[]>; commandId: string },
): void {
  for (const [{ part }, serials] of pieces) {
    for (const serial of serials.toSorted(bySerial)) {
      movePiece(draft.serials, {
        ...{ skuId: part.skuId, serial, kind: 'writeOff', state: 'lost', batchId: part.batchId },
        ...{ locationId: transfer.fromLocationId, documentId: transfer.documentId, lineNo: null, reservationId: null },
        ...{ commandId, occurredAt: draft.now, recordedAt: draft.now },
      });
    }
  }
}

/** What is still on its way once these have arrived or are lost. */
export function without(onTheWay: OnTheWay, gone: ReadonlyMap<Taken, readonly string[]>): OnTheWay {
  const left = new Map(onTheWay);
  for (const [{ part }, serials] of gone) {
    const all = new Set(serials);
    left.set(
      part.partNo,
      (left.get(part.partNo) ?? []).filter((serial) => !all.has(serial)),
    );
  }
  return left;
}
