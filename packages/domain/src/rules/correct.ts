/** Correcting what is said of a batch. What makes its number what it is (quality and dates) is corrected wherever the number lies. */
import type { Attributes } from '@granary/contracts/attributes';
import { isOfNumber } from '@granary/contracts/batch-life';
import type { GranaryError } from '@granary/contracts/error';
import type { Instant } from '@granary/contracts/instant';
import { type BatchRow, NEVER } from '../entities/batch.ts';
import { accepted, invalidInput, invalidState, notFound, type Outcome, quote, refused } from '../refusal.ts';
import { tellBatch } from './batch-event.ts';
import { canonicalJson } from './canonical-json.ts';
import { type Draft } from './draft.ts';
import { firstFrozenConflict } from './frozen.ts';
import { mergedAway } from './merged-away.ts';

/** Undefined leaves a field as it is. */
export interface Correction {
  readonly commandId: string;
  readonly batchId: string;
  readonly attributes: Attributes | null | undefined;
  readonly producedOn: string | null | undefined;
  /** NEVER is undated. */
  readonly expiresAt: Instant | undefined;
  readonly qualityLevel: string | undefined;
}

/** `rows` are the batch itself, or all of its number. Answers the ids of those that are others now. */
export function decideCorrection(
  draft: Draft,
  rows: readonly BatchRow[],
  correction: Correction,
): Outcome<readonly string[]> {
  const named = rows.find((row) => row.batchId === correction.batchId);
  if (named === undefined || !draft.scope.holds(named.locationId))
    return refused(notFound('batch', correction.batchId));
  const refusal =
    mergedAway(named) ?? (isOfNumber(correction) ? misfit(draft, rows, { named, correction }) : undefined);
  if (refusal !== undefined) return refused(refusal);
  // Below this line it must succeed.
  return accepted(rows.flatMap((row) => correct(draft, row, correction)));
}

/** Only then the holds on the batches are in the way. */
export function changesQuality(
  { qualityLevel }: { readonly qualityLevel?: string | undefined },
  named: Pick<BatchRow, 'qualityLevel'>,
): boolean {
  return qualityLevel !== undefined && qualityLevel !== named.qualityLevel;
}

function misfit(
  draft: Draft,
  rows: readonly BatchRow[],
  { named, correction }: { readonly named: BatchRow; readonly correction: Correction },
): GranaryError | undefined {
  const held = rows.find((row) => row.reserved > 0);
  return (
    firstFrozenConflict(rows) ??
    (changesQuality(correction, named) && held !== undefined ? promised(held) : undefined) ??
    unborn(corrected(named, correction, draft.now))
  );
}

/** Whoever reserved may have asked for this quality. */
function promised({ batchId, batchNo, reserved }: BatchRow): GranaryError {
  return invalidState({
    noun: 'batch',
    id: batchId,
    state: 'reserved',
    message: `${reserved} units of batch ${quote(batchNo)} are reserved, so its quality cannot become another.`,
    hint: 'Split what is free off first, or release the reservations.',
  });
}

function unborn({ producedOn, expiresAt }: BatchRow): GranaryError | undefined {
  if (producedOn === null || expiresAt.slice(0, 10) >= producedOn) return undefined;
  return invalidInput([{ path: 'expiresAt', message: 'must not be before producedOn' }]);
}

/** A date that lies ahead brings goods back into sale; one that has passed is the sweep's to find. */
function corrected(row: BatchRow, correction: Correction, now: Instant): BatchRow {
  const { attributes, producedOn = row.producedOn, expiresAt = row.expiresAt } = correction;
  return {
    ...row,
    ...{ producedOn, expiresAt, qualityLevel: correction.qualityLevel ?? row.qualityLevel },
    attributes: attributes === undefined || row.batchId !== correction.batchId ? row.attributes : attributes,
    status: row.status === 'expired' && expiresAt > now ? 'available' : row.status,
  };
}

function correct(draft: Draft, before: BatchRow, correction: Correction): readonly string[] {
  const next = corrected(before, correction, draft.now);
  if (identityOf(next) === identityOf(before)) return [];
  draft.batches.set(next.batchId, next);
  tellBatch(draft, { type: 'stock.batch.updated', before, commandId: correction.commandId });
  return [next.batchId];
}

function identityOf({ attributes, producedOn, expiresAt, qualityLevel, status }: BatchRow): string {
  return canonicalJson({
    attributes,
    producedOn,
    expiresAt: expiresAt === NEVER ? null : expiresAt,
    qualityLevel,
    status,
  });
}
