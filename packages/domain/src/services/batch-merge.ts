/** batch.merge: several batches of one level become one, and whatever holds, locks or names them follows. */
import type { BatchMerge, BatchMergeInput } from '@granary/contracts/batch-life';
import type { GranaryError } from '@granary/contracts/error';
import type { Call } from '../call.ts';
import { loadBatches, loadBatchesByNumber } from '../persistence/batch-store.ts';
import { ensureSkus } from '../persistence/catalog-store.ts';
import { findHoldsOn } from '../persistence/holds-on-store.ts';
import type { Tx } from '../persistence/transaction.ts';
import { accepted, invalidState, notFound, present, refused } from '../refusal.ts';
import { addBatches, batchOf, type Draft } from '../rules/draft.ts';
import { decideMerge } from '../rules/merge.ts';
import { batchAfter, putBatchDocument } from './batch-document.ts';
import { mergeFollowers } from './batch-followers.ts';
import { type Decision, draftNow, type Engine, execute } from './execution.ts';
import { checkOccurrence, occurrenceOf } from './occurrence.ts';
import { loadDraft } from './stock-loader.ts';

/** All of them follow in one transaction, which keeps the level meanwhile. */
export const MAX_FOLLOWING_HOLDS = 1000;

export function createBatchMerge(engine: Engine) {
  return async (input: BatchMergeInput, call: Call): Promise<BatchMerge> =>
    await execute(engine, {
      procedure: 'batch.merge',
      input,
      call,
      lock: { scope: 'document', keys: input.batchIds.map((batchId) => `batch:${batchId}`) },
      decide: (tx, grown) => decide(tx, engine, { input, grown }),
    });
}

/** The SKU row is locked before the level, as in every receipt: so nobody opens the target's number elsewhere meanwhile. */
async function decide(
  tx: Tx,
  engine: Engine,
  { input, grown }: { input: BatchMergeInput; grown: readonly string[] },
): Promise<Decision<BatchMerge>> {
  const named = (await loadBatches(tx, input.batchIds)).filter((batch) => tx.scope.holds(batch.locationId));
  const missing = input.batchIds.find((batchId) => !named.some((batch) => batch.batchId === batchId));
  const before = await draftNow(tx, engine);
  if (missing !== undefined) return { draft: before, outcome: refused(notFound('batch', missing)) };
  const skuIds = [...new Set(named.map((batch) => batch.skuId))];
  await ensureSkus(tx, skuIds, before.now);
  const sourceIds = named.filter((batch) => batch.batchNo !== input.targetBatchNo).map((batch) => batch.batchId);
  const draft = await loadDraft(tx, engine, {
    levels: { skuIds: [], pairs: named },
    skuIds,
    holds: (tx) => findHoldsOn(tx, { batchIds: sourceIds, after: '', limit: MAX_FOLLOWING_HOLDS + 1 }),
    isByHolds: true,
    grown,
  });
  addBatches(draft, await loadBatches(tx, input.batchIds));
  const refusal =
    (await checkOccurrence(tx, draft.now, { occurredAt: input.occurredAt, skuIds })) ?? tooManyHolds(draft, named);
  if (refusal !== undefined) return { draft, outcome: refused(refusal) };
  return await merge(tx, engine, { draft, input, skuIds });
}

async function merge(
  tx: Tx,
  engine: Engine,
  { draft, input, skuIds }: { draft: Draft; input: BatchMergeInput; skuIds: readonly string[] },
): Promise<Decision<BatchMerge>> {
  const { batchIds, targetBatchNo } = input;
  const { commandId } = tx;
  const documentId = engine.ports.ids();
  const occurredAt = occurrenceOf(input.occurredAt, draft.now);
  const known = await loadBatchesByNumber(
    tx,
    skuIds.map((skuId) => ({ skuId, batchNo: targetBatchNo })),
  );
  const outcome = decideMerge(draft, {
    ...{ commandId, documentId, batchIds, targetBatchNo, known, occurredAt, reason: input.reason ?? null },
  });
  if (!outcome.ok) return { draft, outcome };
  const { targetId, sourceIds, lines } = outcome.answer;
  putBatchDocument(draft, { type: 'merge', documentId, input, lines, occurredAt, commandId });
  const merged = sourceIds.map((batchId) => batchAfter(draft, batchId));
  const target = batchOf(draft, targetId);
  return {
    draft,
    outcome: accepted({ batch: batchAfter(draft, targetId), merged, documentId }),
    write: async () => {
      const facts = { documentId, occurredAt, now: draft.now };
      for (const follow of mergeFollowers) await follow(tx, { sourceIds, target, facts });
    },
  };
}

function tooManyHolds(draft: Draft, [first]: readonly { readonly batchId: string }[]): GranaryError | undefined {
  if (draft.holds.size <= MAX_FOLLOWING_HOLDS) return undefined;
  return invalidState({
    noun: 'batch',
    id: present(first, 'a batch').batchId,
    state: 'reserved',
    message: `More than ${MAX_FOLLOWING_HOLDS} reservations hold goods of these batches, too many to follow at once.`,
    hint: 'Merge fewer batches at a time, make the one that most of them hold the target, or wait until some have ended.',
  });
}
