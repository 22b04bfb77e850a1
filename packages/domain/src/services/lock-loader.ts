/** Loading for decisions on locks: the levels of the batches named and of the locks met, then the batches and the locks themselves. */
import { loadBatches } from '../persistence/batch-store.ts';
import { LevelsGrew } from '../persistence/database-error.ts';
import { findLockLevels, lockLocks } from '../persistence/lock-store.ts';
import type { Tx } from '../persistence/transaction.ts';
import { levelKey } from '../entities/level.ts';
import { addBatches, type Draft } from '../rules/draft.ts';
import { type LockBook, openLockBook } from '../rules/lock-book.ts';
import type { Engine } from './execution.ts';
import { loadDraft } from './stock-loader.ts';

export interface LockWanted {
  readonly batchIds: readonly string[];
  /** SKUs that the caller names. */
  readonly skuIds?: readonly string[];
  /** Finds the ids of the locks concerned, by a plain read. */
  readonly locks: (tx: Tx) => Promise<readonly string[]>;
  readonly grown: readonly string[];
}

export async function loadLocks(
  tx: Tx,
  engine: Engine,
  { batchIds, skuIds = [], locks, grown }: LockWanted,
): Promise<{ draft: Draft; book: LockBook }> {
  const named = await loadBatches(tx, batchIds);
  const met = await findLockLevels(tx, await locks(tx));
  const draft = await loadDraft(tx, engine, { levels: { skuIds: [], pairs: [...named, ...met] }, skuIds, grown });
  addBatches(draft, await loadBatches(tx, batchIds));
  return { draft, book: await addLocks(tx, draft, await locks(tx)) };
}

/** Locks are read again under their levels; should one lock elsewhere by now, the unit starts again. */
export async function addLocks(tx: Tx, draft: Draft, lockIds: readonly string[]): Promise<LockBook> {
  const found = await lockLocks(tx, lockIds);
  const lines = found.flatMap((lock) => lock.lines);
  const unlocked = lines.filter((line) => !draft.levels.has(levelKey(line)));
  if (unlocked.length > 0) throw new LevelsGrew([...new Set(unlocked.map(levelKey))]);
  const missing = lines.map((line) => line.batchId).filter((id) => !draft.batches.has(id));
  addBatches(draft, await loadBatches(tx, missing));
  return openLockBook(found);
}
