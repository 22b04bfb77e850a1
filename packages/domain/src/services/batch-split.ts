/** batch.split: free units of a batch become batches of their own. */
import type { BatchSplit, BatchSplitInput } from '@granary/contracts/batch-life';
import type { GranaryError } from '@granary/contracts/error';
import type { Call } from '../call.ts';
import type { BatchRow } from '../entities/batch.ts';
import { findChildNumbers } from '../persistence/batch-life-store.ts';
import { loadBatches } from '../persistence/batch-store.ts';
import { ensureSkus } from '../persistence/catalog-store.ts';
import type { Tx } from '../persistence/transaction.ts';
import { accepted, invalidInput, notFound, type Outcome, refused } from '../refusal.ts';
import { addBatches, batchOf, type Draft } from '../rules/draft.ts';
import { decideSplit, type Split, type SplitRequest } from '../rules/split.ts';
import { batchAfter, putBatchDocument } from './batch-document.ts';
import { type Decision, draftNow, type Engine, execute } from './execution.ts';
import { checkOccurrence, occurrenceOf } from './occurrence.ts';
import { nameLeaving } from './serials-leaving.ts';
import { expireInTheWay, knownStrategy, loadDraft } from './stock-loader.ts';

export function createBatchSplit(engine: Engine) {
  return async (input: BatchSplitInput, call: Call): Promise<BatchSplit> =>
    await execute(engine, {
      procedure: 'batch.split',
      input,
      call,
      lock: { scope: 'document', keys: [`batch:${input.batchId}`] },
      decide: (tx, grown) => decide(tx, engine, { input, grown }),
    });
}

/** The SKU row is locked before the level, as in every receipt: so nobody takes a child's number meanwhile, here or elsewhere. */
async function decide(
  tx: Tx,
  engine: Engine,
  { input, grown }: { input: BatchSplitInput; grown: readonly string[] },
): Promise<Decision<BatchSplit>> {
  const { batchId, quantities } = input;
  const before = await draftNow(tx, engine);
  const [parent] = await loadBatches(tx, [batchId]);
  if (parent === undefined || !tx.scope.holds(parent.locationId))
    return { draft: before, outcome: refused(notFound('batch', batchId)) };
  const { skuId } = parent;
  await ensureSkus(tx, [skuId], before.now);
  const draft = await loadDraft(tx, engine, { levels: { skuIds: [], pairs: [parent] }, skuIds: [skuId], grown });
  addBatches(draft, await loadBatches(tx, [batchId]));
  const late = await checkOccurrence(tx, draft.now, { occurredAt: input.occurredAt, skuIds: [skuId] });
  if (late !== undefined) return { draft, outcome: refused(late) };
  const unnamed = await nameChildren(tx, draft, { input, parent });
  if (unnamed !== undefined) return { draft, outcome: refused(unnamed) };
  const { commandId } = tx;
  const documentId = engine.ports.ids();
  const occurredAt = occurrenceOf(input.occurredAt, draft.now);
  const outcome = await split(tx, engine, {
    draft,
    request: {
      ...{ commandId, documentId, batchId, quantities, occurredAt, reason: input.reason ?? null },
      taken: await findChildNumbers(tx, parent),
    },
  });
  if (!outcome.ok) return { draft, outcome };
  const { childIds, lines } = outcome.answer;
  putBatchDocument(draft, { type: 'split', documentId, input, lines, occurredAt, commandId });
  const children = childIds.map((childId) => batchAfter(draft, childId));
  return { draft, outcome: accepted({ batch: batchAfter(draft, batchId), children, documentId }) };
}

/** Of a tracked SKU the caller may say which pieces go into which child. */
async function nameChildren(
  tx: Tx,
  draft: Draft,
  { input: { serials, quantities, batchId }, parent }: { input: BatchSplitInput; parent: BatchRow },
): Promise<GranaryError | undefined> {
  if (serials === undefined) return undefined;
  if (serials.length !== quantities.length)
    return invalidInput([
      { path: 'serials', message: `must have one list for each of the ${quantities.length} quantities` },
    ]);
  const { skuId } = parent;
  const lines = quantities.map((quantity, at) => ({
    skuId,
    quantity,
    serials: serials[at],
    at,
    batchId,
    path: `serials.${at}.`,
  }));
  const named = await nameLeaving(tx, draft, lines);
  return named.ok ? undefined : named.refusal;
}

/** Whoever finds too little free first expires the overdue holds in the way, as a sale does. */
async function split(
  tx: Tx,
  engine: Engine,
  { draft, request }: { draft: Draft; request: SplitRequest },
): Promise<Outcome<Split>> {
  const first = decideSplit(draft, request);
  if (first.ok || first.refusal.kind !== 'insufficientStock') return first;
  const { skuId, locationId } = batchOf(draft, request.batchId);
  const quantity = request.quantities.reduce((sum, each) => sum + each, 0);
  const strategy = knownStrategy(engine, engine.config.defaultStrategy, 'batchId');
  const isFreed = await expireInTheWay(tx, draft, [{ skuId, quantity, criteria: { locationId }, strategy }]);
  return isFreed ? decideSplit(draft, request) : first;
}
