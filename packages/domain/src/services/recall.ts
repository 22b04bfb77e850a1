/** Recall: freezes a batch and all that was made of it, everywhere, and finds other goods for what holds it, round by round. */
import type { BatchRecall, BatchRecallInput } from '@granary/contracts/trace';
import type { Call } from '../call.ts';
import { freeOf } from '../entities/batch.ts';
import { ensureSkus } from '../persistence/catalog-store.ts';
import { writeLocks } from '../persistence/lock-store.ts';
import type { Tx } from '../persistence/transaction.ts';
import { accepted, notFound, present, refused } from '../refusal.ts';
import { addBatches, type Draft } from '../rules/draft.ts';
import { firstFrozenConflict } from '../rules/frozen.ts';
import {
  type Reallocated,
  type Reallocation,
  reallocate,
  type Recalled,
  recalledLines,
  replacement,
} from '../rules/recall.ts';
import { recallLot } from '../rules/recall-lock.ts';
import type { Demand } from '../rules/shortage.ts';
import { toLock } from '../rules/lock-answer.ts';
import { type Decision, draftNow, type Engine, execute } from './execution.ts';
import { addLocks } from './lock-loader.ts';
import { findLot, findRound, type Lot } from './recall-lot.ts';
import { loadDemands } from './demand-loader.ts';
import { chooseStrategy, expireInTheWay, loadDraft } from './stock-loader.ts';

export function createRecall(engine: Engine) {
  return async (input: BatchRecallInput, call: Call): Promise<BatchRecall> =>
    await execute(engine, {
      procedure: 'batch.recall',
      input,
      call,
      lock: { scope: 'document', keys: [`sku:${input.skuId}`] },
      decide: (tx, grown) => decide(tx, engine, { input, grown }),
    });
}

/** The SKU row is locked before the levels, as in every receipt: so no batch of the number opens elsewhere meanwhile. */
async function decide(
  tx: Tx,
  engine: Engine,
  { input, grown }: { input: BatchRecallInput; grown: readonly string[] },
): Promise<Decision<BatchRecall>> {
  const { skuId, batchNo } = input;
  const before = await draftNow(tx, engine);
  const unknown = (draft: Draft) => ({ draft, outcome: refused(notFound('batch', batchNo)) });
  if ((await findLot(tx, input)) === undefined) return unknown(before);
  await ensureSkus(tx, [skuId], before.now);
  const draft = await loadDraft(tx, engine, {
    levels: { skuIds: [skuId], pairs: [] },
    skuIds: [skuId],
    holds: async (tx) => {
      const lot = await findLot(tx, input);
      return lot === undefined ? [] : (await findRound(tx, lot)).holdIds;
    },
    isByHolds: true,
    grown,
  });
  const lot = await findLot(tx, input);
  if (lot === undefined) return unknown(draft);
  addBatches(draft, lot.batches);
  const conflict = firstFrozenConflict(lot.batches.filter((batch) => batch.frozenBy !== lot.lockId));
  if (conflict !== undefined) return { draft, outcome: refused(conflict) };
  return await round(tx, engine, { draft, input, lot });
}

async function round(
  tx: Tx,
  engine: Engine,
  { draft, input, lot }: { draft: Draft; input: BatchRecallInput; lot: Lot },
): Promise<Decision<BatchRecall>> {
  const { commandId } = tx;
  const { holdIds, progress, remaining } = await findRound(tx, lot);
  const book = await addLocks(tx, draft, lot.lockId === undefined ? [] : [lot.lockId]);
  const begun = recallLot(draft, book, { ...input, commandId, lot: lot.batches, lockId: lot.lockId });
  const how: Reallocation = {
    commandId,
    lockId: begun.lockId,
    strategyOf: (skuId) => chooseStrategy(engine, draft, { skuId, path: 'skuId' }),
    otherLocations: input.otherLocations,
  };
  const { moved, notMoved } = await findOthers(tx, draft, { holdIds, how, freed: free(lot) });
  const lock = begun.tell({ progress, moved, notMoved, remaining });
  const answer = { lock: toLock(lock), moved: moved.map(toRecalled), notMoved: notMoved.map(toRecalled), remaining };
  return { draft, outcome: accepted(answer), after: answer.lock, write: () => writeLocks(tx, book) };
}

function free({ batches }: Lot): number {
  return batches.reduce((sum, batch) => sum + freeOf(batch), 0);
}

interface Search {
  readonly holdIds: readonly string[];
  readonly how: Reallocation;
  /** What is free of the recalled goods: the tables do not know yet that it does not count. */
  readonly freed: number;
}

/** Whoever finds too little first expires the overdue holds in the way, as a sale does, and looks again. */
async function findOthers(tx: Tx, draft: Draft, { holdIds, how, freed }: Search): Promise<Reallocated> {
  const demands = demandsOf(draft, holdIds, how);
  const [first] = demands;
  if (first === undefined) return reallocate(draft, holdIds, how);
  await loadDemands(tx, draft, freed === 0 ? demands : [...demands, { ...first, quantity: freed }]);
  const found = reallocate(draft, holdIds, how);
  if (found.notMoved.length === 0) return found;
  const left = found.notMoved.map(({ hold }) => hold.reservationId);
  if (!(await expireInTheWay(tx, draft, demandsOf(draft, left, how)))) return found;
  const again = reallocate(draft, left, how);
  return { moved: [...found.moved, ...again.moved], notMoved: again.notMoved };
}

function demandsOf(draft: Draft, holdIds: readonly string[], how: Reallocation): readonly Demand[] {
  const lines = holdIds.flatMap((id) =>
    recalledLines(draft, present(draft.holds.get(id), 'a reservation'), how.lockId),
  );
  const places = how.otherLocations ? [false, true] : [false];
  return lines.flatMap((line) => places.map((isAnywhere) => replacement(draft, line, { ...how, isAnywhere })));
}

function toRecalled({ hold, quantity }: Recalled): BatchRecall['moved'][number] {
  const { reservationId, type, businessId, skuId, state } = hold;
  return { reservationId, type, businessId, skuId, state, quantity };
}
