/** What may be merged: batches of one SKU, place and quality that nobody holds still, into a number that means nothing else. */
import type { Instant } from '@granary/contracts/instant';
import { GranaryError } from '@granary/contracts/error';
import type { BatchRow } from '../entities/batch.ts';
import { incompatibleBatch, invalidInput, notFound, numberTaken, quote } from '../refusal.ts';
import { blend, isPast } from './blend.ts';
import type { Draft } from './draft.ts';
import { frozenConflict } from './frozen.ts';
import { mergedAway } from './merged-away.ts';

export interface MergeRequest {
  readonly commandId: string;
  readonly documentId: string;
  readonly batchIds: readonly string[];
  readonly targetBatchNo: string;
  /** Every batch of the target's number, wherever it lies. */
  readonly known: readonly BatchRow[];
  readonly occurredAt: Instant;
  readonly reason: string | null;
}

/** The first thing wrong; undefined when they can be merged. */
export function mergeRefusal(draft: Draft, request: MergeRequest): GranaryError | undefined {
  const named: BatchRow[] = [];
  for (const batchId of request.batchIds) {
    const batch = draft.batches.get(batchId);
    if (batch === undefined || !draft.scope.holds(batch.locationId)) return notFound('batch', batchId);
    named.push(batch);
  }
  return unlike(named) ?? heldStill(named) ?? ofOtherKind(named, draft.now) ?? ofOtherMeaning(draft, named, request);
}

function unlike([first, ...others]: readonly BatchRow[]): GranaryError | undefined {
  for (const { batchId, skuId, locationId } of others) {
    const what = skuId === first?.skuId ? 'lies at another location' : 'is of another SKU';
    if (skuId === first?.skuId && locationId === first.locationId) continue;
    return invalidInput([{ path: 'batchIds', message: `batch ${batchId} ${what} than the first one` }]);
  }
  return undefined;
}

function heldStill(named: readonly BatchRow[]): GranaryError | undefined {
  for (const batch of named) {
    const refusal = mergedAway(batch) ?? frozenConflict(batch);
    if (refusal !== undefined) return refusal;
  }
  return undefined;
}

/** Expired goods among others would either be sold again or spoil the others. */
function ofOtherKind([first, ...others]: readonly BatchRow[], now: Instant): GranaryError | undefined {
  if (first === undefined) return undefined;
  for (const batch of others) {
    if (batch.qualityLevel !== first.qualityLevel) return notAlike(batch, first, 'qualityLevel');
    if (isPast(batch, now) !== isPast(first, now)) return notAlike(batch, first, 'status');
  }
  return undefined;
}

function notAlike(batch: BatchRow, first: BatchRow, field: 'qualityLevel' | 'status'): GranaryError {
  const why = field === 'status' ? 'one of them is expired and the other is not' : 'their quality differs';
  return new GranaryError('incompatibleBatch', {
    message: `Batches ${quote(batch.batchNo)} and ${quote(first.batchNo)} cannot become one: ${why}.`,
    hint: 'Merge like with like.',
    details: { batchNo: batch.batchNo, differs: [field] },
  });
}

/** A number means the same goods wherever it lies: a new one is unknown, and one of them must not come to mean others than elsewhere. */
function ofOtherMeaning(
  draft: Draft,
  named: readonly BatchRow[],
  { targetBatchNo, known }: MergeRequest,
): GranaryError | undefined {
  const own = named.find((batch) => batch.batchNo === targetBatchNo);
  const elsewhere = known.filter((batch) => batch.batchId !== own?.batchId);
  const [first] = elsewhere;
  if (first === undefined) return undefined;
  if (own === undefined) return numberTaken({ skuId: first.skuId, batchNo: targetBatchNo });
  const merged = blend(named, draft.now);
  for (const batch of elsewhere) {
    const differs = (['producedOn', 'expiresAt'] as const).filter((field) => batch[field] !== merged[field]);
    if (differs.length === 0) continue;
    return draft.scope.holds(batch.locationId) ? incompatibleBatch(targetBatchNo, differs) : numberTaken(batch);
  }
  return undefined;
}
