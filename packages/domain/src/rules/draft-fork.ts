/** A copy of a draft on which a decision may post before it knows whether all of it can be done: on refusal it is thrown away. */
import { BatchBook } from './batch-book.ts';
import type { Draft } from './draft.ts';

export function forkDraft(draft: Draft): Draft {
  const { levels, batches, holds } = draft.loaded;
  return {
    ...draft,
    levels: new Map(draft.levels),
    batches: new BatchBook(draft.batches),
    holds: new Map(draft.holds),
    heldBy: new Map(draft.heldBy),
    loaded: { levels: new Map(levels), batches: new Map(batches), holds: new Map(holds) },
    movements: [...draft.movements],
    changedBatches: new Set(draft.changedBatches),
    changedHolds: new Set(draft.changedHolds),
    holdsBefore: new Map(draft.holdsBefore),
    documents: [...draft.documents],
    documentLines: [...draft.documentLines],
    onHandChanges: [...draft.onHandChanges],
    facts: [...draft.facts],
  };
}
