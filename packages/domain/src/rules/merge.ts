/** Merging: one batch takes over what several have. Sums and levels stay; dates become the earliest, the cost the mean by quantity. */
import type { Attributes } from '@granary/contracts/attributes';
import { divideMoney, type Money } from '@granary/contracts/money';
import type { BatchRow } from '../entities/batch.ts';
import type { DocumentLineRow } from '../entities/document.ts';
import { accepted, invariant, type Outcome, refused } from '../refusal.ts';
import { tellBatch } from './batch-event.ts';
import { blend } from './blend.ts';
import { canonicalJson } from './canonical-json.ts';
import { documentLine } from './document-line.ts';
import { batchOf, type Draft } from './draft.ts';
import { expireHold, isOverdue } from './hold.ts';
import { mergeRefusal, type MergeRequest } from './mergeable.ts';
import { post } from './post.ts';
import { putBatch, UNBORN } from './put-batch.ts';
import { repoint } from './repoint.ts';

export interface Merged {
  readonly targetId: string;
  readonly sourceIds: readonly string[];
  readonly lines: readonly DocumentLineRow[];
}

/** The holds of the draft must be all that hold anything of the sources. */
export function decideMerge(draft: Draft, request: MergeRequest): Outcome<Merged> {
  const refusal = mergeRefusal(draft, request);
  if (refusal !== undefined) return refused(refusal);
  // Below this line it must succeed.
  const { commandId, targetBatchNo } = request;
  for (const hold of draft.holds.values()) if (isOverdue(hold, draft.now)) expireHold(draft, hold, commandId);
  const named = request.batchIds.map((batchId) => batchOf(draft, batchId));
  const own = named.find((batch) => batch.batchNo === targetBatchNo);
  const sources = named.filter((batch) => batch !== own);
  const target = own ?? openTarget(draft, named, request);
  draft.batches.set(target.batchId, { ...target, ...blend(named, draft.now), unitCost: meanCost(named) });
  const left = sources.map((source) => ({ source, quantity: takeOver(draft, source, { target, request }) }));
  const sourceIds = sources.map((source) => source.batchId);
  repoint(draft, { sourceIds: new Set(sourceIds), targetId: target.batchId, commandId });
  for (const before of sources) tellBatch(draft, { type: 'stock.batch.merged', before, commandId });
  if (own !== undefined) tellBatch(draft, { type: 'stock.batch.updated', before: own, commandId, tell: { sourceIds } });
  return accepted({ targetId: target.batchId, sourceIds, lines: linesOf(draft, left, { target, request }) });
}

/** Of batches with nothing on hand it is that of the first one. */
function meanCost(batches: readonly BatchRow[]): Money {
  const onHand = batches.reduce((sum, batch) => sum + batch.onHand, 0);
  if (onHand === 0) return batches[0]?.unitCost ?? (0n as Money);
  return divideMoney(
    batches.reduce((sum, batch) => sum + batch.unitCost * BigInt(batch.onHand), 0n),
    BigInt(onHand),
  );
}

function openTarget(draft: Draft, named: readonly BatchRow[], { targetBatchNo, commandId }: MergeRequest): BatchRow {
  const [first] = named;
  invariant(first !== undefined, 'there is nothing to merge');
  const target: BatchRow = {
    ...{ ...first, ...UNBORN, ...blend(named, draft.now) },
    ...{ batchId: draft.ids(), batchNo: targetBatchNo, attributes: shared(named) },
  };
  putBatch(draft, target, commandId);
  return target;
}

/** A new batch has the attributes that all of them agree on. */
function shared(batches: readonly BatchRow[]): Attributes | null {
  const [first, ...others] = batches.map((batch) => batch.attributes);
  const kept = Object.entries(first ?? {}).filter(([name, value]) =>
    others.every((other) => other?.[name] !== undefined && canonicalJson(other[name]) === canonicalJson(value)),
  );
  return kept.length === 0 ? null : Object.fromEntries(kept);
}

interface Into {
  readonly target: BatchRow;
  readonly request: MergeRequest;
}

/** Out of the one and into the other, next to each other in the ledger, so that each pair can be read as one. Answers the quantity. */
function takeOver(draft: Draft, source: BatchRow, { target, request }: Into): number {
  const { commandId, documentId, occurredAt, reason } = request;
  const { batchId, onHand, reserved, locked } = batchOf(draft, source.batchId);
  if (onHand > 0) {
    const why = { kind: 'merge', commandId, documentId, occurredAt, reason } as const;
    post(draft, { ...why, batchId, onHandDelta: -onHand, reservedDelta: -reserved, lockedDelta: -locked });
    const into = { batchId: target.batchId, onHandDelta: onHand, reservedDelta: reserved, lockedDelta: locked };
    post(draft, { ...why, ...into });
  }
  draft.batches.set(batchId, { ...batchOf(draft, batchId), status: 'merged', mergedInto: target.batchId });
  return onHand;
}

function linesOf(
  draft: Draft,
  left: readonly { readonly source: BatchRow; readonly quantity: number }[],
  { target, request: { documentId } }: Into,
): readonly DocumentLineRow[] {
  const moved = left.filter(({ quantity }) => quantity > 0);
  const sum = moved.reduce((total, { quantity }) => total + quantity, 0);
  if (sum === 0) return [];
  const touched = [
    ...moved.map(({ source, quantity }) => ({ batch: source, quantity: -quantity })),
    { batch: batchOf(draft, target.batchId), quantity: sum },
  ];
  return touched.map(({ batch, quantity }, at) =>
    documentLine(batch, { quantity, documentId, at, lineNo: at + 1, reservationId: null }),
  );
}
