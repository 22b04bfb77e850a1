/** The pieces that a document tells: those that a line names, else the lowest of the batch that no other line names. */
import type { Document } from '@granary/contracts/document';
import type { SerialState } from '@granary/contracts/serial';
import type { NamingLine } from './piece-names.ts';
import { isTracked, movePieces, piecesIn } from './piece.ts';
import { met } from './sometimes.ts';
import { expectEqual, Mismatch } from './verdict.ts';
import { batchOf, type World } from './world.ts';

type Row = Document['lines'][number];

export interface PiecesLeaving {
  /** The lines of the request. */
  readonly lines: readonly NamingLine[];
  readonly rows: readonly Row[];
  readonly state: SerialState;
  readonly documentId: string;
}

export function leavePieces(world: World, { lines, rows, state, documentId }: PiecesLeaving): void {
  const kept = (skuId: string) => new Set(lines.flatMap((line) => (line.skuId === skuId ? (line.serials ?? []) : [])));
  for (const row of rows) {
    const { skuId, batchId, quantity, reservationId, serials } = row;
    if (!isTracked(world, skuId)) {
      expectEqual('the pieces of goods without names', serials, undefined);
      continue;
    }
    const line = lines[row.line - 1];
    const names = line?.skuId === skuId ? line.serials : undefined;
    const pool = piecesIn(world, batchId);
    const count = Math.abs(quantity);
    const others = kept(skuId);
    // Which of the named ones a hold and which free stock had is Granary's choice.
    if (names !== undefined)
      expectSome(
        row,
        pool.filter((serial) => names.includes(serial)),
      );
    else
      expectEqual(
        'the pieces that leave',
        sorted(serials),
        sorted(pool.filter((serial) => !others.has(serial)).slice(0, count)),
      );
    if (names === undefined) met(world, 'the lowest pieces leave');
    movePieces(world, serials ?? [], { state, batch: batchOf(world, batchId), documentId, reservationId });
  }
}

/** As many as units, each of them one that could be meant, none twice. */
export function expectSome(row: Pick<Row, 'quantity' | 'serials'>, candidates: readonly string[]): void {
  const { quantity, serials = [] } = row;
  const fits = new Set(serials.filter((serial) => candidates.includes(serial)));
  if (fits.size !== Math.abs(quantity) || serials.length !== fits.size)
    throw new Mismatch('other pieces move than are named', { expected: candidates, actual: row });
}

/** Which one stands first SPEC leaves open. */
function sorted(serials: readonly string[] | undefined): string[] | undefined {
  return serials?.toSorted();
}
