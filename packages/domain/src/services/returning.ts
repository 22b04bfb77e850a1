/** Return lines as receipts: without an original as they are, with one at the cost at which the goods left, into the batch that they left. */
import { DEFAULT_QUALITY_LEVEL } from '@granary/contracts/batch';
import type { ReturnInput, ReturnLine } from '@granary/contracts/document';
import { hasOriginal } from '@granary/contracts/original';
import type { Tx } from '../persistence/transaction.ts';
import { accepted, invariant, type Outcome, present, refused } from '../refusal.ts';
import type { Draft } from '../rules/draft.ts';
import { type Part, takeBack } from '../rules/original.ts';
import type { Receipt } from '../rules/receipt.ts';
import { tooEarlyFor } from './occurrence.ts';
import { findOriginals, type LockedOriginals, lockOriginals, type OriginalKinds, stillOut } from './originals.ts';
import { plainReceipt } from './plain-receipt.ts';
import { nameEntering } from './serials.ts';
import { type PiecesTaker, piecesTaker } from './serials-returning.ts';
import { loadTaken, type Standing } from './taken-batches.ts';

const KINDS: OriginalKinds = { from: ['sales', 'pick', 'damage', 'supplierReturn'], by: 'return' };

export interface Returning {
  readonly input: ReturnInput;
  readonly timezone: string;
}

/** Asked under the levels' lock; reservations and documents are locked here. */
export async function returnReceipts(
  tx: Tx,
  draft: Draft,
  { input, timezone }: Returning,
): Promise<Outcome<readonly Receipt[]>> {
  const naming = input.lines.filter(hasOriginal);
  const originals = await lockOriginals(tx, await findOriginals(tx, naming, KINDS), { naming, by: KINDS.by });
  const tooEarly = tooEarlyFor(input.occurredAt, originals.documents);
  if (tooEarly !== undefined) return refused(tooEarly);
  const lines = input.lines.map(({ skuId, quantity, serials }, at) => ({
    skuId,
    quantity,
    serials,
    at,
    path: `lines.${at}.`,
  }));
  const unnamed = await nameEntering(tx, draft, { lines, mode: 'left' });
  if (unnamed !== undefined) return refused(unnamed);
  const pieces = await piecesTaker(tx, draft);
  const parts = takeAll({ originals, pieces }, input.lines);
  if (!parts.ok) return parts;
  const ids = parts.answer.flatMap((each) => each.map(({ from }) => from.batchId));
  const batches = await loadTaken(tx, draft, ids);
  const { documentNo } = input;
  return accepted(
    input.lines.flatMap((line, at): readonly Receipt[] =>
      hasOriginal(line)
        ? comeBack({ line, at, documentNo, parts: present(parts.answer[at], 'the parts of a line') }, batches)
        : [plainReceipt(draft, named(line), { at, documentNo, timezone })],
    ),
  );
}

/** The contract asks for a cost where there is no original. */
function named(line: ReturnLine) {
  const { unitCost, qualityLevel = DEFAULT_QUALITY_LEVEL } = line;
  invariant(unitCost !== undefined, 'a return without an original has no cost');
  return { ...line, unitCost, qualityLevel };
}

interface Origin {
  readonly originals: LockedOriginals;
  readonly pieces: PiecesTaker;
}

/** What each line takes back; nothing of one without an original. */
function takeAll({ originals, pieces }: Origin, lines: readonly ReturnLine[]): Outcome<readonly (readonly Part[])[]> {
  const taken = new Map<string, number>();
  const all: (readonly Part[])[] = [];
  for (const [at, line] of lines.entries()) {
    if (!hasOriginal(line)) {
      all.push([]);
      continue;
    }
    const found = stillOut(originals, line, at);
    if (!found.ok) return refused(found.refusal);
    const { out, name } = found.answer;
    const parts =
      line.serials === undefined
        ? takeBack(out, { quantity: line.quantity, taken, name })
        : pieces(out, { skuId: line.skuId, at, taken, name });
    if (!parts.ok) return parts;
    all.push(parts.answer);
  }
  return accepted(all);
}

interface ComingBack {
  readonly line: ReturnLine;
  readonly at: number;
  readonly documentNo: string;
  readonly parts: readonly Part[];
}

/** Goods of the quality at which they left go into their batch, or what it was merged into; of another quality they are another batch. */
function comeBack({ line, at, documentNo, parts }: ComingBack, batches: Standing): readonly Receipt[] {
  return parts.map(({ from, quantity }, index): Receipt => {
    const batch = batches(from.batchId);
    invariant(batch !== undefined, `batch ${from.batchId} of an original is not there`);
    const { skuId, locationId } = line;
    const { producedOn, expiresAt } = batch;
    const qualityLevel = line.qualityLevel ?? batch.qualityLevel;
    const own = `${documentNo}-${at + 1}${index === 0 ? '' : `-${index + 1}`}`;
    return {
      ...{ skuId, locationId, quantity, qualityLevel, producedOn, expiresAt, at },
      batchNo: line.batchNo ?? (qualityLevel === batch.qualityLevel ? batch.batchNo : own),
      unitCost: from.unitCost ?? batch.unitCost,
      attributes: line.attributes ?? batch.attributes,
      original: { originalId: from.originalId, originalLine: from.originalLine },
      reservationId: from.reservationId,
    };
  });
}
