/** Pieces that come back from an original: they left by it, and each goes back into the batch that it left. */
import type { SerialRow } from '../entities/serial.ts';
import type { Tx } from '../persistence/transaction.ts';
import { accepted, invariant, type Outcome, present, refused } from '../refusal.ts';
import type { Draft } from '../rules/draft.ts';
import { type OutLine, type Part, takeBack } from '../rules/original.ts';
import { serialOf } from '../rules/serial-book.ts';
import { movedOn } from '../rules/serial-refusal.ts';
import { loadTaken } from './taken-batches.ts';

export interface PiecesBack {
  readonly skuId: string;
  /** Index of the line. */
  readonly at: number;
  /** What earlier lines of the same document take back of each line of an original. */
  readonly taken: Map<string, number>;
  readonly name: string;
}

export type PiecesTaker = (out: readonly OutLine[], back: PiecesBack) => Outcome<readonly Part[]>;

/** Asked when the names have been looked at. */
export async function piecesTaker(tx: Tx, draft: Draft): Promise<PiecesTaker> {
  const ids = [...draft.serials.rows.values()].map((row) => row.batchId);
  const standing = await loadTaken(tx, draft, ids);
  // Lines of a reservation follow a merge, pieces that have left do not.
  const stands = (batchId: string) => standing(batchId)?.batchId ?? batchId;
  return (out, { skuId, at, taken, name }) => {
    const { serials } = present(draft.serials.named.get(at), 'the pieces of a line');
    const batches = new Map<string, string[]>();
    for (const serial of serials) {
      const row = serialOf(draft.serials, skuId, serial);
      const leftBy = out.find(({ originalId }) => row !== undefined && isOf(row, originalId));
      if (row === undefined || leftBy === undefined)
        return refused(
          movedOn(row ?? { skuId, serial, state: 'unknown', commandId: '' }, `it did not leave by ${name}`),
        );
      const batchId = stands(row.batchId);
      batches.set(batchId, [...(batches.get(batchId) ?? []), serial]);
    }
    const parts: Part[] = [];
    for (const [batchId, own] of batches) {
      const left = out.filter((each) => stands(each.batchId) === batchId);
      const some = takeBack(left, { quantity: own.length, taken, name });
      invariant(some.ok, 'a piece that left by the original is out');
      parts.push(...some.answer);
    }
    // Handed out in the order of the parts.
    draft.serials.named.set(at, { skuId, serials: [...batches.values()].flat() });
    return accepted(parts);
  };
}

function isOf({ documentId, reservationId }: SerialRow, originalId: string): boolean {
  return documentId === originalId || (documentId === null && reservationId === originalId);
}
