/** Goods that go back to their supplier by the line of the purchase that brought them: no more than it brought and nobody sent back. */
import { hasOriginal } from '@granary/contracts/original';
import type { Tx } from '../persistence/transaction.ts';
import { accepted, type Outcome, present, refused } from '../refusal.ts';
import type { Original } from '../rules/document-line.ts';
import { takeBack } from '../rules/original.ts';
import {
  findOriginals,
  type FoundOriginals,
  lockOriginals,
  type NamingLine,
  type OriginalKinds,
  stillOut,
} from './originals.ts';

const KINDS: OriginalKinds = { from: ['purchase'], by: 'supplierReturn' };

export interface FoundSupplied {
  readonly originals: FoundOriginals | undefined;
  /** Where the goods of a line were received, so that this level is locked. */
  placeOf(at: number): string | undefined;
}

export interface Supplied {
  readonly batchId: string;
  readonly original: Original;
}

type SuppliedLine = NamingLine & { readonly quantity: number };

/** By a plain read; nothing is asked where no line names an original. */
export async function findSupplied(tx: Tx, lines: readonly SuppliedLine[]): Promise<FoundSupplied> {
  const naming = lines.filter(hasOriginal);
  if (naming.length === 0) return { originals: undefined, placeOf: () => undefined };
  const originals = await findOriginals(tx, naming, KINDS);
  const ids = new Map(
    originals.documents.flatMap(({ documentId, documentNo }) => [
      [`id ${documentId}`, documentId],
      [`no ${documentNo}`, documentId],
    ]),
  );
  return {
    originals,
    placeOf: (at) => {
      const line = lines[at];
      if (line === undefined || !hasOriginal(line)) return undefined;
      const { originalDocumentId, originalDocumentNo, originalLine } = line;
      const id = ids.get(originalDocumentId === undefined ? `no ${originalDocumentNo}` : `id ${originalDocumentId}`);
      return originals.lines.find((each) => each.documentId === id && each.requestLine === originalLine)?.locationId;
    },
  };
}

/** A line of a purchase is one batch. */
export async function lockSupplied(
  tx: Tx,
  { originals }: FoundSupplied,
  lines: readonly SuppliedLine[],
): Promise<Outcome<readonly (Supplied | undefined)[]>> {
  if (originals === undefined) return accepted(lines.map(() => undefined));
  const naming = lines.filter(hasOriginal);
  const locked = await lockOriginals(tx, originals, { naming, by: KINDS.by });
  const taken = new Map<string, number>();
  const all: (Supplied | undefined)[] = [];
  for (const [at, line] of lines.entries()) {
    if (!hasOriginal(line)) {
      all.push(undefined);
      continue;
    }
    const found = stillOut(locked, line, at);
    if (!found.ok) return refused(found.refusal);
    const parts = takeBack(found.answer.out, { quantity: line.quantity, taken, name: found.answer.name });
    if (!parts.ok) return parts;
    const [part] = parts.answer;
    const { from } = present(part, 'what goes back');
    all.push({ batchId: from.batchId, original: from });
  }
  return accepted(all);
}
