/** Reversing a document: appended opposites of all its lines, in the batches that stand for them now, at the same costs; all of them or none. */
import type { Instant } from '@granary/contracts/instant';
import { divideMoney, type Money } from '@granary/contracts/money';
import { type BatchRow, freeOf } from '../entities/batch.ts';
import type { DocumentLineRow, DocumentRow } from '../entities/document.ts';
import { levelKey } from '../entities/level.ts';
import { accepted, invalidState, type Outcome, quote, refused } from '../refusal.ts';
import { batchOf, type Draft } from './draft.ts';
import { documentLine } from './document-line.ts';
import { firstFrozenConflict } from './frozen.ts';
import { post, postDeficit } from './post.ts';
import { overflow } from './receive.ts';
import { settleDeficit } from './settle-deficit.ts';
import type { Deficit } from './sell-short.ts';

export interface Reversal {
  readonly commandId: string;
  /** The document that is written. */
  readonly documentId: string;
  /** The one that is taken back. */
  readonly original: DocumentRow;
  readonly lines: readonly DocumentLineRow[];
  /** What stands for each batch now: itself, or what it was merged into. */
  readonly standing: (batchId: string) => string;
  /** What the original sold short. */
  readonly deficits: readonly Deficit[];
  /** Whether its goods left; they come back then. */
  readonly isOutbound: boolean;
  readonly occurredAt: Instant;
  readonly reason: string;
}

/** Answers the lines of the reversal: negative where goods leave again. */
export function decideReversal(draft: Draft, reversal: Reversal): Outcome<readonly DocumentLineRow[]> {
  const batches = new Set(reversal.lines.map((line) => reversal.standing(line.batchId)));
  const refusal =
    firstFrozenConflict([...batches].map((batchId) => batchOf(draft, batchId))) ??
    (reversal.isOutbound
      ? (overflow(draft, reversal.lines) ?? settledMeanwhile(draft, reversal))
      : goneMeanwhile(draft, reversal));
  if (refusal !== undefined) return refused(refusal);
  // Below this line it must succeed.
  const { commandId, documentId, occurredAt, reason } = reversal;
  for (const { skuId, locationId, quantity } of reversal.deficits) {
    const why = { commandId, documentId, occurredAt, reason };
    postDeficit(draft, { ...why, kind: 'reverse', skuId, locationId, quantity: -quantity });
  }
  return accepted(reversal.lines.map((line, at) => reverseLine(draft, reversal, { line, at })));
}

function reverseLine(draft: Draft, reversal: Reversal, { line, at }: { line: DocumentLineRow; at: number }) {
  const { commandId, documentId, occurredAt, reason, isOutbound } = reversal;
  const batch = batchOf(draft, reversal.standing(line.batchId));
  const quantity = isOutbound ? line.quantity : -line.quantity;
  draft.batches.set(batch.batchId, { ...batch, unitCost: meanAfter(batch, quantity, line.unitCost) });
  post(draft, {
    ...{ commandId, documentId, occurredAt, reason },
    kind: 'reverse',
    batchId: batch.batchId,
    onHandDelta: quantity,
    reservedDelta: 0,
    ...(isOutbound ? { unitCost: line.unitCost } : {}),
  });
  if (isOutbound) settleDeficit(draft, { commandId, documentId, occurredAt, batchId: batch.batchId, quantity });
  const original = { originalId: line.documentId, originalLine: line.lineNo };
  const facts = { quantity, documentId, at: line.requestLine - 1, lineNo: at + 1, reservationId: null, original };
  return { ...documentLine(batch, facts), unitCost: line.unitCost };
}

/**
 * The mean without, or again with, these units; it stays where nothing is left or the mean is no longer theirs to change:
 * what was sold meanwhile left at the mean, so the rest may have come to be worth less than nothing, or more than can be said.
 */
function meanAfter(batch: BatchRow, quantity: number, unitCost: Money): Money {
  const onHand = BigInt(batch.onHand + quantity);
  const value = batch.unitCost * BigInt(batch.onHand) + unitCost * BigInt(quantity);
  if (onHand <= 0n || value < 0n) return batch.unitCost;
  const mean = divideMoney(value, onHand);
  return mean > MAX_UNIT_COST ? batch.unitCost : mean;
}

/** What the column holds: 14 digits before the point and 6 after it. */
const MAX_UNIT_COST = 10n ** 20n - 1n;

/** Received goods can only leave again while they are there and nobody holds them. */
function goneMeanwhile(draft: Draft, { original, lines, standing }: Reversal) {
  const wanted = new Map<string, number>();
  for (const line of lines) {
    const batchId = standing(line.batchId);
    wanted.set(batchId, (wanted.get(batchId) ?? 0) + line.quantity);
  }
  const short = [...wanted].flatMap(([batchId, quantity]) => {
    const batch = batchOf(draft, batchId);
    return freeOf(batch) < quantity ? [`${quote(batch.batchNo)} (${freeOf(batch)} of ${quantity} free)`] : [];
  });
  if (short.length === 0) return undefined;
  return invalidState({
    noun: 'document',
    id: original.documentId,
    state: 'goods gone',
    message: `Not all goods of ${original.type} ${quote(original.documentNo)} are free any more: batch ${short.slice(0, 5).join(', ')}${short.length > 5 ? ` and ${short.length - 5} more` : ''}.`,
    hint: 'Release what is held, or correct the stock with an adjustment or a return.',
  });
}

/** A deficit that a receipt has paid back since is no deficit any more: those goods left from the receipt. */
function settledMeanwhile(draft: Draft, { original, deficits }: Reversal) {
  const settled = deficits.find(({ quantity, ...at }) => (draft.levels.get(levelKey(at))?.deficit ?? 0) < quantity);
  if (settled === undefined) return undefined;
  return invalidState({
    noun: 'document',
    id: original.documentId,
    state: 'settled',
    message: `A receipt has settled what ${original.type} ${quote(original.documentNo)} sold short of ${quote(settled.skuId)}.`,
    hint: 'Take the goods back with inbound.return.',
  });
}
