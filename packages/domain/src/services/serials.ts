/** The pieces of serial-tracked SKUs: names are looked at before a decision, pieces move after it, exactly as onHand did. */
import type { InputIssue, GranaryError } from '@granary/contracts/error';
import { MAX_CALL_SERIALS } from '@granary/contracts/serial-number';
import type { SerialState } from '@granary/contracts/serial';
import type { DocumentLineRow } from '../entities/document.ts';
import type { SerialRow } from '../entities/serial.ts';
import { findTracked, readLowest, readSerials } from '../persistence/serial-store.ts';
import type { Tx } from '../persistence/transaction.ts';
import { duplicate, invalidInput, quote } from '../refusal.ts';
import type { Draft } from '../rules/draft.ts';
import { assignSerials } from '../rules/serial-assignment.ts';
import { addSerials, serialOf } from '../rules/serial-book.ts';
import { cannotComeBack, tooManyPieces } from '../rules/serial-refusal.ts';

/** A line that may name pieces, with where it stands in the input: `lines.4.`, or nothing. */
export interface NamingLine {
  readonly skuId: string;
  readonly quantity: number;
  readonly serials?: readonly string[] | undefined;
  readonly path: string;
  /** Index of the line. */
  readonly at: number;
}

/** To be asked under the lock of the levels; what is known already is not read again. */
export async function loadTracked(
  tx: Tx,
  draft: Draft,
  skuIds: readonly string[],
): Promise<(skuId: string) => boolean> {
  const { tracked } = draft.serials;
  const unknown = [...new Set(skuIds)].filter((skuId) => !tracked.has(skuId));
  const found = await findTracked(tx, unknown);
  for (const skuId of unknown) tracked.set(skuId, found.has(skuId));
  return (skuId) => tracked.get(skuId) === true;
}

/**
 * Which pieces may come in: new ones, which nobody has had, and of those that are known the ones whose document was taken
 * back; with `left` also those that left for good.
 */
export type Entering = 'new' | 'left';

/** Of a tracked SKU every piece that comes in has a name. */
export async function nameEntering(
  tx: Tx,
  draft: Draft,
  { lines, mode }: { lines: readonly NamingLine[]; mode: Entering },
): Promise<GranaryError | undefined> {
  const isTracked = await loadTracked(
    tx,
    draft,
    lines.map((line) => line.skuId),
  );
  const issues = lines.flatMap((line) => unfit(line, { isTracked: isTracked(line.skuId), isNeeded: true }));
  const twice = namedTwice(lines);
  if (issues.length > 0 || twice.length > 0) return invalidInput([...issues, ...twice]);
  for (const { skuId, serials, at } of lines)
    if (serials !== undefined) draft.serials.named.set(at, { skuId, serials });
  await loadNamed(tx, draft, lines);
  for (const { skuId, serials = [] } of lines) {
    for (const serial of serials) {
      const row = serialOf(draft.serials, skuId, serial);
      const refusal = row === undefined ? undefined : mayEnter(row, mode);
      if (refusal !== undefined) return refusal;
    }
  }
  return undefined;
}

function mayEnter(row: SerialRow, mode: Entering): GranaryError | undefined {
  if (row.state === 'withdrawn') return undefined;
  if (row.state === 'inTransit' && mode === 'left') return cannotComeBack(row);
  if (row.state !== 'inStock' && mode === 'left') return undefined;
  // One sentence wherever it is, so that it does not tell where.
  return duplicate('serial', row.serial, `SKU ${quote(row.skuId)} has a piece ${quote(row.serial)} already.`);
}

export interface Fitting {
  readonly isTracked: boolean;
  readonly isNeeded: boolean;
}

/** What is wrong with the names of one line, whatever the pieces are. */
export function unfit(
  { quantity, serials, path }: NamingLine,
  { isTracked, isNeeded }: Fitting,
): readonly InputIssue[] {
  const issue = (message: string) => [{ path: `${path}serials`, message }];
  if (!isTracked) return serials === undefined ? [] : issue('the SKU is not serial-tracked: its pieces have no names');
  if (serials === undefined)
    return isNeeded && quantity > 0 ? issue(`must name the ${quantity} pieces: the SKU is serial-tracked`) : [];
  return serials.length === quantity ? [] : issue(`must name exactly ${quantity}, not ${serials.length}`);
}

export function namedTwice(lines: readonly NamingLine[]): readonly InputIssue[] {
  const seen = new Set<string>();
  return lines.flatMap(({ skuId, serials = [], path }) => {
    const again = serials.find((serial) => seen.has(`${skuId}\0${serial}`));
    for (const serial of serials) seen.add(`${skuId}\0${serial}`);
    return again === undefined ? [] : [{ path: `${path}serials`, message: `names ${quote(again)} a second time` }];
  });
}

/** Under the lock of the levels, as far as the pieces are in stock. */
export async function loadNamed(
  tx: Tx,
  draft: Draft,
  lines: readonly { readonly skuId: string; readonly serials?: readonly string[] | undefined }[],
): Promise<void> {
  const wanted = new Map<string, string[]>();
  for (const { skuId, serials = [] } of lines) {
    if (serials.length === 0) continue;
    const names = wanted.get(skuId) ?? [];
    names.push(...serials);
    wanted.set(skuId, names);
  }
  for (const [skuId, names] of wanted) addSerials(draft.serials, await readSerials(tx, skuId, names));
}

export interface Settling {
  /** The lines of the document that moved them; those of the draft when left out. */
  readonly lines?: readonly DocumentLineRow[];
  /** What goods that were free and left have become; sold when left out. */
  readonly shippedAs?: SerialState;
  /** What goods whose receipt is taken back have become; withdrawn when left out. */
  readonly reversedAs?: SerialState;
}

/** Moves the pieces of every movement that has not had its pieces moved. Called once more before the draft is written. */
export async function settleSerials(
  tx: Tx,
  draft: Draft,
  { lines = draft.documentLines, shippedAs = 'sold', reversedAs = 'withdrawn' }: Settling = {},
): Promise<void> {
  const { settled, named, changed } = draft.serials;
  const fresh = draft.movements
    .slice(settled.moves)
    .filter(({ onHandDelta, batchId, kind }) => onHandDelta !== 0 && batchId !== null && kind !== 'merge');
  settled.moves = draft.movements.length;
  if (fresh.length === 0) return;
  const isTracked = await loadTracked(
    tx,
    draft,
    fresh.map((move) => move.skuId),
  );
  const moves = fresh.filter((move) => isTracked(move.skuId));
  if (moves.length === 0) return;
  const pieces = moves.reduce((sum, move) => sum + Math.abs(move.onHandDelta), 0);
  if (pieces > MAX_CALL_SERIALS) throw tooManyPieces(pieces);
  const leaving = new Map<string, number>();
  for (const { batchId, onHandDelta } of moves)
    if (batchId !== null && onHandDelta < 0) leaving.set(batchId, (leaving.get(batchId) ?? 0) - onHandDelta);
  // Names of other lines may be among the lowest, and so may pieces that this unit has moved: they are passed over.
  const others = changed.size + [...named.values()].reduce((sum, { serials }) => sum + serials.length, 0);
  for (const [batchId, count] of leaving) addSerials(draft.serials, await readLowest(tx, batchId, count + others));
  assignSerials(draft, { moves, lines, shippedAs, reversedAs });
}
