/** The serial-tracked pieces of one unit of work: what callers named, the rows as the decisions left them, and their new events. */
import type { Instant } from '@granary/contracts/instant';
import type { SerialEventKind, SerialState } from '@granary/contracts/serial';
import { type SerialEventRow, type SerialKey, serialKey, type SerialRow } from '../entities/serial.ts';

export interface SerialBook {
  /** Which SKUs are tracked, as read under the lock of their levels. */
  readonly tracked: Map<string, boolean>;
  readonly rows: Map<SerialKey, SerialRow>;
  /** The version at which a row was loaded; absent for pieces that are new. */
  readonly loaded: Map<SerialKey, number>;
  readonly changed: Set<SerialKey>;
  readonly events: SerialEventRow[];
  /** What the caller named, by the index of the line of the request. */
  readonly named: Map<number, NamedPieces>;
  /** How many movements of the draft have had their pieces moved. */
  readonly settled: { moves: number };
}

/** In the order in which they are handed out. */
export interface NamedPieces {
  readonly skuId: string;
  readonly serials: readonly string[];
}

export function openBook(): SerialBook {
  return {
    ...{ tracked: new Map(), rows: new Map(), loaded: new Map(), changed: new Set(), events: [], named: new Map() },
    settled: { moves: 0 },
  };
}

/** Rows that the book has already are left as the decisions have made them. */
export function addSerials(book: SerialBook, rows: readonly SerialRow[]): void {
  for (const row of rows) {
    const key = serialKey(row);
    if (book.rows.has(key)) continue;
    book.rows.set(key, row);
    book.loaded.set(key, row.version);
  }
}

export function serialOf(book: SerialBook, skuId: string, serial: string): SerialRow | undefined {
  return book.rows.get(serialKey({ skuId, serial }));
}

export interface PieceMove {
  readonly skuId: string;
  readonly serial: string;
  readonly kind: SerialEventKind;
  readonly state: SerialState;
  readonly batchId: string;
  readonly locationId: string;
  readonly documentId: string | null;
  readonly lineNo: number | null;
  readonly reservationId: string | null;
  readonly commandId: string;
  readonly occurredAt: Instant;
  readonly recordedAt: Instant;
}

/** The one way in which a piece changes: its next version and the event of it. */
export function movePiece(book: SerialBook, move: PieceMove): void {
  const { skuId, serial, state, batchId, locationId, documentId, reservationId, commandId, recordedAt } = move;
  const key = serialKey(move);
  const before = book.rows.get(key);
  const version = (before?.version ?? 0) + 1;
  book.rows.set(key, {
    ...{ skuId, serial, state, batchId, locationId, documentId, reservationId, commandId, version },
    ...{ createdAt: before?.createdAt ?? recordedAt, changedAt: recordedAt },
  });
  book.changed.add(key);
  book.events.push({ ...move, seq: version });
}
