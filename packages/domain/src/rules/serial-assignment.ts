/**
 * Which pieces each movement moves: those that the caller named for its line, else the lowest of its batch. Pieces move
 * exactly as onHand does, whatever made the movement, so that I12 holds of every path there is or will be.
 */
import { invalidState, quote } from '../refusal.ts';
import { bySerial, type SerialKey, serialKey } from '../entities/serial.ts';
import type { DocumentLineRow } from '../entities/document.ts';
import type { MovementRow } from '../entities/movement.ts';
import type { SerialEventKind, SerialState } from '@granary/contracts/serial';
import type { Draft } from './draft.ts';
import { movePiece } from './serial-book.ts';

export interface Assignment {
  /** Movements of tracked SKUs that change onHand, in their order; merges, where pieces follow by themselves, are not among them. */
  readonly moves: readonly MovementRow[];
  readonly lines: readonly DocumentLineRow[];
  /** What pieces that left by a plain `ship` have become. */
  readonly shippedAs: SerialState;
  /** What those of a receipt that is taken back have become. */
  readonly reversedAs: SerialState;
}

/** A movement that changes onHand always has a batch. */
export interface Move extends MovementRow {
  readonly batchId: string;
}

export function assignSerials(draft: Draft, { moves, lines, ...as }: Assignment): void {
  const pools = poolsOf(draft);
  const left = new Map(lines.map((line) => [line, Math.abs(line.quantity)]));
  const given = new Set<SerialKey>();
  const kept = keptNames(draft);
  let splitOff: readonly string[] = [];
  for (const move of moves.filter((each): each is Move => each.batchId !== null)) {
    const line = move.kind === 'settle' ? undefined : lineOf(move, lines, left);
    const isSplitOff = move.kind === 'split' && move.onHandDelta > 0;
    // The two movements of a split are neighbours, and the child has the name of the line.
    const at = move.kind === 'split' ? splitAt(move, moves, lines) : (line?.requestLine ?? 1) - 1;
    const serials = isSplitOff ? splitOff : piecesOf(draft, { move, at, pools, given, kept });
    if (move.kind === 'split' && !isSplitOff) {
      pools(move.batchId).remove(serials);
      splitOff = serials;
      continue;
    }
    for (const serial of serials) {
      moveOne(draft, { move, serial, state: stateAfter(move, as), lineNo: line?.lineNo ?? null });
      if (move.onHandDelta > 0) pools(move.batchId).add(serial);
    }
    if (move.onHandDelta < 0) pools(move.batchId).remove(serials);
    if (isSplitOff) splitOff = [];
  }
}

function keptNames({ serials: { named } }: Draft): ReadonlySet<SerialKey> {
  const kept = new Set<SerialKey>();
  for (const { skuId, serials } of named.values()) for (const serial of serials) kept.add(serialKey({ skuId, serial }));
  return kept;
}

/** In the order of the lines, each as far as it goes. */
function lineOf(move: Move, lines: readonly DocumentLineRow[], left: Map<DocumentLineRow, number>) {
  const line = lines.find(
    (each) => each.batchId === move.batchId && each.documentId === move.documentId && (left.get(each) ?? 0) > 0,
  );
  if (line !== undefined) left.set(line, (left.get(line) ?? 0) - Math.abs(move.onHandDelta));
  return line;
}

/** The index of the child among the children: line 1 is what is left of the parent. */
function splitAt(move: Move, moves: readonly MovementRow[], lines: readonly DocumentLineRow[]): number {
  const child = move.onHandDelta > 0 ? move : moves[moves.indexOf(move) + 1];
  return (lines.find((line) => line.batchId === child?.batchId)?.requestLine ?? 2) - 2;
}

/** The pieces that lie in a batch, lowest first. */
interface Pool {
  has(serial: string): boolean;
  add(serial: string): void;
  remove(serials: readonly string[]): void;
  inOrder(): readonly string[];
}

type Pools = (batchId: string) => Pool;

function poolsOf(draft: Draft): Pools {
  const pools = new Map<string, Pool>();
  const of = (batchId: string) => {
    const pool = pools.get(batchId) ?? openPool();
    pools.set(batchId, pool);
    return pool;
  };
  for (const row of draft.serials.rows.values()) if (row.state === 'inStock') of(row.batchId).add(row.serial);
  return of;
}

function openPool(): Pool {
  let sorted: readonly string[] | undefined;
  const all = new Set<string>();
  return {
    has: (serial) => all.has(serial),
    add: (serial) => {
      all.add(serial);
      sorted = undefined;
    },
    remove: (serials) => {
      for (const serial of serials) all.delete(serial);
      sorted = sorted?.filter((serial) => all.has(serial));
    },
    inOrder: () => (sorted ??= [...all].toSorted(bySerial)),
  };
}

interface Wanted {
  readonly move: Move;
  readonly at: number;
  readonly pools: Pools;
  /** Names that were handed out. */
  readonly given: Set<SerialKey>;
  /** Names that some line names: another line, that names none, leaves them. */
  readonly kept: ReadonlySet<SerialKey>;
}

function piecesOf(draft: Draft, { move, at, pools, given, kept }: Wanted): readonly string[] {
  const { skuId, onHandDelta } = move;
  const count = Math.abs(onHandDelta);
  const pool = pools(move.batchId);
  const named = move.kind === 'settle' ? undefined : draft.serials.named.get(at);
  const keyOf = (serial: string) => serialKey({ skuId, serial });
  const isLeaving = onHandDelta < 0;
  const unchosen = isLeaving ? pool.inOrder().filter((serial) => !kept.has(keyOf(serial))) : [];
  const free =
    named?.skuId === skuId
      ? named.serials.filter((serial) => !given.has(keyOf(serial)) && (!isLeaving || pool.has(serial)))
      : unchosen;
  const chosen = free.slice(0, count);
  if (chosen.length < count) throw unnamed(move, count - chosen.length);
  for (const serial of chosen) given.add(keyOf(serial));
  return chosen;
}

function unnamed({ skuId, onHandDelta }: Move, missing: number) {
  return invalidState({
    noun: 'SKU',
    id: skuId,
    state: 'serial-tracked',
    message: `SKU ${quote(skuId)} is serial-tracked, and ${missing} ${onHandDelta > 0 ? 'pieces come in' : 'pieces would leave'} that no serial number names.`,
    hint: 'Name the serial numbers of all pieces, of those batches that the call moves.',
  });
}

interface One {
  readonly move: Move;
  readonly serial: string;
  readonly state: SerialState;
  readonly lineNo: number | null;
}

function moveOne(draft: Draft, { move, serial, state, lineNo }: One): void {
  const { skuId, batchId, locationId, documentId, reservationId, commandId, occurredAt, recordedAt } = move;
  movePiece(draft.serials, {
    ...{
      skuId,
      serial,
      state,
      batchId,
      locationId,
      documentId,
      lineNo,
      reservationId,
      commandId,
      occurredAt,
      recordedAt,
    },
    kind: move.kind as SerialEventKind,
  });
}

function stateAfter(
  { kind, onHandDelta }: Move,
  { shippedAs, reversedAs }: Pick<Assignment, 'shippedAs' | 'reversedAs'>,
): SerialState {
  if (onHandDelta > 0) return 'inStock';
  switch (kind) {
    case 'transferOut':
      return 'inTransit';
    case 'adjust':
    case 'count':
      return 'removed';
    case 'reverse':
      return reversedAs;
    case 'ship':
      return shippedAs;
    default:
      return 'sold';
  }
}
