/** When it happened: now unless the caller says so, never in the future, and before what is written already only for whom may back-date. */
import { GranaryError } from '@granary/contracts/error';
import { type Instant, parseInstant } from '@granary/contracts/instant';
import { findLastOccurred } from '../persistence/level-store.ts';
import type { Tx } from '../persistence/transaction.ts';
import { present } from '../refusal.ts';
import { beforeItMoved } from '../rules/original.ts';
import { inTheFuture, isFuture } from './execution.ts';

export interface Occurrence {
  /** As the input says it; undefined is now, which needs no right. */
  readonly occurredAt: string | undefined;
  /** Everything that moves; cost is per SKU, so all its locations count. */
  readonly skuIds: readonly string[];
  /** How the input calls it, where not `occurredAt`. */
  readonly path?: string;
}

/**
 * The refusal of an occurredAt, to be asked under the levels' lock: INV_005 for the future, INV_015 for what is back-dated
 * by a caller who may not. Undefined when it may stand. In-process callers may back-date (Call.mayBackdate).
 */
export async function checkOccurrence(
  tx: Tx,
  now: Instant,
  { occurredAt, skuIds, path }: Occurrence,
): Promise<GranaryError | undefined> {
  if (occurredAt === undefined) return undefined;
  if (isFuture(occurredAt, now)) return inTheFuture(path);
  if (tx.mayBackdate) return undefined;
  const last = await findLastOccurred(tx, skuIds);
  return last !== undefined && occurredAt < last ? backdated() : undefined;
}

/** Nothing comes back, or is taken back, before it moved: INV_005. `originals` are the documents that moved it. */
export function tooEarlyFor(
  occurredAt: string | undefined,
  originals: readonly { readonly occurredAt: Instant }[],
): GranaryError | undefined {
  if (occurredAt === undefined || originals.every((original) => original.occurredAt <= occurredAt)) return undefined;
  return beforeItMoved();
}

/** The moment to post with. */
export function occurrenceOf(occurredAt: string | undefined, now: Instant): Instant {
  return occurredAt === undefined ? now : present(parseInstant(occurredAt), 'a moment');
}

function backdated(): GranaryError {
  return new GranaryError('notPermitted', {
    message:
      'This happened before stock of the same SKU last changed: telling it now is back-dating, which is not permitted.',
    hint: 'Leave occurredAt out, name a later moment, or ask somebody with the permission named in details.',
    details: { permission: 'stock.backdate' },
  });
}
