/** The pieces of a document that is taken back: exactly those that it moved, as long as they are where it left them. */
import type { GranaryError } from '@granary/contracts/error';
import type { DocumentLineRow, DocumentRow } from '../entities/document.ts';
import { readMovedPieces } from '../persistence/serial-store.ts';
import type { Tx } from '../persistence/transaction.ts';
import { present } from '../refusal.ts';
import type { Draft } from '../rules/draft.ts';
import { serialOf } from '../rules/serial-book.ts';
import { movedOn } from '../rules/serial-refusal.ts';
import { loadNamed, loadTracked } from './serials.ts';
import type { Standing } from './taken-batches.ts';

export interface Reversed {
  readonly original: DocumentRow;
  readonly lines: readonly DocumentLineRow[];
  readonly isOutbound: boolean;
  readonly standing: Standing;
}

export async function nameReversed(
  tx: Tx,
  draft: Draft,
  { original, lines, isOutbound, standing }: Reversed,
): Promise<GranaryError | undefined> {
  const isTracked = await loadTracked(
    tx,
    draft,
    lines.map((line) => line.skuId),
  );
  if (!lines.some((line) => isTracked(line.skuId))) return undefined;
  const byNo = new Map(lines.map((line) => [line.lineNo, line]));
  const pieces = await readMovedPieces(tx, original.documentId);
  await loadNamed(
    tx,
    draft,
    pieces.map(({ skuId, serial }) => ({ skuId, serials: [serial] })),
  );
  const named = new Map<number, { readonly skuId: string; readonly serials: string[] }>();
  for (const { lineNo, skuId, serial } of pieces) {
    const line = present(byNo.get(lineNo), 'the line of a piece');
    const row = present(serialOf(draft.serials, skuId, serial), 'a piece');
    const isThere = row.state === 'inStock' && row.batchId === standing(line.batchId)?.batchId;
    if (isOutbound && row.documentId !== original.documentId)
      return movedOn(row, 'it has moved since it left by this document');
    if (!isOutbound && !isThere) return movedOn(row, 'it does not lie any more where this document put it');
    const at = line.requestLine - 1;
    const own = named.get(at) ?? { skuId, serials: [] };
    own.serials.push(serial);
    named.set(at, own);
  }
  for (const [at, own] of named) draft.serials.named.set(at, own);
  return undefined;
}
