/** Goods that arrive at a level which was sold short pay that back first: they stood in nobody's books when they left. */
import type { GranaryError } from '@granary/contracts/error';
import type { Instant } from '@granary/contracts/instant';
import { freeOf } from '../entities/batch.ts';
import { invalidState, quote } from '../refusal.ts';
import { batchOf, type Draft, levelOf } from './draft.ts';
import { post } from './post.ts';

export interface Settling {
  /** The batch that the goods were just posted to; nothing is taken from other batches. */
  readonly batchId: string;
  /** How many arrived. */
  readonly quantity: number;
  readonly commandId: string;
  /** The document by which they arrived: a movement that lowers onHand must name one (I11). */
  readonly documentId: string;
  readonly occurredAt?: Instant | undefined;
}

const REASON = 'settles what was sold short';

/**
 * Call it right AFTER the posting that raised onHand (receive, return, transferIn, adjust or count upwards, reverse of an
 * outbound). Answers how many of the units were used up; 0 where the level has no deficit.
 */
export function settleDeficit(draft: Draft, { batchId, quantity, ...why }: Settling): number {
  const batch = batchOf(draft, batchId);
  const settled = Math.min(levelOf(draft, batch).deficit, quantity, freeOf(batch));
  if (settled === 0) return 0;
  post(draft, {
    ...why,
    kind: 'settle',
    batchId,
    onHandDelta: -settled,
    reservedDelta: 0,
    deficitDelta: -settled,
    reason: REASON,
  });
  return settled;
}

/** Goods that come without a document cannot pay a deficit, and must not lie beside one. */
export function owing(
  draft: Draft,
  { skuId, locationId, quantity }: { readonly skuId: string; readonly locationId: string; readonly quantity: number },
): GranaryError | undefined {
  const { deficit } = levelOf(draft, { skuId, locationId });
  if (deficit === 0 || quantity === 0) return undefined;
  return invalidState({
    noun: 'level',
    id: skuId,
    state: 'in deficit',
    message: `Level ${quote(skuId)} at ${quote(locationId)} was sold ${deficit} short, which the next receipt settles.`,
    hint: 'Receive these goods by an inbound document, or make the batch empty.',
  });
}
